import assert from "node:assert/strict";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { hourOf, Ratchet } from "./ratchet.ts";

const first = hourOf(new Date("2026-11-23T10:00:00Z"));

function fileIn(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-ratchet-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "content.keys");
}

function copyOf(secret: Buffer | null): Buffer {
  assert.ok(secret !== null);
  return Buffer.from(secret);
}

test("an hour begins and ends on the hour", () => {
  assert.equal(hourOf(new Date("2026-11-23T10:00:00.000Z")), first);
  assert.equal(hourOf(new Date("2026-11-23T10:59:59.999Z")), first);
  assert.equal(hourOf(new Date("2026-11-23T11:00:00.000Z")), first + 1);
});

test("every hour has a secret of its own, the same after a restart and in whatever order it is asked for", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  const secrets = new Map<number, string>();
  for (let hour = first; hour < first + 200; hour++) {
    secrets.set(hour, copyOf(ratchet.secretOf(hour)).toString("hex"));
  }
  assert.equal(new Set(secrets.values()).size, 200);
  const order = fc.shuffledSubarray([...secrets.keys()], { minLength: 200 });
  fc.assert(
    fc.property(order, (hours) => {
      const reloaded = Ratchet.load(file, 0);
      for (const hour of hours) {
        assert.equal(copyOf(reloaded.secretOf(hour)).toString("hex"), secrets.get(hour));
      }
    }),
    { numRuns: 10 },
  );
});

test("two folders have different chains", (t) => {
  const one = Ratchet.load(fileIn(t), first);
  const other = Ratchet.load(fileIn(t), first);
  assert.notDeepEqual(one.id, other.id);
  assert.notDeepEqual(one.secretOf(first), other.secretOf(first));
});

test("a destroyed hour has no secret any more, here or after a restart, and later hours keep theirs", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  const later = copyOf(ratchet.secretOf(first + 30));
  assert.equal(ratchet.destroyBefore(first + 10), true);
  for (const known of [ratchet, Ratchet.load(file, 0)]) {
    assert.equal(known.first, first + 10);
    assert.equal(known.secretOf(first + 9), null);
    assert.deepEqual(known.secretOf(first + 30), later);
  }
});

test("the bytes of destroyed secrets are gone from the file, from its old place on the disk and from memory", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  const held = [first, first + 3, first + 9].map((hour) => ratchet.secretOf(hour) as Buffer);
  const spent = held.map((secret) => Buffer.from(secret));
  const old = openSync(file, "r");
  assert.ok(readFileSync(file).includes(spent[0] as Buffer));
  ratchet.destroyBefore(first + 10);
  const bytes = readFileSync(file);
  const oldBytes = readFileSync(old);
  closeSync(old);
  assert.ok(oldBytes.every((byte) => byte === 0));
  for (const [index, secret] of spent.entries()) {
    assert.ok(!bytes.includes(secret));
    assert.ok((held[index] as Buffer).every((byte) => byte === 0));
  }
  assert.deepEqual(readdirSync(path.dirname(file)), ["content.keys"]);
});

test("what the file held before cannot be computed from what it holds now, only the other way round", (t) => {
  const file = fileIn(t);
  const before = Ratchet.load(file, first);
  const kept = path.join(path.dirname(file), "kept");
  writeFileSync(kept, readFileSync(file), { mode: 0o600 });
  before.destroyBefore(first + 1);
  const now = readFileSync(file);
  assert.deepEqual(Ratchet.load(kept, 0).secretOf(first + 1), before.secretOf(first + 1));
  assert.ok(!now.includes(copyOf(Ratchet.load(kept, 0).secretOf(first))));
});

test("the chain only turns forward", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: first - 50, max: first + 5000 }), { maxLength: 10 }), (hours) => {
      for (const hour of hours) {
        const before = ratchet.first;
        assert.equal(ratchet.destroyBefore(hour), hour > before);
        assert.equal(ratchet.first, Math.max(before, hour));
        assert.equal(Ratchet.load(file, 0).first, ratchet.first);
      }
    }),
    { numRuns: 20 },
  );
});

test("a process whose clock is behind does not bring back what another one of the folder has destroyed", (t) => {
  const file = fileIn(t);
  const quick = Ratchet.load(file, first);
  const late = Ratchet.load(file, first);
  assert.ok(late.secretOf(first + 5));
  quick.destroyBefore(first + 10);
  assert.equal(late.destroyBefore(first + 6), true);
  assert.equal(late.first, first + 10);
  assert.equal(Ratchet.load(file, 0).first, first + 10);
  assert.deepEqual(late.secretOf(first + 12), quick.secretOf(first + 12));
});

test("a process follows what another one of the folder has destroyed", (t) => {
  const file = fileIn(t);
  const one = Ratchet.load(file, first);
  const other = Ratchet.load(file, first);
  const held = other.secretOf(first + 2) as Buffer;
  one.destroyBefore(first + 10);
  other.reload();
  assert.equal(other.secretOf(first + 2), null);
  assert.ok(held.every((byte) => byte === 0));
});

test("a file that was written back to an earlier hour is put right with the next call", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  const old = readFileSync(file);
  ratchet.destroyBefore(first + 10);
  writeFileSync(file, old);
  assert.equal(ratchet.destroyBefore(first + 10), false);
  assert.equal(Ratchet.load(file, 0).first, first + 10);
});

test("a disk that cannot be written does not keep an hour in memory, and the file follows when it can", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  // A folder in the place of the draft: nothing can be written there, whoever the process runs as.
  const draft = `${file}.${process.pid}.new`;
  mkdirSync(draft);
  assert.throws(() => ratchet.destroyBefore(first + 10));
  assert.equal(ratchet.secretOf(first + 9), null);
  rmdirSync(draft);
  assert.equal(ratchet.destroyBefore(first + 10), false);
  assert.equal(Ratchet.load(file, 0).first, first + 10);
});

test("a crash before the rename leaves the old state, and no draft that would outlive its hour", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  const old = readFileSync(file);
  ratchet.destroyBefore(first + 10);
  // As if the process had been killed between writing its draft and the rename. No process has this number.
  writeFileSync(`${file}.4194999.new`, readFileSync(file), { mode: 0o600 });
  writeFileSync(file, old);
  const restarted = Ratchet.load(file, 0);
  assert.equal(restarted.first, first);
  assert.deepEqual(readdirSync(path.dirname(file)), ["content.keys"]);
  assert.equal(restarted.destroyBefore(first + 10), true);
});

test("a file with any bit changed, cut or lengthened is refused as damaged", (t) => {
  const file = fileIn(t);
  Ratchet.load(file, first);
  const whole = readFileSync(file);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const changed = Buffer.from(whole);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    writeFileSync(file, changed);
    assert.throws(() => Ratchet.load(file, 0), /is damaged/, `bit ${bit}`);
  }
  for (const bytes of [Buffer.alloc(0), whole.subarray(0, -1), Buffer.concat([whole, Buffer.of(0)])]) {
    writeFileSync(file, bytes);
    assert.throws(() => Ratchet.load(file, 0), /is damaged/);
  }
});

test("keys of another installation put into the folder are not overwritten", (t) => {
  const file = fileIn(t);
  const ratchet = Ratchet.load(file, first);
  const foreign = fileIn(t);
  Ratchet.load(foreign, first);
  writeFileSync(file, readFileSync(foreign));
  assert.throws(() => ratchet.destroyBefore(first + 1), /holds other keys/);
  assert.throws(() => ratchet.reload(), /holds other keys/);
  assert.deepEqual(readFileSync(file), readFileSync(foreign));
});
