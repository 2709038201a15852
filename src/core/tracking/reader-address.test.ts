import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { isAddressProblem, parseAddress } from "../../mail/address/index.ts";
import { readUnsubscribeAddress, unsubscribeAddressOf } from "./reader-address.ts";

const keyringOf = (key: string) => ({
  rootHash: (purpose: string, value: string) =>
    createHmac("sha256", key).update(`${purpose}\0${value}`).digest(),
});
const keyring = keyringOf("one");
const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const reader = fc.record({ accountId: id, messageId: id }, { noNullPrototype: true });

test("an unsubscribe address can be written by SMTP and leads back to its reader, in any case", () => {
  fc.assert(
    fc.property(reader, (of) => {
      const text = unsubscribeAddressOf(keyring, of, "bounce.example.org");
      const address = parseAddress(text);
      assert.ok(!isAddressProblem(address) && Buffer.byteLength(address.local) <= 64);
      assert.deepEqual(readUnsubscribeAddress(keyring, address.local), of);
      assert.deepEqual(readUnsubscribeAddress(keyring, address.local.toUpperCase()), of);
    }),
  );
});

test("an address of another key, of another reader or with a changed letter leads nowhere", () => {
  fc.assert(
    fc.property(reader, fc.nat(), (of, place) => {
      const local = unsubscribeAddressOf(keyring, of, "x.example").split("@")[0] ?? "";
      assert.equal(readUnsubscribeAddress(keyringOf("two"), local), null);
      const at = 2 + (place % (local.length - 2));
      const changed = `${local.slice(0, at)}${local[at] === "1" ? "0" : "1"}${local.slice(at + 1)}`;
      assert.equal(readUnsubscribeAddress(keyring, changed), null);
    }),
  );
});
