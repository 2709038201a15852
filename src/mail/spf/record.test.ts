import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { spf } from "mailauth/lib/spf/index.js";
import { isSpf, parseSpf } from "./record.ts";

const termsOf = (text: string) => {
  const parsed = parseSpf(text);
  return parsed.kind === "record" ? parsed.terms.map((term) => `${term.name} ${term.value}`.trim()) : parsed;
};

test("every mechanism and modifier is read, in any case and with any number of spaces", () => {
  assert.deepEqual(
    termsOf(
      "V=spf1  a A:b.test/24 mx/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 Include:c.test ptr:d.test exists:%{i}.e.test exp=f.test other=%{x ?all ",
    ),
    [
      "a",
      "a b.test/24",
      "mx /24//64",
      "ip4 192.0.2.0/24",
      "ip6 2001:db8::/32",
      "include c.test",
      "ptr d.test",
      "exists %{i}.e.test",
      "exp f.test",
      "other %{x",
      "all",
    ],
  );
});

test("qualifiers are read, and none means pass", () => {
  const parsed = parseSpf("v=spf1 a -a ~a ?a +a");
  assert.deepEqual(
    parsed.kind === "record" && parsed.terms.map((term) => term.kind === "mechanism" && term.qualifier),
    ["+", "-", "~", "?", "+"],
  );
});

test("a word that is wrong is named", () => {
  for (const term of [
    "include",
    "include:",
    "include:a.test/24",
    "ip4:192.0.2.256",
    "ip4:192.0.2.0/33",
    "ip4:2001:db8::1",
    "ip6:192.0.2.1",
    "ip6:2001:db8::/129",
    "all:x.test",
    "a:",
    "a/33",
    "mx//129",
    "exists:%{z}.test",
    "include:a..test",
    "include:test",
    "inlcude:a.test",
    "-exp=a.test",
    "redirect=",
    "ü",
  ]) {
    assert.deepEqual(parseSpf(`v=spf1 ${term} -all`), { kind: "malformed", term });
  }
  assert.deepEqual(parseSpf("v=spf1 redirect=a.test redirect=b.test"), {
    kind: "malformed",
    term: "redirect=b.test",
  });
});

test("only a text that begins with the version is an SPF record", () => {
  for (const text of ["v=spf1", "v=spf1 -all", "V=SPF1 a"]) assert.ok(isSpf(text), text);
  for (const text of ["v=spf10 a", "v=spf1-all", "v=spf2.0/pra", " v=spf1", ""])
    assert.ok(!isSpf(text), text);
});

test("a record is malformed exactly when an evaluator that is not ours gives up on it", async () => {
  const words = fc.constantFrom(
    ..."a mx a:x.test a/24 a//64 a:x.test/24//64 a/33 a: -a ~mx ??a ip4:10.0.0.0/8 ip4:10.0.0.0/40 ip4: ip4:300.0.0.1".split(
      " ",
    ),
    ..."ip6:2001:db8::/32 ip6:::1/200 exists:%{i}.x.test exists:%{z} exists:% mx:x..test ptr:x.test".split(
      " ",
    ),
    ..."foo foo=bar foo= +foo=bar exp=x.test".split(" "),
  );
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(words, { maxLength: 4 }), async (terms) => {
      const text = ["v=spf1", ...terms, "-all"].join(" ");
      const theirs = await spf({
        sender: "a@example.org",
        ip: "198.51.100.7",
        helo: "h.test",
        mta: "m.test",
        resolver: async (name: string, type: string) => {
          if (type === "TXT" && name === "example.org") return [[text]];
          if (type === "MX") return [{ priority: 1, exchange: "x.test" }];
          if (type === "A" && !name.startsWith("198.")) return ["192.0.2.99"];
          throw Object.assign(new Error("none"), { code: "ENODATA" });
        },
      } as never);
      assert.equal(parseSpf(text).kind === "malformed", theirs && theirs.status.result === "permerror", text);
    }),
    { numRuns: 500 },
  );
});

test("any text after the version is read or named, without an exception", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 60 }), (rest) => {
      assert.ok(["record", "malformed"].includes(parseSpf(`v=spf1 ${rest}`).kind));
    }),
    { numRuns: 2000 },
  );
});
