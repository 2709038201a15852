import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { isAddressProblem, parseAddress } from "../../mail/address/index.ts";
import { Keyring, openChains } from "../keys/index.ts";
import { readReturnPath, returnPathOf } from "./return-path.ts";

const folder = mkdtempSync(path.join(tmpdir(), "facteur-return-path-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const chains = openChains(folder, { content: 0, accounts: 0 });
const keyring = new Keyring(Buffer.alloc(32, 1), chains);
const other = new Keyring(Buffer.alloc(32, 2), chains);

const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const message = fc.record({ accountId: id, id }, { noNullPrototype: true });

function localPartOf(text: string): string {
  return text.slice(0, text.lastIndexOf("@"));
}

test("a return path leads back to its message, whatever a server does to its case", () => {
  fc.assert(
    fc.property(message, fc.infiniteStream(fc.boolean()), (sent, upper) => {
      const local = localPartOf(returnPathOf(keyring, sent, "bounce.example.org"));
      assert.deepEqual(readReturnPath(keyring, local), sent);
      const mixed = [...local].map((letter) => (upper.next().value ? letter.toUpperCase() : letter)).join("");
      assert.deepEqual(readReturnPath(keyring, mixed), sent);
    }),
  );
});

test("it is an address that SMTP can carry, of lower-case letters, digits and hyphens", () => {
  fc.assert(
    fc.property(message, (sent) => {
      const text = returnPathOf(keyring, sent, "bounce.example.org");
      const address = parseAddress(text);
      assert.ok(!isAddressProblem(address) && address.text === text);
      assert.match(localPartOf(text), /^[a-z0-9-]{1,64}$/);
    }),
  );
});

test("a forged one is refused: another message, another key, a letter changed, cut off or added", () => {
  const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-");
  fc.assert(
    fc.property(message, fc.nat(100), letter, (sent, place, forged) => {
      const local = localPartOf(returnPathOf(keyring, sent, "example.org"));
      assert.equal(readReturnPath(other, local), null);
      const at = place % local.length;
      const changed = local.slice(0, at) + forged + local.slice(at + 1);
      if (changed !== local) assert.equal(readReturnPath(keyring, changed), null);
      assert.equal(readReturnPath(keyring, local.slice(0, at)), null);
      assert.equal(readReturnPath(keyring, local.slice(at + 1)), null);
      assert.equal(readReturnPath(keyring, local + forged), null);
    }),
    { numRuns: 500 },
  );
});

test("any other text is no return path of ours", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => assert.equal(readReturnPath(keyring, text), null)),
  );
  const local = localPartOf(returnPathOf(keyring, { accountId: 10n, id: 20n }, "example.org"));
  for (const text of [
    `${local}\n`,
    ` ${local}`,
    `${local}@example.org`,
    local.replace("b-", "b-0"),
    "b---",
    "",
  ]) {
    assert.equal(readReturnPath(keyring, text), null, JSON.stringify(text));
  }
});
