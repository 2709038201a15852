import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { open, type Place, seal, sealOverheadBytes } from "./sealing.ts";

const key = createSecretKey(Buffer.alloc(32, 1));
const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const place = fc.record({
  table: fc.constantFrom("message", "content", "event", "account_key"),
  accountId: id,
  id,
});
const plain = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
const somewhere: Place = { table: "message", accountId: 1n, id: 2n };

test("what was sealed opens at its place, and nothing of it can be seen", () => {
  fc.assert(
    fc.property(place, plain, (at, bytes) => {
      const sealed = seal(key, at, bytes);
      assert.equal(sealed.length, bytes.length + sealOverheadBytes);
      if (bytes.length >= 8) assert.ok(!sealed.includes(bytes));
      assert.deepEqual(open(key, at, sealed), bytes);
    }),
  );
});

test("a sealed value does not open at another row, account or table", () => {
  fc.assert(
    fc.property(place, place, plain, (at, other, bytes) => {
      fc.pre(at.table !== other.table || at.accountId !== other.accountId || at.id !== other.id);
      const sealed = seal(key, at, bytes);
      assert.throws(() => open(key, other, sealed));
    }),
  );
});

test("places whose parts run together are told apart", () => {
  const sealed = seal(key, { table: "message", accountId: 1n, id: 23n }, Buffer.from("x"));
  assert.throws(() => open(key, { table: "message", accountId: 12n, id: 3n }, sealed));
});

test("a sealed value does not open with another key", () => {
  fc.assert(
    fc.property(place, plain, (at, bytes) => {
      const sealed = seal(key, at, bytes);
      assert.throws(() => open(createSecretKey(randomBytes(32)), at, sealed));
    }),
    { numRuns: 50 },
  );
});

test("a value with any bit changed, or cut anywhere, does not open", () => {
  const sealed = seal(key, somewhere, Buffer.from("jane@example.org"));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    assert.throws(() => open(key, somewhere, changed), `bit ${bit}`);
  }
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => open(key, somewhere, sealed.subarray(0, length)), `${length} bytes`);
  }
});

test("sealing the same value again gives other bytes, and no nonce comes twice", () => {
  const nonces = new Set<string>();
  const sealed = new Set<string>();
  for (let count = 0; count < 5000; count++) {
    const bytes = seal(key, somewhere, Buffer.from("same"));
    nonces.add(bytes.subarray(1, 13).toString("hex"));
    sealed.add(bytes.toString("hex"));
  }
  assert.equal(nonces.size, 5000);
  assert.equal(sealed.size, 5000);
});

test("an error of opening tells the table and nothing of the value", () => {
  assert.throws(
    () => open(key, somewhere, Buffer.from("jane@example.org")),
    (error: Error) => {
      assert.match(error.message, /of message/);
      assert.doesNotMatch(error.message, /jane/);
      return true;
    },
  );
});
