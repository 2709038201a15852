import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../base/clock.ts";
import type { Answer } from "../dns/answer.ts";
import { resolverOver } from "../dns/resolver.ts";
import { createStsSource, type KeptPolicy, type PolicyStore } from "./source.ts";

const daySeconds = 86_400;
const fileOf = (mode: string, maxAge = 7 * daySeconds) =>
  `version: STSv1\nmode: ${mode}\nmx: mx.example.org\nmax_age: ${maxAge}\n`;

/** A domain whose record and file can be changed; counts what is fetched. */
function setUp(store?: PolicyStore) {
  const clock = new ManualClock(new Date("2026-03-01T00:00:00Z"));
  const domain: { txt: string | Answer<never>; file: string | Error } = {
    txt: "v=STSv1; id=1;",
    file: fileOf("enforce"),
  };
  const fetched: string[] = [];
  const resolver = resolverOver(
    async (_type, name) => {
      const { txt } = domain;
      if (typeof txt !== "string") return txt;
      return {
        kind: "found",
        records: [[txt]],
        canonicalName: name,
        ttlSeconds: 0,
        authenticated: false,
      } as never;
    },
    { clock, cacheEntriesMax: 0 },
  );
  const source = createStsSource({
    resolver,
    clock,
    fetchPolicy: async (url) => {
      fetched.push(url);
      if (domain.file instanceof Error) throw domain.file;
      return domain.file;
    },
    ...(store === undefined ? {} : { store }),
  });
  const modeOf = async () => {
    const finding = await source.policyFor("Example.org");
    return finding.kind === "policy" ? finding.policy.mode : finding.reason;
  };
  return { clock, domain, fetched, source, modeOf };
}

const absent: Answer<never> = { kind: "missing", ttlSeconds: 60, authenticated: false };

test("a policy is fetched from the domain's policy host once and then kept", async () => {
  const { fetched, modeOf } = setUp();
  assert.equal(await modeOf(), "enforce");
  assert.equal(await modeOf(), "enforce");
  assert.deepEqual(fetched, ["https://mta-sts.example.org/.well-known/mta-sts.txt"]);
});

test("without a record nothing is fetched and nothing demanded", async () => {
  for (const [txt, reason] of [
    [absent, "no_record"],
    ["v=STSv1; id=-;", "invalid_record"],
    [{ kind: "failed", reason: "timeout" }, "lookup_failed"],
  ] as const) {
    const { domain, fetched, modeOf } = setUp();
    domain.txt = txt;
    assert.equal(await modeOf(), reason);
    assert.deepEqual(fetched, []);
  }
});

test("a name that is no domain has no policy", async () => {
  const { source } = setUp();
  assert.deepEqual(await source.policyFor("a/../b"), { kind: "none", reason: "no_record" });
});

test("a new id makes the policy be fetched again", async () => {
  const { domain, modeOf } = setUp();
  await modeOf();
  domain.txt = "v=STSv1; id=2;";
  domain.file = fileOf("testing");
  assert.equal(await modeOf(), "testing");
});

test("a kept policy outlives its record, its file and the DNS until its max_age", async () => {
  for (const txt of [absent, "v=STSv1; id=2;", { kind: "failed", reason: "timeout" }] as const) {
    const { clock, domain, modeOf } = setUp();
    await modeOf();
    domain.txt = txt;
    domain.file = new Error("gone");
    clock.advance(7 * daySeconds * 1000 - 1);
    assert.equal(await modeOf(), "enforce");
    clock.advance(1);
    assert.notEqual(await modeOf(), "enforce");
  }
});

test("a file that is no policy counts as a failed fetch", async () => {
  const { clock, domain, modeOf } = setUp();
  domain.file = "<html>";
  assert.equal(await modeOf(), "invalid_policy");
  domain.file = fileOf("enforce");
  clock.advance(300_000);
  assert.equal(await modeOf(), "enforce");
  domain.txt = "v=STSv1; id=2;";
  domain.file = "<html>";
  assert.equal(await modeOf(), "enforce");
});

test("after a failed fetch five minutes pass before the next", async () => {
  const { clock, domain, fetched, modeOf } = setUp();
  domain.file = new Error("down");
  assert.equal(await modeOf(), "fetch_failed");
  clock.advance(299_999);
  assert.equal(await modeOf(), "fetch_failed");
  assert.equal(fetched.length, 1);
  clock.advance(1);
  domain.file = fileOf("enforce");
  assert.equal(await modeOf(), "enforce");
});

test("a policy is renewed daily, so that its end does not come while it is unchanged", async () => {
  const { clock, fetched, modeOf } = setUp();
  for (let day = 0; day < 10; day++) {
    assert.equal(await modeOf(), "enforce");
    clock.advance(daySeconds * 1000);
  }
  assert.equal(fetched.length, 10);
});

test("messages that ask at the same time share one fetch", async () => {
  const { fetched, modeOf } = setUp();
  await Promise.all(Array.from({ length: 20 }, modeOf));
  assert.equal(fetched.length, 1);
});

test("a store carries policies over a restart", async () => {
  const kept = new Map<string, KeptPolicy>();
  const store: PolicyStore = {
    load: async (domain) => kept.get(domain),
    save: async (domain, policy) => void kept.set(domain, policy),
  };
  await setUp(store).modeOf();
  const { domain, fetched, modeOf } = setUp(store);
  domain.txt = absent;
  assert.equal(await modeOf(), "enforce");
  assert.deepEqual(fetched, []);
});
