import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openWorld } from "../../../tests/support/world.ts";
import {
  type ReaderOf,
  readRegretToken,
  readUnsubscribeToken,
  writeRegretToken,
  writeUnsubscribeToken,
} from "./reader-token.ts";

const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
const reader: fc.Arbitrary<ReaderOf> = fc.record(
  {
    accountId: id,
    messageId: id,
    lookup: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);

test("a reader's token opens to the reader, is short, and opens for nothing else", async (t) => {
  const { keyring } = await openWorld(t);
  fc.assert(
    fc.property(reader, id, (of, suppressionId) => {
      const token = writeUnsubscribeToken(keyring, of);
      assert.ok(token.length <= 70, token);
      assert.deepEqual(readUnsubscribeToken(keyring, token), of);
      assert.equal(readRegretToken(keyring, token), null);
      const regret = writeRegretToken(keyring, { ...of, suppressionId });
      assert.deepEqual(readRegretToken(keyring, regret), { ...of, suppressionId });
      assert.equal(readUnsubscribeToken(keyring, regret), null);
    }),
  );
});

test("a token of another form, or another installation, means nothing", async (t) => {
  const [one, two] = [await openWorld(t), await openWorld(t)];
  const of = { accountId: 1n, messageId: 2n, lookup: Buffer.alloc(16) };
  // Worlds share their root key: only the purpose keeps their tokens apart.
  assert.deepEqual(readUnsubscribeToken(two.keyring, writeUnsubscribeToken(one.keyring, of)), of);
  for (const octets of [Buffer.of(2), Buffer.alloc(33), Buffer.alloc(40, 1)])
    assert.equal(readUnsubscribeToken(one.keyring, one.keyring.sealToken("unsubscribe", octets)), null);
});
