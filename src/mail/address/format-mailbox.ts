import {
  encodeWords,
  foldField,
  isPrintableAscii,
  lineLengthAim,
  resemblesEncodedWord,
  splitAtSpaces,
  toHeaderText,
} from "../header/index.ts";
import type { Mailbox } from "./mailbox-list.ts";

// RFC 5322 §3.2.3 atext, in words with one space between.
const plainPhrase = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
/** Fits behind `Reply-To: ` on a line of 76. What is longer is encoded, since only encoded words can be cut. */
const namePieceLengthMax = 64;

/** Writes a mailbox as a header needs it, on one line, in ASCII unless the local part is not: the name as it is, in
 *  quotes or as encoded words. Control characters and line breaks in the name become spaces.
 *  @see RFC 5322 §3.4, RFC 2047 §5 (3), RFC 6532 §3.2 */
export function formatMailbox(mailbox: Mailbox): string {
  return mailboxPieces(mailbox).join("");
}

/** Writes a whole field with a list of mailboxes, folded between mailboxes and between the words of names, with its
 *  CRLF. An empty list writes nothing: RFC 5322 §3.6.3 wants one mailbox at least where the field is present. */
export function formatMailboxField(name: string, mailboxes: readonly Mailbox[]): string {
  if (mailboxes.length === 0) return "";
  const last = mailboxes.length - 1;
  const pieces = mailboxes.flatMap((mailbox, i) => {
    const room = lineLengthAim - (i === 0 ? `${name}: ` : " ").length;
    const own = keptTogether(mailboxPieces(mailbox), i < last ? "," : "", room);
    return i === 0 ? own : [` ${own[0]}`, ...own.slice(1)];
  });
  return foldField(name, pieces);
}

/** A mailbox that fits on a line is not divided between two. */
function keptTogether(pieces: readonly string[], end: string, room: number): string[] {
  const whole = pieces.join("") + end;
  return whole.length <= room ? [whole] : [...pieces.slice(0, -1), `${pieces.at(-1)}${end}`];
}

/** True when one of the addresses can only travel in a header of RFC 6532. */
export function needsSmtpUtf8(mailboxes: readonly Mailbox[]): boolean {
  return mailboxes.some(({ address }) => address.isInternationalised);
}

function mailboxPieces({ name, address }: Mailbox): string[] {
  const text = toHeaderText(name ?? "");
  if (text === "") return [address.text];
  return [...namePieces(text), ` <${address.text}>`];
}

function namePieces(name: string): string[] {
  if (isPrintableAscii(name) && !resemblesEncodedWord(name)) {
    const words = splitAtSpaces(name);
    if (plainPhrase.test(name) && words.every((word) => word.length <= namePieceLengthMax)) return words;
    // A quoted string may be folded too, but readers differ in how many spaces they then see.
    const quoted = `"${name.replace(/["\\]/g, "\\$&")}"`;
    if (quoted.length <= namePieceLengthMax) return [quoted];
  }
  return encodeWords(name, namePieceLengthMax).map((word, i) => (i === 0 ? word : ` ${word}`));
}
