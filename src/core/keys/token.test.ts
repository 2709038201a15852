import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { openToken, sealToken, type TokenKeys } from "./token.ts";

const key = () => createSecretKey(randomBytes(32));
const keys: TokenKeys = { mac: key(), cipher: key() };
const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((each) => Buffer.from(each));

test("a token opens to what it was made of, and the same bytes make the same token", () => {
  fc.assert(
    fc.property(bytes, (plain) => {
      const token = sealToken(keys, plain);
      assert.match(token, /^[A-Za-z0-9_-]+$/);
      assert.equal(sealToken(keys, plain), token);
      assert.deepEqual(openToken(keys, token), plain);
    }),
  );
});

test("a token with any one character changed, added or left out does not open", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  fc.assert(
    fc.property(bytes, fc.nat(), fc.constantFrom(...alphabet), (plain, at, character) => {
      const token = sealToken(keys, plain);
      const index = at % token.length;
      const changed = token.slice(0, index) + character + token.slice(index + 1);
      if (changed !== token) assert.equal(openToken(keys, changed), null);
      assert.equal(openToken(keys, token.slice(0, index) + token.slice(index + 1)), null);
      assert.equal(openToken(keys, token.slice(0, index) + character + token.slice(index)), null);
    }),
    { numRuns: 300 },
  );
});

test("a token of other keys does not open, nor does anything that is no token", () => {
  const token = sealToken({ mac: key(), cipher: keys.cipher }, Buffer.from("hello"));
  assert.equal(openToken(keys, token), null);
  assert.equal(openToken({ mac: keys.mac, cipher: key() }, sealToken(keys, Buffer.from("hello"))), null);
  for (const text of ["", "a", "é", "a b", "=", "A".repeat(22), "A".repeat(5000)])
    assert.equal(openToken(keys, text), null);
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => assert.equal(openToken(keys, text), null)));
});

test("a token shows nothing of what it was made of", () => {
  const plain = Buffer.from("the same beginning, and then something else");
  const other = Buffer.from("the same beginning, and then something more");
  const [one, two] = [plain, other].map((each) => Buffer.from(sealToken(keys, each), "base64url"));
  assert.ok(!one!.includes(plain.subarray(0, 8)));
  assert.notDeepEqual(one!.subarray(16, 32), two!.subarray(16, 32));
});
