import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from "node:crypto";

const version = 1;
const ivBytes = 12;
const tagBytes = 16;
/** What sealing adds to a value: one byte of version, the nonce and the tag. */
export const sealOverheadBytes = 1 + ivBytes + tagBytes;

// Nonces are drawn 341 at a time: one call to the random generator costs more than the encryption of a short value.
const noncePool = Buffer.alloc(ivBytes * 341);
let nonceOffset = noncePool.length;

function nextNonce(): Buffer {
  if (nonceOffset >= noncePool.length) {
    randomFillSync(noncePool);
    nonceOffset = 0;
  }
  const nonce = Buffer.from(noncePool.subarray(nonceOffset, nonceOffset + ivBytes));
  nonceOffset += ivBytes;
  return nonce;
}

/** Where a sealed value belongs. A value copied to another row or column does not open there. */
export interface Place {
  table: string;
  accountId: bigint;
  id: bigint;
}

function bindingOf(place: Place): Buffer {
  return Buffer.from(`${place.table}/${place.accountId}/${place.id}`);
}

/** Encrypts with AES-256-GCM, bound to a place (NIST SP 800-38D). */
export function seal(key: KeyObject, place: Place, plain: Buffer): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(bindingOf(place));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body]);
}

/** Decrypts what `seal` made for the same place.
 *  @throws Error when the key or the place differs, or a bit has changed: a defect or tampering, never a state. */
export function open(key: KeyObject, place: Place, sealed: Buffer): Buffer {
  if (sealed.length < sealOverheadBytes || sealed[0] !== version) {
    throw new Error(`A sealed value of ${place.table} has an unknown form.`);
  }
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, 1 + ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(bindingOf(place));
  decipher.setAuthTag(sealed.subarray(1 + ivBytes, sealOverheadBytes));
  const plain = decipher.update(sealed.subarray(sealOverheadBytes));
  decipher.final();
  return plain;
}
