import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { spf } from "mailauth/lib/spf/index.js";
import { ManualClock } from "../../base/clock.ts";
import { resolverOver } from "../dns/resolver.ts";
import { checkSpf, type SpfCheck } from "./check.ts";

const ours = "spf.facteur.test";
const ourRecord = "v=spf1 ip4:198.51.100.7 -all";

/** Checks example.org in a world of TXT records. */
function check(zone: Record<string, string | string[]>): Promise<SpfCheck> {
  const world: Record<string, string | string[]> = { [ours]: ourRecord, ...zone };
  const resolver = resolverOver(
    async (_type, name) => {
      if (name === "down.test") return { kind: "failed", reason: "timeout" };
      const texts = world[name];
      if (texts === undefined) return { kind: "missing", ttlSeconds: 1, authenticated: false };
      const records = [texts].flat().map((text) => [text]);
      return { kind: "found", records, canonicalName: name, ttlSeconds: 1, authenticated: false } as never;
    },
    { clock: new ManualClock(new Date(0)) },
  );
  return checkSpf(resolver, "example.org", ours);
}

test("our hosts pass by an include, a nested include and a redirect", async () => {
  for (const zone of [
    { "example.org": `v=spf1 include:${ours} -all` },
    { "example.org": "v=spf1 mx include:SPF.Facteur.test. ~all" },
    { "example.org": "v=spf1 include:a.test -all", "a.test": `v=spf1 include:${ours} ?all` },
    { "example.org": `v=spf1 redirect=${ours}` },
    { "example.org": "v=spf1 redirect=a.test", "a.test": `v=spf1 include:${ours} -all` },
    { "example.org": ["google-site-verification=x", `v=spf1 include:${ours} -all`] },
  ]) {
    assert.equal((await check(zone)).kind, "passes", JSON.stringify(zone));
  }
});

test("an include that is not reached, or does not say pass, lets nobody pass", async () => {
  for (const zone of [
    { "example.org": "v=spf1 mx -all" },
    { "example.org": `v=spf1 -all include:${ours}` },
    { "example.org": `v=spf1 ?include:${ours} -all` },
    { "example.org": `v=spf1 -include:${ours} include:${ours} -all` },
    { "example.org": `v=spf1 -all redirect=${ours}` },
    { "example.org": "v=spf1 include:a.test -all", "a.test": `v=spf1 -include:${ours} ~all` },
    { "example.org": "v=spf1 include:a.test -all", "a.test": `v=spf1 -all include:${ours}` },
    { "example.org": `v=spf1 include:%{d}.${ours} -all` },
  ]) {
    assert.equal((await check(zone)).kind, "does_not_pass", JSON.stringify(zone));
  }
});

test("a match without pass inside an include is no match outside", async () => {
  const zone = {
    "example.org": `v=spf1 include:a.test include:${ours} -all`,
    "a.test": `v=spf1 -include:${ours} -all`,
  };
  assert.equal((await check(zone)).kind, "passes");
});

test("lookups are counted over all records", async () => {
  const result = await check({
    "example.org": `v=spf1 a mx include:a.test ip4:192.0.2.1 -all`,
    "a.test": `v=spf1 a include:${ours} -all`,
  });
  assert.deepEqual(result.kind === "passes" && result.lookups, 5);
});

test("ten lookups are accepted, eleven are not", async () => {
  const a = (count: number) => Array(count).fill("a").join(" ");
  assert.equal((await check({ "example.org": `v=spf1 ${a(9)} include:${ours} -all` })).kind, "passes");
  const after = await check({ "example.org": `v=spf1 include:${ours} ${a(10)} -all` });
  assert.equal(after.kind === "too_many_lookups" && after.passesBefore, true);
  const before = await check({ "example.org": `v=spf1 ${a(10)} include:${ours} -all` });
  assert.equal(before.kind === "too_many_lookups" && before.passesBefore, false);
});

test("a loop of includes ends at the limit", async () => {
  const result = await check({
    "example.org": "v=spf1 include:a.test -all",
    "a.test": "v=spf1 include:example.org -all",
  });
  assert.equal(result.kind, "too_many_lookups");
});

test("each mistake is told apart and names its place", async () => {
  assert.deepEqual(await check({}), { kind: "missing" });
  assert.deepEqual(await check({ "example.org": "something else" }), { kind: "missing" });
  const two = ["v=spf1 a -all", "v=spf1 mx -all"];
  assert.deepEqual(await check({ "example.org": two }), {
    kind: "several",
    name: "example.org",
    records: two,
  });
  const typo = `v=spf1 inlcude:${ours} -all`;
  assert.deepEqual(await check({ "example.org": typo }), {
    kind: "malformed",
    name: "example.org",
    record: typo,
    term: `inlcude:${ours}`,
  });
  const record = "v=spf1 include:a.test -all";
  assert.deepEqual(await check({ "example.org": record }), {
    kind: "broken_include",
    record,
    name: "a.test",
  });
  const nested = await check({ "example.org": record, "a.test": "v=spf1 ip4:x -all" });
  assert.equal(nested.kind === "malformed" && nested.name, "a.test");
  assert.deepEqual(await check({ "example.org": "v=spf1 include:down.test -all" }), {
    kind: "failed",
    reason: "timeout",
  });
});

test("what is said to pass passes at an evaluator that is not ours, and what is not does not", async () => {
  const term = fc.constantFrom(
    ...`include:${ours} -include:${ours} ?include:${ours} redirect=${ours} redirect=b.test`.split(" "),
    ..."include:a.test ~include:a.test include:b.test -include:b.test".split(" "),
    ..."a mx ip4:10.0.0.0/8 -ip4:10.1.0.0/16 all -all ?all foo=bar".split(" "),
  );
  const record = fc.array(term, { maxLength: 6 }).map((terms) => ["v=spf1", ...terms].join(" "));
  let decided = 0;
  await fc.assert(
    fc.asyncProperty(record, record, record, async (own, a, b) => {
      const zone: Record<string, string> = { "example.org": own, "a.test": a, "b.test": b };
      const theirs = await verdict({ ...zone, [ours]: ourRecord });
      const mine = await check(zone);
      const message = `${JSON.stringify(zone)} ${theirs}`;
      if (mine.kind === "passes") assert.equal(theirs, "pass", message);
      if (mine.kind === "does_not_pass") assert.ok(!["pass", "permerror"].includes(theirs), message);
      if (mine.kind === "too_many_lookups")
        assert.equal(theirs, mine.passesBefore ? "pass" : theirs, message);
      if (mine.kind !== "malformed") decided++;
    }),
    { numRuns: 1000 },
  );
  assert.ok(decided > 500);
});

async function verdict(world: Record<string, string>): Promise<string> {
  const result = await spf({
    sender: "a@example.org",
    ip: "198.51.100.7",
    helo: "h.test",
    mta: "m.test",
    resolver: async (name: string, type: string) => {
      const text = world[name];
      if (type === "TXT" && text !== undefined) return [[text]];
      if (type === "MX") return [{ priority: 1, exchange: "x.test" }];
      if (type === "A") return ["192.0.2.99"];
      throw Object.assign(new Error("none"), { code: "ENODATA" });
    },
  } as never);
  return result ? result.status.result : "none";
}
