import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dnsName, reverseName } from "./name.ts";

test("a name is asked for in lower case, in A-labels and without its closing dot", () => {
  assert.equal(dnsName("Example.ORG."), "example.org");
  assert.equal(dnsName("bücher.example"), "xn--bcher-kva.example");
  assert.equal(dnsName("_dmarc.example.org"), "_dmarc.example.org");
  assert.equal(dnsName("_25._tcp.mx-1.example.org"), "_25._tcp.mx-1.example.org");
});

test("what cannot be a name in the DNS is told", () => {
  const longLabel = "a".repeat(64);
  for (const text of [
    "",
    ".",
    "a..b",
    ".a",
    "a b",
    `${longLabel}.org`,
    `${"a.".repeat(127)}a`,
    "-a.org",
    "a\0b",
    "[::1]",
    "ü..a",
  ]) {
    assert.equal(dnsName(text), undefined, JSON.stringify(text));
  }
});

test("addresses turn into their reverse names", () => {
  assert.equal(reverseName("192.0.2.10"), "10.2.0.192.in-addr.arpa");
  assert.equal(
    reverseName("2001:db8::567:89ab"),
    "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
  );
  assert.equal(reverseName("::ffff:192.0.2.1")?.startsWith("1.0.2.0.0.0.0.c.f.f.f.f.0."), true);
  for (const text of ["", "1.2.3", "fe80::1%eth0", "example.org"]) assert.equal(reverseName(text), undefined);
});

test("every IPv6 address has 32 nibbles that give it back", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const nibbles =
        reverseName(address)
          ?.replace(/\.ip6\.arpa$/, "")
          .split(".")
          .reverse() ?? [];
      assert.equal(nibbles.length, 32);
      const spelled = (nibbles.join("").match(/.{4}/g) ?? []).join(":");
      assert.equal(new URL(`http://[${spelled}]`).hostname, new URL(`http://[${address}]`).hostname);
    }),
  );
});

test("a name stays as it is when normalised again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
      const name = dnsName(text);
      if (name !== undefined) assert.equal(dnsName(name), name);
    }),
  );
});
