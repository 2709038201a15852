import type { Keyring } from "../keys/index.ts";

/** What an opening or a click is counted for. It names nobody: the same for every reader of a campaign, or of all mail
 *  of the account that belongs to none. */
export interface Counted {
  accountId: bigint;
  campaignId: bigint | null;
}

/** What a counting link stands for. */
export type ReadingToken = Counted &
  ({ kind: "opened" } | { kind: "clicked"; position: number; target: string });

const form = 1;
const headBytes = 20;

/** The text of a counting link. */
export function writeReadingToken(keyring: Pick<Keyring, "sealToken">, token: ReadingToken): string {
  const target = Buffer.from(token.kind === "clicked" ? token.target : "");
  const head = Buffer.alloc(headBytes);
  head[0] = form;
  head[1] = token.kind === "clicked" ? 1 : 0;
  head.writeBigUInt64BE(token.accountId, 2);
  head.writeBigUInt64BE(token.campaignId ?? 0n, 10);
  head.writeUInt16BE(token.kind === "clicked" ? token.position : 0, 18);
  return keyring.sealToken("reading", Buffer.concat([head, target]));
}

/** What a link stands for; null when it is not one of ours, so that nobody is led anywhere but where a mail led. */
export function readReadingToken(keyring: Keyring, text: string): ReadingToken | null {
  const octets = keyring.openToken("reading", text);
  if (octets === null || octets.length < headBytes || octets[0] !== form) return null;
  const [accountId, campaign] = [octets.readBigUInt64BE(2), octets.readBigUInt64BE(10)];
  const of = { accountId, campaignId: campaign === 0n ? null : campaign };
  if (octets[1] === 0) return { ...of, kind: "opened" };
  return {
    ...of,
    kind: "clicked",
    position: octets.readUInt16BE(18),
    target: octets.toString("utf8", headBytes),
  };
}
