import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as parse from "./parse.ts";

test("host:port reads back from how a URL writes it", () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      assert.deepEqual(parse.hostPort(parse.inUrl({ host: name, port })), { value: { host: name, port } });
    }),
  );
});

for (const text of [
  "",
  "8080",
  ":8080",
  "a b:1",
  "host:",
  "host:65536",
  "host:0",
  "::1:80",
  "[127.0.0.1]:80",
  "[::1:80",
  "a_b:1",
  "-a:1",
  `${"a".repeat(64)}:1`,
])
  test(`${JSON.stringify(text.slice(0, 20))} is no host and port`, () => {
    assert.ok("wrong" in parse.hostPort(text));
  });

test("a resolver may leave out port 53, also behind an IPv6 address", () => {
  assert.deepEqual(parse.resolverAddress("9.9.9.9"), { value: { host: "9.9.9.9", port: 53 } });
  assert.deepEqual(parse.resolverAddress("2620:fe::fe"), { value: { host: "2620:fe::fe", port: 53 } });
  assert.deepEqual(parse.resolverAddress("localhost:5353"), { value: { host: "127.0.0.1", port: 5353 } });
  assert.ok("wrong" in parse.resolverAddress("dns.example"));
});

for (const text of [
  "ftp://x",
  "https://user@x",
  "https://x/path",
  "https://x?q",
  "https://x/#f",
  "x",
  "http://",
])
  test(`${text} is no public URL`, () => {
    assert.ok("wrong" in parse.origin(text));
  });

test("a key of one repeated byte is refused, in both forms", () => {
  assert.ok("wrong" in parse.keyBytes("00".repeat(32)));
  assert.ok("wrong" in parse.keyBytes(Buffer.alloc(32, 1).toString("base64")));
});

test("a key reads the same in base64, base64url and hexadecimal", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      fc.pre(new Set(bytes).size > 1);
      const key = Buffer.from(bytes);
      for (const form of ["base64", "base64url", "hex"] as const)
        assert.deepEqual(parse.keyBytes(key.toString(form)), { value: key });
    }),
  );
});

test("a limit is a whole number from 1 on, or none", () => {
  assert.deepEqual(parse.limit("none"), { value: null });
  assert.deepEqual(parse.limit("10"), { value: 10 });
  for (const text of ["0", "-1", "1.5", "1e3", "Infinity", "9".repeat(16)])
    assert.ok("wrong" in parse.limit(text), text);
});

test("a network is an address, with bits that narrow it down", () => {
  for (const text of ["127.0.0.1", "10.0.0.0/8", "10.0.0.1/32", "2001:db8::/32", "::1", "fd00::/128"])
    assert.deepEqual(parse.network(text), { value: text });
  for (const text of [
    "",
    "proxy",
    "10.0.0.0/0",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "1/8",
    "10.0.0.0/08",
  ])
    assert.ok("wrong" in parse.network(text), text);
});
