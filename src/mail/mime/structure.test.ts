import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { readFields } from "../header/read-fields.ts";
import { buildMessage } from "./build.ts";
import { type Entity, readStructure, summarise } from "./structure.ts";

function structureOf(text: string | Buffer): Entity {
  const octets = Buffer.from(text);
  const header = readFields(octets);
  assert.ok(!("badLine" in header));
  return readStructure(octets, header);
}

const drawn = ({ type, parts }: Entity): string =>
  parts.length === 0 ? type : `${type}(${parts.map(drawn).join(" ")})`;

const lines = (...all: string[]) => `${all.join("\r\n")}\r\n`;

test("the tree of a built message is found again", () => {
  const file = { contentType: "application/pdf", filename: "a.pdf", content: Buffer.from("x") };
  const { octets } = buildMessage({
    headers: [
      ["Date", "Mon, 23 Nov 2026 10:00:00 +0000"],
      ["From", "a@b.example"],
      ["Message-ID", "<1@b.example>"],
    ],
    text: "hello",
    html: "<p>hello</p>",
    attachments: [file],
    inlined: [{ ...file, contentId: "x" }],
    boundarySeed: "1",
  });
  const entity = structureOf(octets);
  assert.equal(
    drawn(entity),
    "multipart/mixed(multipart/alternative(text/plain multipart/related(text/html application/pdf)) application/pdf)",
  );
  assert.deepEqual(summarise(entity), { hasText: true, hasHtml: true, attachmentCount: 2 });
});

test("parts hold their octets and nothing of the boundaries, also where a boundary begins like another", () => {
  const text = lines(
    'Content-Type: multipart/mixed; x=1; boundary="a b"',
    ...["", "preamble", "--a b", "", "first", "--a bc", "", "--a b  ", "Content-Type: text/html"],
    ...["", "second", "--a b--", "--a b", "epilogue"],
  );
  const octets = Buffer.from(text);
  const entity = structureOf(text);
  const bodies = entity.parts.map(({ header, end }) => octets.toString("latin1", header.bodyStart, end));
  assert.deepEqual(bodies, ["first\r\n--a bc\r\n", "second"]);
  assert.equal(drawn(entity), "multipart/mixed(text/plain text/html)");
});

test("what is malformed is one part, as it stands", () => {
  for (const head of [
    "Content-Type: multipart/mixed",
    'Content-Type: multipart/mixed; boundary=""',
    "Content-Type: nonsense",
  ])
    assert.deepEqual(structureOf(lines(head, "", "--", "", "x")).parts, [], head);
  const open = structureOf(lines("Content-Type: multipart/mixed; boundary=x", "", "--x", "", "never closed"));
  assert.equal(drawn(open), "multipart/mixed(text/plain)");
  const empty = structureOf(lines("Content-Type: multipart/mixed; boundary=x", "", "--x--"));
  assert.deepEqual(summarise(empty), { hasText: false, hasHtml: false, attachmentCount: 1 });
});

test("nesting without end is not followed, and a million boundaries are read at once", () => {
  const deep = Array.from({ length: 300 }, (_, n) =>
    lines(`Content-Type: multipart/mixed; boundary=b${n}`, "", `--b${n}`),
  );
  assert.equal(drawn(structureOf(deep.join(""))).split("(").length, 21);
  const many = lines("Content-Type: multipart/mixed; boundary=x", "") + "--x\r\n\r\n".repeat(100_000);
  assert.equal(structureOf(many).parts.length, 1_000);
  const hostile =
    lines("Content-Type: multipart/mixed; boundary=-", "") + "-".repeat(900).concat("\r\n").repeat(500);
  assert.equal(structureOf(hostile).parts.length, 0);
  const alike = lines("Content-Type: multipart/mixed; boundary=x", "") + "--xy\r\n".repeat(1_000_000);
  assert.equal(structureOf(alike).parts.length, 0);
});

test("texts and files are counted as another parser counts them", async () => {
  const leaf = fc.constantFrom(
    "text/plain",
    "text/html",
    "image/png; name=a.png",
    "text/plain\r\nContent-Disposition: attachment",
  );
  const tree: fc.Arbitrary<string> = fc.letrec<{ node: string; many: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      leaf.map((type) => lines(`Content-Type: ${type}`, "", "x")),
      tie("many"),
    ),
    many: fc
      .tuple(fc.nat(), fc.array(tie("node"), { minLength: 1, maxLength: 3 }))
      .map(([n, parts]) =>
        lines(
          `Content-Type: multipart/mixed; boundary=b${n}-${parts.length}-${parts.join("").length}`,
          "",
        ).concat(
          ...parts.map((part) => `--b${n}-${parts.length}-${parts.join("").length}\r\n${part}`),
          `--b${n}-${parts.length}-${parts.join("").length}--\r\n`,
        ),
      ),
  })).node;
  await fc.assert(
    fc.asyncProperty(tree, async (text) => {
      const { hasText, hasHtml, attachmentCount } = summarise(structureOf(text));
      const parsed = await PostalMime.parse(text);
      assert.equal(attachmentCount, parsed.attachments.length, text);
      if (hasText || hasHtml) assert.ok(parsed.text !== undefined || parsed.html !== undefined);
    }),
  );
});

test("a part is looked at within its own bounds, however large the message behind it is", (t) => {
  const inner = lines('Content-Type: multipart/mixed; boundary="z"', "", "x");
  const head = lines('Content-Type: multipart/mixed; boundary="b"', "");
  const parts = Array.from({ length: 900 }, () => `--b\r\n${inner}`).join("");
  const octets = Buffer.from(`${head}${parts}--b\r\n\r\n${"-\r\n".repeat(300_000)}`);
  let looked = 0;
  const original = Buffer.prototype.indexOf;
  t.mock.method(Buffer.prototype, "indexOf", function (this: Buffer, ...args: Parameters<Buffer["indexOf"]>) {
    const found = Reflect.apply(original, this, args) as number;
    const from = typeof args[1] === "number" ? args[1] : 0;
    looked += (found === -1 ? this.length : found) - from;
    return found;
  });
  structureOf(octets);
  t.mock.restoreAll();
  assert.ok(looked < 25 * octets.length, `${looked} octets were looked at`);
});
