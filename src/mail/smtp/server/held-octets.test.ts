import assert from "node:assert/strict";
import { test } from "node:test";

import { GrowingOctets, HeldBytes } from "./held-octets.ts";

const append = (octets: GrowingOctets, text: string) =>
  octets.append(Buffer.from(text), 0, Buffer.byteLength(text));

test("octets that come one by one are held as one piece that doubles", () => {
  const held = new HeldBytes(1_000_000);
  const octets = new GrowingOctets(held, 1_000_000);
  for (let count = 0; count < 40_000; count++) append(octets, "x");
  assert.equal(octets.terminated().length, 40_002);
  assert.equal(held.bytes, 65_536);
  octets.release();
  assert.equal(held.bytes, 0);
});

test("a message beyond its limit lets go of everything, and takes no more", () => {
  const held = new HeldBytes(1_000_000);
  const octets = new GrowingOctets(held, 30_000);
  append(octets, "x".repeat(20_000));
  append(octets, "x".repeat(20_000));
  append(octets, "x");
  assert.equal(octets.overflow, "too_large");
  assert.deepEqual([octets.terminated().length, held.bytes], [0, 0]);
});

test("where no room is left for all, one goes without, and the others keep theirs", () => {
  const held = new HeldBytes(40_000);
  const [first, second] = [new GrowingOctets(held, 100_000), new GrowingOctets(held, 100_000)];
  append(first, "a");
  append(second, "b");
  append(first, "x".repeat(20_000));
  assert.equal(first.overflow, "full");
  assert.equal(second.terminated().toString(), "b\r\n");
  assert.equal(held.bytes, 16_384);
});

test("only a last line without its end gets one", () => {
  const octets = new GrowingOctets(new HeldBytes(100_000), 100_000);
  assert.equal(octets.terminated().toString(), "");
  append(octets, "a\r\n");
  assert.equal(octets.terminated().toString(), "a\r\n");
  append(octets, "b\r");
  assert.equal(octets.terminated().toString(), "a\r\nb\r\r\n");
});
