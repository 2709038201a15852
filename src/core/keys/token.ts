import { createCipheriv, createDecipheriv, createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

const macBytes = 16;
// Longer than any link that mail programs follow (2,083 characters), so that nobody makes us work on megabytes.
const tokenCharactersMax = 4000;
const form = /^[A-Za-z0-9_-]+$/;

/** The two keys of one purpose. */
export interface TokenKeys {
  mac: KeyObject;
  cipher: KeyObject;
}

/** Puts bytes into a text for links: nobody can read, change or invent it. The same bytes give the same text, so that
 *  every attempt sends the same message. The keyed hash of the bytes is what they are encrypted under, which needs no
 *  nonce and gives nothing away but that two tokens are the same (the construction of RFC 5297, with HMAC). */
export function sealToken({ mac, cipher }: TokenKeys, bytes: Buffer): string {
  const tag = tagOf(mac, bytes);
  const stream = createCipheriv("aes-256-ctr", cipher, tag);
  return Buffer.concat([tag, stream.update(bytes)]).toString("base64url");
}

/** The bytes of a text that `sealToken` made with the same keys; null for every other text. */
export function openToken({ mac, cipher }: TokenKeys, token: string): Buffer | null {
  if (token.length > tokenCharactersMax || !form.test(token)) return null;
  const sealed = Buffer.from(token, "base64url");
  // Two texts must not mean the same: the last character has bits that stand for nothing.
  if (sealed.length <= macBytes || sealed.toString("base64url") !== token) return null;
  const tag = sealed.subarray(0, macBytes);
  const bytes = createDecipheriv("aes-256-ctr", cipher, tag).update(sealed.subarray(macBytes));
  return timingSafeEqual(tag, tagOf(mac, bytes)) ? bytes : null;
}

function tagOf(mac: KeyObject, bytes: Buffer): Buffer {
  return createHmac("sha256", mac).update(bytes).digest().subarray(0, macBytes);
}
