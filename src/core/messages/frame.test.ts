import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeContent,
  decodeParts,
  encodeContent,
  encodeParts,
  partIn,
  type SubmissionPart,
} from "./frame.ts";
import { anyContent, anyRawContent, anyVariables, contentOf, party } from "./testing/contents.ts";

const people = fc.array(party, { maxLength: 4 });
const part: fc.Arbitrary<SubmissionPart> = fc.record(
  { to: people, cc: people, variables: anyVariables },
  { noNullPrototype: true },
);

const alone = { part: null, isShared: true };

// UTF-8 cannot write half a surrogate pair, and no message can carry one.
const wellFormed = (text: string | null) => text?.toWellFormed() ?? null;

test("a content reads back as it was written, with its part or without", () => {
  fc.assert(
    fc.property(anyContent, fc.option(part, { nil: null }), fc.boolean(), (content, own, isShared) => {
      const read = { ...content, text: wellFormed(content.text), html: wellFormed(content.html) };
      const stored = encodeContent({ content, part: own, isShared });
      assert.deepEqual(decodeContent(stored), { content: read, part: own, isShared });
    }),
    { numRuns: 300 },
  );
});

test("a written message reads back octet for octet, with what it says of itself", () => {
  fc.assert(
    fc.property(anyRawContent, fc.boolean(), (content, isShared) => {
      const frame = { content, part: { to: [], cc: [], variables: {} }, isShared };
      assert.deepEqual(decodeContent(encodeContent(frame)), frame);
    }),
  );
});

test("parts that are stored together read back, each by the ids of its messages", () => {
  const gaps = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 99n }), part), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(gaps, fc.bigInt({ min: 0n, max: 2n ** 62n }), (given, from) => {
      let first = from;
      const parts = given.map(([gap, own]) => {
        first += gap;
        return { first, part: own };
      });
      const read = decodeParts(encodeParts(parts));
      assert.deepEqual(read, parts);
      for (const [index, own] of parts.entries()) {
        const last = (parts[index + 1]?.first ?? own.first + 100n) - 1n;
        for (const id of [own.first, last]) assert.deepEqual(partIn(read, id), own.part);
      }
      assert.throws(() => partIn(read, from), /older than the parts/);
    }),
  );
});

test("a part that an earlier version stored alone reads back for its messages", () => {
  fc.assert(
    fc.property(part, (own) => {
      const json = Buffer.from(JSON.stringify({ content: null, part: own, isShared: false }));
      const head = Buffer.from([2, 0, 0, 0, 0]);
      head.writeUInt32BE(json.length, 1);
      assert.deepEqual(partIn(decodeParts(Buffer.concat([head, json])), 2n ** 50n), own);
    }),
  );
});

test("a variable called __proto__ stays a variable", () => {
  const variables = JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}') as Record<
    string,
    unknown
  >;
  const read = partIn(decodeParts(encodeParts([{ first: 1n, part: { to: [], cc: [], variables } }])), 1n);
  assert.deepEqual(Object.entries(read.variables), Object.entries(variables));
  assert.equal((read.variables as { isAdmin?: boolean }).isAdmin, undefined);
});

test("files lie in the frame as bytes, not as text", () => {
  const content = Buffer.from([0, 255, 10, 13, 34, 0xed, 0xa0, 0x80]);
  const file = { contentType: "application/octet-stream", filename: "a", content };
  assert.ok(encodeContent({ content: contentOf({ attachments: [file] }), ...alone }).includes(content));
});

test("the template is not stored: its text was put into the content before", () => {
  const stored = encodeContent({ content: contentOf({ template: { id: 5n } }), ...alone });
  const { content } = decodeContent(stored);
  assert.equal("template" in content ? content.template : undefined, null);
});

test("bytes of another form are refused instead of guessed at", () => {
  const stored = encodeContent({ content: contentOf(), ...alone });
  stored[0] = 1;
  assert.throws(() => decodeContent(stored), /unknown form 1/);
  assert.throws(() => decodeContent(Buffer.alloc(0)));
});
