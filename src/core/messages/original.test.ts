import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageIdentity } from "./message.ts";
import { Originals } from "./original.ts";
import { openAccepting } from "./testing/acceptance.ts";
import { acceptAndClaim } from "./testing/claimed.ts";
import { rawContentOf, rawSubmissionOf } from "./testing/contents.ts";

const identity = { subject: "" } as MessageIdentity;
const fifty = Array.from({ length: 50 }, (_, index) => ({ address: `reader${index}@example.com`, name: "" }));

test("the content of a message to many is read once, and of a large one the header is kept, and not all of that", async (t) => {
  const setup = await openAccepting(t);
  const fields = `From: shop@example.org\r\nSubject: Hello\r\n`;
  const long = `X-Long: ${"word ".repeat(5000)}\r\n\t${"word ".repeat(10_000)}\r\nX-Last: here\r\n`;
  const cases = [
    { text: `${fields}\r\nBody\r\n`, head: `${fields}\r\n`, hasBody: true },
    { text: `${fields}\r\n${"x".repeat(100_000)}\r\n`, head: `${fields}\r\n`, hasBody: false },
    { text: `${fields}${long}\r\nBody\r\n`, head: `${fields}\r\n`, hasBody: false },
  ];
  for (const { text, head, hasBody } of cases) {
    const held = await acceptAndClaim(setup, {
      submissions: [rawSubmissionOf(rawContentOf(text), { to: fifty })],
    });
    let contentsAsked = 0;
    const read = await setup.database.read({ role: "relay" }, async (reader) => {
      const rows: typeof reader.rows = (query) => {
        contentsAsked++;
        return reader.rows(query);
      };
      const counting = { rows, row: reader.row.bind(reader), run: reader.run.bind(reader) };
      const originals = new Originals(setup.keyring);
      const all = [];
      for (const delivery of held) all.push(await originals.read(counting, delivery, identity));
      return all;
    });
    assert.deepEqual([read.length, contentsAsked], [50, 1]);
    for (const original of read) {
      assert.ok(original !== null && !(original instanceof Error));
      assert.equal(original.hasBody, hasBody);
      assert.equal(original.octets.toString("utf8", 0, original.headBytes), head);
      assert.equal(original.octets.toString(), hasBody ? text : head);
    }
  }
});
