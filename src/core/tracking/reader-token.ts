import type { Keyring } from "../keys/index.ts";

/** Whose copy of which message a link stands in. No address: the reader is named by the keyed hash of it. */
export interface ReaderOf {
  accountId: bigint;
  messageId: bigint;
  lookup: Buffer;
}

// The first byte says what follows, so that a later form can stand beside this one: links are followed for years.
const form = 1;
const lookupBytes = 16;
const readerBytes = 1 + 8 + 8 + lookupBytes;

/** The text that names a reader in an unsubscribe link. */
export function writeUnsubscribeToken(keyring: Pick<Keyring, "sealToken">, reader: ReaderOf): string {
  return keyring.sealToken("unsubscribe", readerOctets(reader));
}

/** Who follows the link; null when it is not one of ours. */
export function readUnsubscribeToken(keyring: Keyring, token: string): ReaderOf | null {
  const octets = keyring.openToken("unsubscribe", token);
  return octets === null ? null : readerIn(octets, readerBytes);
}

/** An unsubscription that its reader may take back. */
export interface Regret extends ReaderOf {
  suppressionId: bigint;
}

/** The text by which the page that has just unsubscribed a reader can take that back. It stands in no mail: who has
 *  only a copy of the mail cannot subscribe its reader again. */
export function writeRegretToken(keyring: Keyring, regret: Regret): string {
  const id = Buffer.alloc(8);
  id.writeBigUInt64BE(regret.suppressionId);
  return keyring.sealToken("resubscribe", Buffer.concat([readerOctets(regret), id]));
}

/** What is to be taken back; null when it is not one of ours. */
export function readRegretToken(keyring: Keyring, token: string): Regret | null {
  const octets = keyring.openToken("resubscribe", token);
  const reader = octets === null ? null : readerIn(octets, readerBytes + 8);
  if (octets === null || reader === null) return null;
  return { ...reader, suppressionId: octets.readBigUInt64BE(readerBytes) };
}

function readerOctets({ accountId, messageId, lookup }: ReaderOf): Buffer {
  const octets = Buffer.alloc(readerBytes);
  octets[0] = form;
  octets.writeBigUInt64BE(accountId, 1);
  octets.writeBigUInt64BE(messageId, 9);
  lookup.copy(octets, 17);
  return octets;
}

function readerIn(octets: Buffer, length: number): ReaderOf | null {
  if (octets[0] !== form || octets.length !== length) return null;
  const [accountId, messageId] = [octets.readBigUInt64BE(1), octets.readBigUInt64BE(9)];
  return { accountId, messageId, lookup: octets.subarray(17, readerBytes) };
}
