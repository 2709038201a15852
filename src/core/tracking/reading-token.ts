import type { Keyring } from "../keys/index.ts";

/** Who has agreed to be told apart, on a link of their own. No address: the keyed hash of it. */
export interface IdentifiedReader {
  messageId: bigint;
  lookup: Buffer;
}

/** What an opening or a click is counted for. Without `reader` it names nobody: the same for every reader of a campaign, or
 *  of all mail of the account that belongs to none. */
export interface Counted {
  accountId: bigint;
  campaignId: bigint | null;
  reader: IdentifiedReader | null;
}

/** What a counting link stands for: also the mode it was made in. */
export type ReadingToken = Counted &
  ({ kind: "opened" } | { kind: "clicked"; position: number; target: string });

// The first byte says what follows, so that links of both forms are read side by side, for years.
const forms = { anonymous: 1, identified: 2 } as const;
const headBytes = 20;
const lookupBytes = 16;
const readerBytes = 8 + lookupBytes;

/** The text of a counting link. */
export function writeReadingToken(keyring: Pick<Keyring, "sealToken">, token: ReadingToken): string {
  const { reader } = token;
  const target = Buffer.from(token.kind === "clicked" ? token.target : "");
  const head = Buffer.alloc(headBytes + (reader === null ? 0 : readerBytes));
  head[0] = reader === null ? forms.anonymous : forms.identified;
  head[1] = token.kind === "clicked" ? 1 : 0;
  head.writeBigUInt64BE(token.accountId, 2);
  head.writeBigUInt64BE(token.campaignId ?? 0n, 10);
  head.writeUInt16BE(token.kind === "clicked" ? token.position : 0, 18);
  if (reader !== null) {
    head.writeBigUInt64BE(reader.messageId, headBytes);
    reader.lookup.copy(head, headBytes + 8);
  }
  return keyring.sealToken("reading", Buffer.concat([head, target]));
}

/** What a link stands for; null when it is not one of ours, so that nobody is led anywhere but where a mail led. */
export function readReadingToken(keyring: Pick<Keyring, "openToken">, text: string): ReadingToken | null {
  const octets = keyring.openToken("reading", text);
  if (octets === null) return null;
  const isIdentified = octets[0] === forms.identified;
  const targetAt = headBytes + (isIdentified ? readerBytes : 0);
  if (octets.length < targetAt || !(isIdentified || octets[0] === forms.anonymous)) return null;
  const [accountId, campaign] = [octets.readBigUInt64BE(2), octets.readBigUInt64BE(10)];
  const reader = isIdentified
    ? { messageId: octets.readBigUInt64BE(headBytes), lookup: octets.subarray(headBytes + 8, targetAt) }
    : null;
  const of = { accountId, campaignId: campaign === 0n ? null : campaign, reader };
  if (octets[1] === 0) return { ...of, kind: "opened" };
  return {
    ...of,
    kind: "clicked",
    position: octets.readUInt16BE(18),
    target: octets.toString("utf8", targetAt),
  };
}
