import assert from "node:assert/strict";
import { test } from "node:test";
import { isInternalAddress, isOwnAddress } from "./ip.ts";

const own = ["127.0.0.1", "127.255.255.255", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"];
const local = [
  "10.0.0.1",
  "10.255.255.255",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "100.127.255.255",
  "fc00::1",
  "fdff:ffff::1",
  "fe80::1",
  "febf::1",
  "::ffff:10.0.0.1",
  "::ffff:a9fe:a9fe",
];
const others = ["9.255.255.255", "11.0.0.1", "172.15.255.255", "172.32.0.1", "192.167.1.1", "192.169.1.1"];
const outside = [
  ...others,
  "169.253.1.1",
  "100.63.255.255",
  "100.128.0.1",
  "2001:db8::1",
  "fec0::1",
  "::ffff:8.8.8.8",
];

test("an address of this machine is known in every form", () => {
  assert.deepEqual(own.filter(isOwnAddress), own);
  assert.deepEqual([...local, ...outside].filter(isOwnAddress), []);
});

test("addresses of this machine and of private networks are internal, their neighbours are not", () => {
  assert.deepEqual([...own, ...local].filter(isInternalAddress), [...own, ...local]);
  assert.deepEqual([...outside, "localhost", ""].filter(isInternalAddress), []);
});
