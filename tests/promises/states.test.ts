import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../src/base/log.ts";
import { appendEvidence, verifyChain } from "../../src/core/policy/chain.ts";
import { type Entry, lookAtPromises, PromiseWatch, readRegister } from "../../src/core/policy/index.ts";
import { historyOf, stateOf } from "../../src/core/policy/states.ts";
import { openWorld } from "../support/world.ts";

const now = new Date("2026-11-23T10:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

function entry(change: Partial<Entry>): Entry {
  const [first] = readRegister();
  return { ...first!, covers: "all", probes: ["a", "b"], evidenceHoursMax: 3, ...change };
}

function latest(found: Record<string, [outcome: "kept" | "broken" | "unknown", at: Date]>) {
  return new Map(
    Object.entries(found).map(([probe, [outcome, at]]) => {
      const bytes = Buffer.alloc(32);
      return [probe, { id: 1n, probe, at, outcome, detail: "", checks: 1, previous: bytes, hash: bytes }];
    }),
  );
}

test("a promise is kept only when every probe has shown so lately", () => {
  const both = latest({ a: ["kept", hoursAgo(1)], b: ["kept", hoursAgo(2)] });
  assert.equal(stateOf(entry({}), both, now), "kept");
  assert.equal(stateOf(entry({ covers: "part" }), both, now), "partly");
  assert.equal(stateOf(entry({ covers: "nothing", probes: [] }), both, now), "not yet");
});

test("a probe that never ran, ran too long ago or could not look proves nothing", () => {
  const one = { a: ["kept", hoursAgo(1)] } as const;
  assert.equal(stateOf(entry({}), latest({ a: ["kept", hoursAgo(1)] }), now), "stale");
  assert.equal(
    stateOf(entry({}), latest({ ...{ a: [...one.a] }, b: ["kept", hoursAgo(3.1)] }), now),
    "stale",
  );
  assert.equal(stateOf(entry({}), latest({ ...{ a: [...one.a] }, b: ["unknown", now] }), now), "stale");
});

test("a statement counts for what no code can prove, until its day, and for nothing that is missing or broken", () => {
  const bytes = Buffer.alloc(32);
  const until = (hours: number) => {
    const at = hoursAgo(1);
    const words = { author: "DPO", statement: "Yes.", documentHash: null };
    return { id: 1n, promise: "P1", at, until: hoursAgo(-hours), ...words, previous: bytes, hash: bytes };
  };
  const fresh = latest({ a: ["kept", now], b: ["kept", now] });
  const stated = entry({ covers: "part", attestedDaysMax: 90, missing: [] });
  assert.equal(stateOf(stated, fresh, now), "partly");
  assert.equal(stateOf(stated, fresh, now, until(1)), "attested");
  assert.equal(stateOf(stated, fresh, now, until(0)), "lapsed");
  assert.equal(stateOf(stated, latest({ a: ["kept", now] }), now, until(1)), "stale");
  assert.equal(stateOf(stated, latest({ a: ["broken", now] }), now, until(1)), "broken");
  const missing = [{ en: "more", fr: "plus", de: "mehr" }];
  assert.equal(stateOf({ ...stated, missing }, fresh, now, until(1)), "partly");
  const unproven: Entry = { ...stated, probes: [], covers: "nothing" };
  assert.equal(stateOf(unproven, fresh, now, until(1)), "attested");
  assert.equal(stateOf(unproven, fresh, now), "not yet");
});

test("one probe that finds the contrary breaks the promise, however old its finding", () => {
  const found = latest({ a: ["kept", now], b: ["broken", hoursAgo(100)] });
  assert.equal(stateOf(entry({ covers: "part" }), found, now), "broken");
});

test("a day counts as kept when every probe has shown so, and as broken when one found the contrary", () => {
  const days = [
    { probe: "a", day: "2026-11-21", isKept: true, isBroken: false },
    { probe: "a", day: "2026-11-22", isKept: true, isBroken: false },
    { probe: "b", day: "2026-11-22", isKept: true, isBroken: true },
    { probe: "a", day: "2026-11-23", isKept: true, isBroken: false },
    { probe: "b", day: "2026-11-23", isKept: true, isBroken: false },
  ];
  assert.deepEqual(historyOf(entry({}), days, now, 4), ["none", "none", "broken", "kept"]);
});

test("probes run one after the other, but for those that only wait: the others run meanwhile", async (t) => {
  const { database, clock, ids, figures } = await openWorld(t);
  const log = createLog({ level: "silent" });
  const over = Promise.withResolvers<void>();
  let running = 0;
  let togetherMost = 0;
  const busy = (name: string, end: () => void) => ({
    name,
    everyMinutes: 60,
    run: async () => {
      togetherMost = Math.max(togetherMost, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      end();
      return { outcome: "kept", detail: "", checks: 1 } as const;
    },
  });
  const patient = {
    name: "grants",
    everyMinutes: 60,
    isPatient: true,
    run: async () => {
      await over.promise;
      return { outcome: "kept", detail: "", checks: 1 } as const;
    },
  } as const;
  const probes = [patient, busy("web-headers", () => {}), busy("web-tls", () => over.resolve())];
  const late = setTimeout(() => over.reject(new Error("The others did not run meanwhile.")), 20_000);
  t.after(() => clearTimeout(late));
  const found = await new PromiseWatch({ database, clock, ids, figures, log, probes }).runDue();
  assert.deepEqual(
    found.map(({ outcome }) => outcome),
    ["kept", "kept", "kept"],
  );
  assert.equal(togetherMost, 1);
});

test("evidence forms a chain, stays for 90 days, and a probe that fails proves nothing", async (t) => {
  const { database, clock, ids, figures } = await openWorld(t);
  const log = createLog({ level: "silent" });
  const probes = [
    {
      name: "web-headers",
      everyMinutes: 60,
      run: async () => ({ outcome: "kept", detail: "", checks: 1 }) as const,
    },
    { name: "web-tls", everyMinutes: 60, run: () => Promise.reject(new Error("no")) },
  ];
  const watch = new PromiseWatch({ database, clock, ids, figures, log, probes });
  assert.deepEqual(
    (await watch.runDue()).map(({ outcome }) => outcome),
    ["kept", "unknown"],
  );
  assert.deepEqual(await watch.runDue(), [], "nothing is due within the hour");
  clock.advance(3_600_000);
  assert.equal((await watch.runDue()).length, 2);
  const chain = () => database.read({ role: "operator" }, verifyChain);
  assert.deepEqual(await chain(), { length: 4, brokenAt: null });

  const { promises } = await lookAtPromises({ database, clock, figures }, readRegister());
  assert.equal(promises.find(({ entry: { id } }) => id === "P113")?.state, "stale");

  clock.advance(91 * 86_400_000);
  const finding = { outcome: "kept", detail: "", checks: 1 } as const;
  await database.write({ role: "retention" }, (tx) =>
    appendEvidence(tx, { ids, now: clock.now(), figures }, "web-tls", finding),
  );
  assert.deepEqual(await chain(), { length: 1, brokenAt: null });
});
