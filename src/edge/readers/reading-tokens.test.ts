import assert from "node:assert/strict";
import { test } from "node:test";
import { ReaderLinks } from "../../core/tracking/index.ts";
import { ReadingTokens } from "./reading-tokens.ts";

// Sealing has tests of its own: here a token is what it stands for, and opening is counted.
let opened = 0;
const keyring = {
  sealToken: (_purpose: string, octets: Buffer) => octets.toString("base64url"),
  openToken: (_purpose: string, text: string) => {
    opened += 1;
    return text.startsWith("wrong") ? null : Buffer.from(text, "base64url");
  },
};
const links = new ReaderLinks(keyring, () => "https://mail.example.org");
const textOf = (accountId: bigint, isKnown: boolean) => {
  const reader = isKnown ? { messageId: 5n, lookup: Buffer.alloc(16, 1) } : null;
  return links.open({ accountId, campaignId: null, reader }).split("/i/")[1] ?? "";
};

function opensOf(tokens: ReadingTokens, ...texts: string[]): number {
  const before = opened;
  for (const text of texts) tokens.read(text);
  return opened - before;
}

test("a link that is everybody's is opened once, and says the same ever after", () => {
  const tokens = new ReadingTokens(keyring);
  const text = textOf(7n, false);
  const [first, second] = [tokens.read(text), tokens.read(text)];
  assert.deepEqual(first, { accountId: 7n, campaignId: null, reader: null, kind: "opened" });
  assert.equal(second, first);
  assert.equal(opensOf(tokens, text, text), 0);
});

test("one reader's own links, and what is no link of ours, are not kept in memory", () => {
  const tokens = new ReadingTokens(keyring);
  assert.equal(opensOf(tokens, textOf(7n, true), textOf(7n, true)), 2);
  assert.equal(tokens.read("wrong"), null);
  assert.equal(opensOf(tokens, "wrong", "wrong"), 2);
});

test("only so many are remembered: the oldest goes first", () => {
  const tokens = new ReadingTokens(keyring);
  const texts = Array.from({ length: 5001 }, (_, index) => textOf(BigInt(index + 1), false));
  assert.equal(opensOf(tokens, ...texts), 5001);
  assert.equal(opensOf(tokens, texts.at(-1) ?? "", texts[1] ?? ""), 0);
  assert.equal(opensOf(tokens, texts[0] ?? ""), 1);
});
