import type { AddressProblem } from "./problem.ts";

/** RFC 5321 §4.5.3.1.1. Octets, quotes included. */
const localOctetsMax = 64;

// RFC 5322 §3.2.3 atext, and RFC 6531 §3.3: every character beyond ASCII.
const dotAtom =
  /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\uffff]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\uffff]+)*$/;
const notAtom = /[^A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\uffff]/;
// RFC 5321 §4.1.2 qtextSMTP and quoted-pairSMTP: printable ASCII and space, no TAB.
const quotedContent = /^(?:[^"\\]|\\[\x20-\x7e])*$/;
// Beyond ASCII, RFC 6531 allows all. Characters that nobody sees or that turn the reading direction are refused:
// in an address they come from copying or from deceit. ZWJ and ZWNJ stay, scripts and emoji need them.
const unfit =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u00ad\u200b\u2060\ufeff]/u;
const foreignSpace = /[^\P{Zs} ]/u;

/** A local part without its quotes, and as SMTP needs it. */
export interface LocalPart {
  readonly content: string;
  readonly text: string;
}

/** Reads what stands before the @. Quotes are taken off where the content needs none (RFC 5321 §4.1.2 asks for the
 *  form with the fewest), and the text is brought to NFC (RFC 6532 §3.1). */
export function parseLocalPart(raw: string): LocalPart | AddressProblem {
  if (raw === "") return { problem: "local_empty", message: "Nothing stands before the @ in mail" };
  if (unfit.test(raw)) {
    return { problem: "character", message: "A control or invisible character stands before the @ in mail" };
  }
  if (foreignSpace.test(raw)) return { problem: "space", message: "A space stands before the @ in mail" };
  const content = raw.startsWith('"') ? unquote(raw) : checkAtoms(raw);
  if (typeof content !== "string") return content;
  const normal = content.normalize("NFC");
  const text = dotAtom.test(normal) ? normal : `"${normal.replace(/["\\]/g, "\\$&")}"`;
  if (Buffer.byteLength(text) > localOctetsMax) {
    const message = `More than ${localOctetsMax} octets stand before the @ in mail`;
    return { problem: "local_too_long", message };
  }
  return { content: normal, text };
}

function unquote(raw: string): string | AddressProblem {
  const inner = raw.slice(1, -1);
  if (raw.length < 2 || !raw.endsWith('"') || !quotedContent.test(inner)) {
    return { problem: "quote", message: "The quotes before the @ in mail do not match" };
  }
  return inner.replace(/\\(.)/g, "$1");
}

function checkAtoms(raw: string): string | AddressProblem {
  if (dotAtom.test(raw)) return raw;
  if (raw.includes("@")) return { problem: "several_at", message: "More than one @ character in mail" };
  if (raw.includes(" ")) return { problem: "space", message: "A space stands before the @ in mail" };
  if (notAtom.test(raw.replaceAll(".", ""))) {
    return {
      problem: "character",
      message: "A character before the @ in mail is not allowed without quotes",
    };
  }
  return { problem: "dot", message: "A dot before the @ in mail has nothing before or after it" };
}
