import { parseDomain } from "./domain.ts";
import { parseLocalPart } from "./local-part.ts";
import { type AddressProblem, isAddressProblem } from "./problem.ts";

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, angle brackets included. */
const addressOctetsMax = 254;
/** Twice the octets, for quoted pairs, and room for quotes. Longer text is refused before anything looks into it. */
const addressLengthMax = 512;

/** An address that SMTP can carry. */
export interface Address {
  /** What stands before the @, without quotes: `a b` of `"a b"@example.org`. */
  readonly local: string;
  /** Lower-case A-labels, or an address literal with its brackets. */
  readonly domain: string;
  /** The one form for MAIL, RCPT and headers: quoted only if it must be, NFC. */
  readonly text: string;
  /** The local part is not ASCII, so only a server with SMTPUTF8 can take it (RFC 6531). */
  readonly isInternationalised: boolean;
}

/** Parses a bare address, with nothing around it: no spaces, angle brackets, comments or name. Accepts all of
 *  RFC 5321 §4.1.2 and RFC 6531 §3.3 except domains without a dot, and characters that cannot be seen.
 *  @example parseAddress("Jo@EXAMPLE.org") // { local: "Jo", domain: "example.org", text: "Jo@example.org", … } */
export function parseAddress(text: string): Address | AddressProblem {
  if (text === "") return { problem: "empty", message: "No text in mail" };
  if (text.length > addressLengthMax) return tooLong();
  // The last one: a quoted local part may hold others.
  const at = text.lastIndexOf("@");
  if (at === -1) return { problem: "no_at", message: "No @ character in mail" };
  const local = parseLocalPart(text.slice(0, at));
  if (isAddressProblem(local)) return local;
  const domain = parseDomain(text.slice(at + 1));
  if (typeof domain !== "string") return domain;
  const normal = `${local.text}@${domain}`;
  const octets = Buffer.byteLength(normal);
  if (octets > addressOctetsMax) return tooLong();
  return { local: local.content, domain, text: normal, isInternationalised: octets !== normal.length };
}

/** The text under which one mailbox is found again however it is written: lower case, NFC. RFC 5321 §2.4 lets a
 *  server tell upper from lower case in the local part; none does, and a suppression must not depend on it. */
export function normaliseForLookup(address: Address): string {
  return address.text.toLowerCase().normalize("NFC");
}

function tooLong(): AddressProblem {
  return { problem: "too_long", message: `More than ${addressOctetsMax} octets in mail` };
}
