import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ReadingToken, readReadingToken, writeReadingToken } from "./reading-token.ts";

// Sealing has tests of its own: here a token is what it stands for.
const open = {
  sealToken: (_purpose: string, octets: Buffer) => octets.toString("base64url"),
  openToken: (_purpose: string, text: string) => Buffer.from(text, "base64url"),
};

const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
const reader = fc.record(
  {
    messageId: id,
    lookup: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);
const of = fc.record(
  { accountId: id, campaignId: fc.option(id, { nil: null }), reader: fc.option(reader, { nil: null }) },
  { noNullPrototype: true },
);
const token: fc.Arbitrary<ReadingToken> = fc.oneof(
  of.map((counted) => ({ ...counted, kind: "opened" as const })),
  fc
    .tuple(of, fc.webUrl(), fc.integer({ min: 1, max: 0xffff }))
    .map(([counted, target, position]) => ({ ...counted, kind: "clicked" as const, position, target })),
);

test("a token reads back as it was written, with its reader or without", () => {
  fc.assert(
    fc.property(token, (written) =>
      assert.deepEqual(readReadingToken(open, writeReadingToken(open, written)), written),
    ),
  );
});

test("octets that are no token of ours are none, however they begin", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 43 }), (octets) => {
      const text = Buffer.from(octets).toString("base64url");
      const read = readReadingToken(open, text);
      const isWhole = (octets[0] === 1 && octets.length >= 20) || (octets[0] === 2 && octets.length >= 44);
      assert.equal(read !== null, isWhole);
    }),
  );
});
