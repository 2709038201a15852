import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { readBasicCredentials } from "./basic-auth.ts";

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}

test("user and secret are separated by the first colon", () => {
  assert.deepEqual(readBasicCredentials(`Basic ${encode("key:se:cret")}`), {
    user: "key",
    secret: "se:cret",
  });
  assert.deepEqual(readBasicCredentials(`bAsIc   ${encode("key:")} `), { user: "key", secret: "" });
});

test("anything else is nobody", () => {
  const headers = [
    undefined,
    "",
    "Basic",
    "Basic ",
    `Bearer ${encode("a:b")}`,
    "Basic %%%",
    `Basic ${encode("no colon")}`,
    `Basic ${encode("a:b")} extra`,
    `Basic ${encode(`a:${"x".repeat(2000)}`)}`,
  ];
  for (const header of headers) assert.equal(readBasicCredentials(header), null, String(header).slice(0, 40));
});

test("every pair that can be sent is read back", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (user, secret) => {
      fc.pre(!user.includes(":") && user.isWellFormed() && secret.isWellFormed());
      assert.deepEqual(readBasicCredentials(`Basic ${encode(`${user}:${secret}`)}`), { user, secret });
    }),
  );
});

test("no header throws", () => {
  fc.assert(fc.property(fc.string(), (header) => void readBasicCredentials(header)));
});
