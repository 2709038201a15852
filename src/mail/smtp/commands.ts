import type { Offers } from "./offers.ts";
import { encodeUtf8Address, encodeXtext } from "./xtext.ts";

/** What a delivery report shall say, for peers that offer DSN; others never see it. RFC 3461 §4. */
export interface DsnRequest {
  readonly ret?: "full" | "headers";
  readonly envelopeId?: string;
  readonly notify?: "never" | readonly ("success" | "failure" | "delay")[];
  /** The address the message was first sent to, decoded, and its type: `rfc822`, `utf-8` or another registered one. */
  readonly originalRecipient?: { readonly type: string; readonly address: string };
}

/** Who a message is from and for, as the peer shall hear it. Domains are A-labels unless `smtpUtf8`. */
export interface Envelope {
  /** The return path; empty for the null path. */
  readonly from: string;
  /** The message or the addresses need RFC 6531. */
  readonly smtpUtf8?: boolean;
  readonly dsn?: DsnRequest;
}

// RFC 5321 §4.5.3.1.3: 256 octets with the angle brackets.
const pathOctetsMax = 254;

const atom = '[^\\u0000-\\u0020\\u007f-\\u00a0\\u2028\\u2029<>()\\[\\]\\\\,;:"@]+';
const quoted =
  '"(?:[\\u0020\\u0021\\u0023-\\u005b\\u005d-\\u007e\\u00a1-\\u{10ffff}]|\\\\[\\u0020-\\u007e])*"';
const literal = "\\[[0-9A-Za-z.:-]+\\]";
const path = new RegExp(`^(?:${atom}|${quoted})@(?:${atom}|${literal})$`, "u");

/** True for an address that cannot break out of its command. That is all it says: whether the address is
 *  well-formed was decided where it was parsed. */
export function isPathSafe(address: string): boolean {
  return address.isWellFormed() && Buffer.byteLength(address) <= pathOctetsMax && path.test(address);
}

interface MailParameters {
  readonly envelope: Envelope;
  readonly offers: Offers;
  readonly sizeBytes: number;
  readonly hasEightBit: boolean;
  readonly isUtf8: boolean;
}

/** RFC 5321 §4.1.1.2, with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531) and DSN (RFC 3461). */
export function mailCommand({ envelope, offers, sizeBytes, hasEightBit, isUtf8 }: MailParameters): string {
  const size = offers.size ? ` SIZE=${sizeBytes}` : "";
  const body = hasEightBit ? " BODY=8BITMIME" : "";
  const utf8 = isUtf8 ? " SMTPUTF8" : "";
  const dsn = offers.dsn && envelope.dsn !== undefined ? mailDsn(envelope.dsn) : "";
  return `MAIL FROM:<${envelope.from}>${size}${body}${utf8}${dsn}\r\n`;
}

/** RFC 5321 §4.1.1.3. */
export function rcptCommand(to: string, dsn: DsnRequest | undefined, offers: Offers): string {
  return `RCPT TO:<${to}>${offers.dsn && dsn !== undefined ? rcptDsn(dsn) : ""}\r\n`;
}

function mailDsn({ ret, envelopeId }: DsnRequest): string {
  const what = ret === undefined ? "" : ret === "full" ? " RET=FULL" : " RET=HDRS";
  return envelopeId === undefined ? what : `${what} ENVID=${encodeXtext(envelopeId)}`;
}

function rcptDsn({ notify, originalRecipient }: DsnRequest): string {
  const when = notify === undefined ? "" : ` NOTIFY=${[notify].flat().join(",").toUpperCase()}`;
  if (originalRecipient === undefined) return when;
  const { type: given, address } = originalRecipient;
  // RFC 6533 §3: an address beyond ASCII has a type of its own.
  const type = given === "rfc822" && !isAsciiText(address) ? "utf-8" : given;
  return `${when} ORCPT=${type};${type === "utf-8" ? encodeUtf8Address(address) : encodeXtext(address)}`;
}

export function isAsciiText(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text);
}
