import { base64Length, encodeBase64 } from "./base64.ts";
import { isPlainText, toCanonicalText } from "./plain-text.ts";
import { quotedPrintableSlack, writeQuotedPrintable } from "./quoted-printable.ts";

/** RFC 5322 §2.1.1 asks for 78; 76 is what the encodings keep to. Longer lines are wrapped by encoding them. */
const plainLineLengthMax = 76;
const crlf = "\r\n";

/** RFC 2045 §6.1. 8bit is never used: what is sent in 7 bits needs no re-encoding, which would break signatures,
 *  whatever the other side offers. */
export type TransferEncoding = "7bit" | "quoted-printable" | "base64";

/** A text made ready for the wire. Its lines end with CRLF, the last one too. */
export interface EncodedText {
  readonly encoding: TransferEncoding;
  readonly octets: Buffer;
}

/** Encodes text: as it is when it is ASCII in lines of at most 76, else quoted-printable or base64, whichever is
 *  shorter. Line breaks of every kind become CRLF, those at the end become one, lone surrogates become U+FFFD.
 *  @param take gives the memory for them */
export function encodeText(text: string, take: (length: number) => Buffer = Buffer.allocUnsafe): EncodedText {
  const canonical = toCanonicalText(text);
  const whole = canonical + crlf;
  const octets = take(Buffer.byteLength(whole));
  octets.write(whole, "utf8");
  const source = octets.subarray(0, octets.length - crlf.length);
  const surplus = source.length - canonical.length;
  if (surplus === 0 && isPlainText(source, plainLineLengthMax)) return { encoding: "7bit", octets };
  const lengthInBase64 = base64Length(source.length);
  // Each unit of UTF-16 beyond ASCII adds one or two octets, and quoted-printable two more for every octet: at the
  // least three times the surplus. That spares most texts in other scripts the attempt.
  if (source.length + 3 * surplus > lengthInBase64)
    return { encoding: "base64", octets: encodeBase64(source) };
  const out = take(lengthInBase64 + quotedPrintableSlack);
  const end = writeQuotedPrintable(source, out, lengthInBase64 - crlf.length);
  if (end === undefined) return { encoding: "base64", octets: encodeBase64(source) };
  const length = end + out.write(crlf, end, "latin1");
  return { encoding: "quoted-printable", octets: out.subarray(0, length) };
}
