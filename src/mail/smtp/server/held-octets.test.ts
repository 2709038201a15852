import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

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

test("however many take all they may, the next one finds room, and nothing is counted that was given back", () => {
  const room = fc.record({ holders: fc.integer({ min: 1, max: 40 }), share: fc.constantFrom(0.5, 1) });
  fc.assert(
    fc.property(room, ({ holders, share }) => {
      const held = new HeldBytes(1_000_000, share);
      const greedy = Array.from({ length: holders }, (_, n) => held.shareOf(`network ${n}`));
      const taken = greedy.map(() => 0);
      for (let isMore = true; isMore; ) {
        isMore = false;
        for (const [n, each] of greedy.entries()) {
          if (!each.take(100)) continue;
          taken[n] = (taken[n] ?? 0) + 100;
          isMore = true;
        }
      }
      const fair = 1_000_000 / (holders + 1 / share);
      for (const bytes of taken) assert.ok(Math.abs(bytes - fair) <= 200 * holders, `${bytes} of ${fair}`);
      const late = held.shareOf("late");
      assert.ok(late.take(Math.floor(fair * 0.4)));
      late.give(Math.floor(fair * 0.4));
      for (const [n, each] of greedy.entries()) each.give(taken[n] ?? 0);
      assert.equal(held.bytes, 0);
      assert.ok(late.take(300_000));
    }),
    { numRuns: 30 },
  );
});

test("only a last line without its end gets one", () => {
  const octets = new GrowingOctets(new HeldBytes(100_000), 100_000);
  assert.equal(octets.terminated().toString(), "");
  append(octets, "a\r\n");
  assert.equal(octets.terminated().toString(), "a\r\n");
  append(octets, "b\r");
  assert.equal(octets.terminated().toString(), "a\r\nb\r\r\n");
});
