import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import { ManualClock } from "../../base/clock.ts";
import { resolverOver } from "../dns/resolver.ts";
import { findDmarc } from "./find.ts";

// mailauth has no types for its own walk.
const getDmarcRecord: (
  domain: string,
  resolver: (name: string) => Promise<string[][]>,
  options: { strict: boolean },
) => Promise<false | { recordDomain: string; orgDomain: string }> = createRequire(import.meta.url)(
  "mailauth/lib/dmarc/get-dmarc-record.js",
);

type Zone = Readonly<Record<string, string | readonly string[]>>;

/** Finds a domain's record among `_dmarc` records, given by the name below which they stand. */
async function find(domain: string, zone: Zone) {
  const asked: string[] = [];
  const resolver = resolverOver(
    async (_type, name) => {
      const below = name.replace(/^_dmarc\./, "");
      asked.push(below);
      if (below === "down.test") return { kind: "failed", reason: "timeout" };
      const texts = zone[below];
      if (texts === undefined) return { kind: "missing", ttlSeconds: 1, authenticated: false };
      const records = [texts].flat().map((text) => [text]);
      return { kind: "found", records, canonicalName: name, ttlSeconds: 1, authenticated: false } as never;
    },
    { clock: new ManualClock(new Date(0)) },
  );
  return { finding: await findDmarc(resolver, domain), asked };
}

test("a domain's own record holds for it", async () => {
  const { finding } = await find("example.org", { "example.org": "v=DMARC1; p=reject; sp=none" });
  assert.equal(finding.kind === "found" && finding.at, "example.org");
  assert.equal(finding.kind === "found" && finding.appliedPolicy, "reject");
});

test("below a domain with a record its subdomain policy holds, or else its policy", async () => {
  for (const [text, applied] of [
    ["v=DMARC1; p=reject; sp=quarantine", "quarantine"],
    ["v=DMARC1; p=reject", "reject"],
  ] as const) {
    const { finding } = await find("news.example.org", { "example.org": text });
    assert.equal(finding.kind === "found" && finding.at, "example.org");
    assert.equal(finding.kind === "found" && finding.organizationalDomain, "example.org");
    assert.equal(finding.kind === "found" && finding.appliedPolicy, applied);
  }
});

test("the walk ends at a domain that says it is, or is not, a public suffix", async () => {
  const own = await find("a.b.example.org", {
    "b.example.org": "v=DMARC1; p=none; psd=n",
    "example.org": "v=DMARC1; p=reject",
  });
  assert.equal(own.finding.kind === "found" && own.finding.organizationalDomain, "b.example.org");
  assert.deepEqual(own.asked, ["a.b.example.org", "b.example.org"]);
  const suffix = await find("a.b.example.org", { org: "v=DMARC1; p=reject; psd=y" });
  assert.equal(suffix.finding.kind === "found" && suffix.finding.organizationalDomain, "example.org");
  assert.equal(suffix.finding.kind === "found" && suffix.finding.at, "org");
});

test("a name of many labels takes eight questions", async () => {
  const { asked } = await find("a.b.c.d.e.f.g.h.i.j.test", {});
  assert.deepEqual(asked, [
    "a.b.c.d.e.f.g.h.i.j.test",
    "e.f.g.h.i.j.test",
    "f.g.h.i.j.test",
    "g.h.i.j.test",
    "h.i.j.test",
    "i.j.test",
    "j.test",
    "test",
  ]);
});

test("records that receivers pass over are told", async () => {
  const { finding } = await find("a.example.org", {
    "a.example.org": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
    "example.org": "v=DMARC1; p=none; p=reject",
  });
  assert.deepEqual(finding, {
    kind: "none",
    organizationalDomain: "a.example.org",
    ignored: [
      { name: "a.example.org", reason: "several" },
      { name: "example.org", reason: "malformed" },
    ],
  });
});

test("a DNS that does not answer is a failure, not an absence", async () => {
  const { finding } = await find("a.down.test", {});
  assert.deepEqual(finding, { kind: "failed", reason: "timeout" });
});

test("any tree is walked as by a walker that is not ours", async () => {
  const labels = ["a", "b", "c", "d", "e", "f", "g", "h", "example", "test"];
  const record = fc.constantFrom(
    "v=DMARC1; p=none",
    "v=DMARC1; p=reject; psd=n",
    "v=DMARC1; p=reject; psd=y",
    "v=DMARC1; p=none; psd=u",
    "v=DMARC1; p=none; p=none",
    "v=spf1 -all",
    ["v=DMARC1; p=none", "v=DMARC1; p=none"],
  );
  const records = fc.array(fc.option(record), { minLength: labels.length, maxLength: labels.length });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: labels.length }), records, async (depth, given) => {
      const zone: Record<string, string | string[]> = {};
      for (const [i, text] of given.entries()) if (text !== null) zone[labels.slice(i).join(".")] = text;
      const domain = labels.slice(-depth).join(".");
      const theirs = await getDmarcRecord(
        domain,
        async (name: string) => answerWith(zone[name.replace("_dmarc.", "")]),
        {
          strict: true,
        },
      );
      const { finding, asked } = await find(domain, zone);
      assert.ok(asked.length <= 8);
      assert.equal(finding.kind === "found", theirs !== false);
      if (finding.kind === "found" && theirs !== false) {
        assert.deepEqual([finding.at, finding.organizationalDomain], [theirs.recordDomain, theirs.orgDomain]);
      }
    }),
    { numRuns: 500 },
  );
});

function answerWith(texts: string | string[] | undefined): string[][] {
  if (texts === undefined) throw Object.assign(new Error("none"), { code: "ENODATA" });
  return [texts].flat().map((text) => [text]);
}
