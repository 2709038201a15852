import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { DataReader } from "./data-reader.ts";
import { GrowingOctets, HeldBytes } from "./held-octets.ts";

// Few letters, so that every neighbourhood of CR, LF and dot comes up often.
const stream = fc
  .array(fc.constantFrom("\r\n", "\r", "\n", ".", "\r\n.", "\r\n.\r\n", "a", "é"), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join("")));
const cuts = fc.array(fc.nat(80), { maxLength: 12 });

function slices(whole: Buffer, at: readonly number[]): Buffer[] {
  const borders = [0, ...at.filter((cut) => cut <= whole.length), whole.length].sort((a, b) => a - b);
  return borders.slice(1).map((border, index) => whole.subarray(borders[index], border));
}

/** RFC 5321 §4.5.2 with CRLF as the only line end, as slowly and plainly as it is written there. */
function model(text: string): { message: string; rest: string } | null {
  const lines = text.split("\r\n");
  const end = lines.indexOf(".");
  if (end === -1 || end === lines.length - 1) return null;
  const message = lines.slice(0, end).map((line) => `${line.startsWith(".") ? line.slice(1) : line}\r\n`);
  return { message: message.join(""), rest: lines.slice(end + 1).join("\r\n") };
}

function read(pieces: readonly Buffer[]): { message: string; rest: string } | null {
  const octets = new GrowingOctets(new HeldBytes(1_000_000), 1_000_000);
  const reader = new DataReader(octets);
  for (const [index, piece] of pieces.entries()) {
    const end = reader.read(piece, 0);
    if (end === -1) continue;
    const rest = Buffer.concat([piece.subarray(end), ...pieces.slice(index + 1)]);
    return { message: octets.terminated().toString("latin1"), rest: rest.toString("latin1") };
  }
  return null;
}

test("only CRLF, dot, CRLF ends a message, and dots are undone, wherever the network cuts", () => {
  fc.assert(
    fc.property(stream, cuts, (whole, at) => {
      assert.deepEqual(read(slices(whole, at)), model(whole.toString("latin1")));
    }),
    { numRuns: 5_000 },
  );
});

test("what other programs take for an end is none", () => {
  for (const end of [
    "\n.\n",
    "\r.\r",
    "\n.\r\n",
    "\r\n.\n",
    "\r\n.\r",
    "\r.\r\n",
    "\n\r\n.\r\r\n",
    "\r\n.\r\r\n",
  ]) {
    const text = `a${end}MAIL FROM:<x@example.org>\r\n`;
    assert.equal(read([Buffer.from(text)]), null, JSON.stringify(end));
    assert.ok(read([Buffer.from(`${text}.\r\n`)])?.message.includes("MAIL FROM"), JSON.stringify(end));
  }
});

test("a message may be empty, and begin with a dot", () => {
  assert.equal(read([Buffer.from(".\r\n")])?.message, "");
  assert.equal(read([Buffer.from("..\r\n.\r\n")])?.message, ".\r\n");
  assert.equal(read([Buffer.from(".a\r\n..b\r\n.\r\nQUIT\r\n")])?.rest, "QUIT\r\n");
});
