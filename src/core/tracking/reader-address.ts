import { timingSafeEqual } from "node:crypto";
import type { Keyring } from "../keys/index.ts";
import type { ReaderOf } from "./reader-token.ts";

// 60 bits of a keyed hash, as in a return path; the local part stays below the 64 octets of RFC 5321 §4.5.3.1.1, which is
// why the reader is named by account and message alone.
const signatureLength = 12;
const form = /^u-([0-9a-z]{1,13})-([0-9a-z]{1,13})-([0-9a-v]{12})$/;

/** The address to which a reader of one message writes to unsubscribe. Nobody can invent one. Lower-case letters and
 *  digits only, since some programs change the case. */
export function unsubscribeAddressOf(
  keyring: Pick<Keyring, "rootHash">,
  { accountId, messageId }: Omit<ReaderOf, "lookup">,
  domain: string,
): string {
  const name = `${accountId.toString(36)}-${messageId.toString(36)}`;
  return `u-${name}-${signature(keyring, name)}@${domain}`;
}

/** Whose copy of which message an address belongs to; null when it is not one we have made. */
export function readUnsubscribeAddress(
  keyring: Pick<Keyring, "rootHash">,
  localPart: string,
): Omit<ReaderOf, "lookup"> | null {
  const [, account = "", message = "", given = ""] = form.exec(localPart.toLowerCase()) ?? [];
  if (given === "") return null;
  const expected = signature(keyring, `${account}-${message}`);
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return null;
  return { accountId: fromBase36(account), messageId: fromBase36(message) };
}

function signature(keyring: Pick<Keyring, "rootHash">, name: string): string {
  const bits = keyring.rootHash("unsubscribe address", name).readBigUInt64BE(0) >> 4n;
  return bits.toString(32).padStart(signatureLength, "0");
}

function fromBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
