import assert from "node:assert/strict";
import { test } from "node:test";
import { isInternalAddress, isOwnAddress, isPublicAddress } from "./ip.ts";

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

test("only addresses of the internet at large are public", () => {
  const special = [
    ...[
      "192.0.0.8",
      "192.0.2.1",
      "198.18.0.1",
      "198.19.255.255",
      "198.51.100.7",
      "203.0.113.9",
      "192.88.99.1",
    ],
    ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "localhost", "", "8.8.8"],
    // Documentation, Teredo, 6to4 and NAT64 with private addresses inside, mapped ones, multicast, site-local, discard.
    ...["2001:db8::1", "2001::a00:1", "2002:a00:1::", "64:ff9b::a00:1", "64:ff9b:1::1", "::ffff:10.0.0.1"],
    ...["ff02::1", "fec0::1", "100::1", "::10.0.0.1", "3fff::1", "2001:2::1"],
  ];
  assert.deepEqual([...own, ...local, ...special].filter(isPublicAddress), []);
  const open = [
    "8.8.8.8",
    "1.1.1.1",
    "9.255.255.255",
    "172.32.0.1",
    "198.17.0.1",
    "198.20.0.1",
    "223.255.255.255",
  ];
  const openSix = ["2001:4860:4860::8888", "2a00:1450:4007::1", "2606:4700::1111", "2001:200::1"];
  assert.deepEqual([...open, ...openSix].filter(isPublicAddress), [...open, ...openSix]);
});
