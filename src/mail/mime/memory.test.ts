import assert from "node:assert/strict";
import { test } from "node:test";
import { giveMemory, Scratch, takeMemory } from "./memory.ts";

test("memory that is given back is used again, empty, and by one message at a time", () => {
  const first = takeMemory(10_000);
  first.fill("secret");
  giveMemory(first);
  giveMemory(first);
  const [second, third] = [takeMemory(9000), takeMemory(12_000)];
  assert.equal(second.buffer, first.buffer);
  assert.notEqual(third.buffer, second.buffer);
  assert.ok(second.every((octet) => octet === 0));
  assert.equal(second.length, 9000);
});

test("what was not taken, and what is larger than most messages, is left alone", () => {
  const foreign = [
    Buffer.alloc(16 * 1024, 1).subarray(8),
    Buffer.alloc(100, 1),
    takeMemory(1_000_000).fill(1),
  ];
  for (const each of foreign) {
    giveMemory(each);
    assert.equal(each[0], 1);
  }
});

test("a bounded amount is kept", () => {
  const taken = Array.from({ length: 1000 }, () => takeMemory(16 * 1024));
  for (const each of taken) giveMemory(each);
  const known = new Set(taken.map(({ buffer }) => buffer));
  const again = Array.from({ length: 1000 }, () => takeMemory(16 * 1024));
  assert.equal(again.filter(({ buffer }) => known.has(buffer)).length, 256);
});

test("scratch memory does not overlap until it is cleared, and is empty then", () => {
  const scratch = new Scratch();
  const parts = [3, 1000, 127_000, 5000].map((length, index) => scratch.take(length).fill(index + 1));
  for (const [index, part] of parts.entries()) assert.ok(part.every((octet) => octet === index + 1));
  scratch.clear();
  assert.ok(scratch.take(1000).every((octet) => octet === 0));
});
