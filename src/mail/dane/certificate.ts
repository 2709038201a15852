import type { X509Certificate } from "node:crypto";

const sequence = 0x30;
const versionTag = 0xa0;
// RFC 5280 §4.1: serial number, signature, issuer, validity and subject stand before the key.
const elementsBeforeKey = 5;

interface Element {
  readonly tag: number;
  /** Where the content begins; the element itself begins at `start`. */
  readonly content: number;
  readonly start: number;
  readonly end: number;
}

/** The SubjectPublicKeyInfo of a certificate, byte by byte as it stands there: TLSA selector 1 is compared with these
 *  bytes, and a key that was parsed and written again may differ (RFC 6698 §2.1.2). Undefined for odd bytes. */
export function publicKeyBytes(certificate: X509Certificate): Buffer | undefined {
  const bytes = certificate.raw;
  const outer = elementAt(bytes, 0);
  const signed = outer && elementAt(bytes, outer.content);
  let element = signed && elementAt(bytes, signed.content);
  if (element?.tag === versionTag) element = elementAt(bytes, element.end);
  for (let i = 0; i < elementsBeforeKey && element !== undefined; i++)
    element = elementAt(bytes, element.end);
  return element?.tag === sequence ? bytes.subarray(element.start, element.end) : undefined;
}

function elementAt(bytes: Buffer, start: number): Element | undefined {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const content = start + 2 + lengthBytes;
  // Three octets tell 16 MB; a certificate with more, or without a length, is none.
  if (lengthBytes > 3 || first === 0x80 || content > bytes.length) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(start + 2, lengthBytes);
  return content + length > bytes.length ? undefined : { tag, content, start, end: content + length };
}
