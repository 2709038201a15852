import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parsePolicy, validateMx } from "mailauth/lib/mta-sts.js";
import { mxMatches, parseStsPolicy, type StsPolicy } from "./policy.ts";

test("the policy of RFC 8461 §3.2 is read, with either line end", () => {
  const lines = [
    "version: STSv1",
    "mode: enforce",
    "mx: mail.example.com",
    "mx: *.Example.net",
    "max_age: 604800",
    "",
  ];
  const policy = { mode: "enforce", mx: ["mail.example.com", "*.example.net"], maxAgeSeconds: 604_800 };
  assert.deepEqual(parseStsPolicy(lines.join("\r\n")), policy);
  assert.deepEqual(parseStsPolicy(lines.join("\n")), policy);
});

test("of a field given twice the first counts, and unknown fields do not", () => {
  const text = "version: STSv1\nx: y: z\nmode: testing\nmode: enforce\nmax_age: 1\nmax_age: 2\nmx:a.test";
  assert.deepEqual(parseStsPolicy(text), { mode: "testing", mx: ["a.test"], maxAgeSeconds: 1 });
});

test("a policy of mode none needs no hosts", () => {
  const text = "version: STSv1\nmode: none\nmax_age: 0";
  assert.deepEqual(parseStsPolicy(text), { mode: "none", mx: [], maxAgeSeconds: 0 });
});

test("a policy with a part missing or wrong is none", () => {
  const valid = ["version: STSv1", "mode: enforce", "max_age: 86400", "mx: a.test"];
  assert.notEqual(parseStsPolicy(valid.join("\n")), undefined);
  for (const [i, wrong] of [
    [0, "version: STSv2"],
    [0, ""],
    [1, "mode: strict"],
    [1, ""],
    [2, "max_age: -1"],
    [2, "max_age: 1e3"],
    [2, "max_age: 31557601"],
    [2, ""],
    [3, ""],
    [3, "mx: *"],
    [3, "mx: *.*.test"],
    [3, "mx: a*.test"],
    [3, "mx: 192.0.2.1/24"],
  ] as const) {
    assert.equal(parseStsPolicy(valid.with(i, wrong).join("\n")), undefined, wrong);
  }
  assert.equal(parseStsPolicy("<html>Not found</html>"), undefined);
});

test("a wildcard stands for exactly one label", () => {
  const policy: StsPolicy = { mode: "enforce", mx: ["mail.example.com", "*.example.net"], maxAgeSeconds: 1 };
  for (const host of ["mail.example.com", "MAIL.Example.com.", "a.example.net"])
    assert.ok(mxMatches(policy, host), host);
  for (const host of [
    "example.com",
    "a.mail.example.com",
    "example.net",
    "a.b.example.net",
    "xexample.net",
    "net",
    "",
  ]) {
    assert.ok(!mxMatches(policy, host), host);
  }
});

test("any policy file is read as by a parser that is not ours", () => {
  const scraps = fc.constantFrom(
    "version: STSv1",
    "mode: enforce",
    "mode:testing",
    "mode: none",
    "max_age: 604800",
    "max_age: 99999999999",
    "mx: a.test",
    "mx: *.b.test",
    "mx: -",
    "MX: c.test",
    " mode: none",
    "x",
    "é: 1",
  );
  const file = fc.oneof(
    fc.string(),
    fc.array(scraps, { maxLength: 8 }).map((lines) => ["version: STSv1", ...lines].join("\n")),
  );
  fc.assert(
    fc.property(file, (text) => {
      assert.deepEqual(parseStsPolicy(text), theirs(text));
    }),
    { numRuns: 1000 },
  );
});

function theirs(text: string): StsPolicy | undefined {
  try {
    const { mode, mx = [], maxAge } = parsePolicy(text, { strict: true });
    return { mode: mode as StsPolicy["mode"], mx, maxAgeSeconds: maxAge as number };
  } catch {
    return undefined;
  }
}

test("any host matches a policy exactly when a matcher that is not ours says so", () => {
  const name = fc
    .array(fc.constantFrom("a", "b", "test"), { minLength: 1, maxLength: 3 })
    .map((labels) => labels.join("."));
  const entry = fc.tuple(fc.boolean(), name).map(([wild, host]) => (wild ? `*.${host}` : host));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 3 }), name, (mx, host) => {
      const their = validateMx(host, { id: "1", mode: "enforce", mx, maxAge: 1, version: "STSv1" } as never);
      assert.equal(mxMatches({ mode: "enforce", mx, maxAgeSeconds: 1 }, host), their.valid);
    }),
  );
});
