import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import type { RawReply, ReplyDefect } from "./reply.ts";
import { ReplyParser, toReply } from "./reply.ts";

function read(...chunks: (string | Buffer)[]): { replies: RawReply[]; defect: ReplyDefect | undefined } {
  const parser = new ReplyParser();
  const replies: RawReply[] = [];
  for (const chunk of chunks) {
    const defect = parser.push(Buffer.from(chunk as string), (reply) => replies.push(reply));
    if (defect !== undefined) return { replies, defect };
  }
  return { replies, defect: undefined };
}

const line = fc.string({ unit: "grapheme-ascii", maxLength: 60 });
const reply = fc.record(
  {
    code: fc.integer({ min: 200, max: 599 }),
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  },
  { noNullPrototype: true },
);

function written({ code, lines }: RawReply): string {
  return lines.map((text, index) => `${code}${index === lines.length - 1 ? " " : "-"}${text}\r\n`).join("");
}

test("replies are read back whatever their number and however the network has cut them", () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 6 }), fc.array(fc.nat(400)), (replies, cuts) => {
      const octets = Buffer.from(replies.map(written).join(""));
      const borders = [0, ...cuts.filter((cut) => cut < octets.length), octets.length].sort((a, b) => a - b);
      const chunks = borders.slice(1).map((border, index) => octets.subarray(borders[index], border));
      assert.deepEqual(read(...chunks), { replies, defect: undefined });
    }),
  );
});

test("replies that arrive byte by byte are read like those of one packet", () => {
  const octets = Buffer.from("220 hello\r\n250-first\r\n250-é\r\n250 last\r\n354\r\n");
  const one = read(octets);
  const many = read(...[...octets].map((byte) => Buffer.from([byte])));
  assert.deepEqual(many, one);
  assert.deepEqual(
    one.replies.map(({ code, lines }) => [code, ...lines]),
    [
      [220, "hello"],
      [250, "first", "é", "last"],
      [354, ""],
    ],
  );
});

test("whatever the bytes, the parser neither throws nor accepts what is no reply", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (chunks) => {
      for (const { code } of read(...chunks.map((chunk) => Buffer.from(chunk))).replies) {
        assert.ok(code >= 200 && code <= 599);
      }
    }),
  );
});

test("lines that are no reply are named as such", () => {
  for (const octets of [
    "HTTP/1.1 400 Bad Request\r\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "\r\n",
    "25\r\n",
    "100 too low\r\n",
    "600 too high\r\n",
    "2500 too long\r\n",
    "250_wrong separator\r\n",
    "２５０ full width\r\n",
    "\x16\x03\x01\x02\n",
  ]) {
    assert.equal(read(octets).defect, "not_a_reply", octets);
  }
});

test("a reply whose lines disagree about the code is a defect", () => {
  assert.equal(read("250-one\r\n550 two\r\n").defect, "codes_differ");
});

test("a line without an end is not collected for ever", () => {
  assert.equal(read("220 ", ...Array.from({ length: 40 }, () => "x".repeat(60))).defect, "line_too_long");
  assert.equal(read(`220 ${"x".repeat(3_000)}\r\n`).defect, "line_too_long");
});

test("a reply without an end is not collected for ever", () => {
  assert.equal(read("250-more\r\n".repeat(127), "250 last\r\n").defect, undefined);
  assert.equal(read("250-more\r\n".repeat(200)).defect, "too_many_lines");
});

test("the enhanced code is taken out of every line, and the lines are joined", () => {
  const raw = { code: 550, lines: ["5.1.1 The account does not exist.", "5.1.1 Please try again", "5.1.1"] };
  const text = "The account does not exist. Please try again";
  assert.deepEqual(toReply(raw), { code: 550, enhanced: "5.1.1", text });
});

test("an enhanced code of another class than the reply is ordinary text", () => {
  assert.deepEqual(toReply({ code: 550, lines: ["4.2.2 Full"] }), { code: 550, text: "4.2.2 Full" });
  assert.deepEqual(toReply({ code: 354, lines: ["3.0.0 Go"] }), { code: 354, text: "3.0.0 Go" });
});

test("what only resembles an enhanced code is ordinary text", () => {
  for (const text of ["5.1.1234 no", "5.1.1.2 address", "5.1 no", "5.1.1-bad", "mail 5.1.1"]) {
    assert.deepEqual(toReply({ code: 550, lines: [text] }), { code: 550, text });
  }
});

test("a line that does not repeat the enhanced code stays whole", () => {
  const { text } = toReply({ code: 550, lines: ["5.1.1 One", "5.1.10 two", "5.1.1three"] });
  assert.equal(text, "One 5.1.10 two 5.1.1three");
});

test("control characters, line separators and direction overrides do not get into the text", () => {
  const { text } = toReply({ code: 550, lines: ["\x1b[31mred\x07\tand\x00 \u202egnorw\u2028 ok\x7f\x9b"] });
  assert.equal(text, "[31mred and gnorw ok");
});

test("a text is cut at 1,024 characters, between characters", () => {
  const { text } = toReply({ code: 250, lines: [`x${"😀".repeat(600)}`] });
  assert.equal(text.length, 1_023);
  assert.ok(text.isWellFormed());
});
