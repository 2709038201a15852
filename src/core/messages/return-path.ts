import { timingSafeEqual } from "node:crypto";
import type { Keyring } from "../keys/index.ts";

// 60 bits of a keyed hash: enough that nobody guesses one within the days a bounce may take, and the local part
// stays below the 64 octets of RFC 5321 §4.5.3.1.1.
const signatureLength = 12;
const form = /^b-([0-9a-z]{1,13})-([0-9a-z]{1,13})-([0-9a-v]{12})$/;

/** The envelope sender of a message: it names the message to us alone and cannot be forged, so that an invented bounce
 *  does nothing. Lower-case letters and digits only, since some servers change the case. */
export function returnPathOf(
  keyring: Keyring,
  message: { accountId: bigint; id: bigint },
  domain: string,
): string {
  const name = `${message.accountId.toString(36)}-${message.id.toString(36)}`;
  return `b-${name}-${signature(keyring, name)}@${domain}`;
}

/** The message a bounce belongs to; null when the address is not one we have made. */
export function readReturnPath(
  keyring: Keyring,
  localPart: string,
): { accountId: bigint; id: bigint } | null {
  const match = form.exec(localPart.toLowerCase());
  if (match === null) return null;
  const [, account = "", id = "", given = ""] = match;
  const expected = signature(keyring, `${account}-${id}`);
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return null;
  return { accountId: fromBase36(account), id: fromBase36(id) };
}

function signature(keyring: Keyring, name: string): string {
  const bits = keyring.rootHash("return path", name).readBigUInt64BE(0) >> 4n;
  return bits.toString(32).padStart(signatureLength, "0");
}

function fromBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
