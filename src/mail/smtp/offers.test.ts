import assert from "node:assert/strict";
import { test } from "node:test";

import { noOffers, readOffers } from "./offers.ts";

test("keywords are read in any case, and unknown ones are passed over", () => {
  const lines = ["mx.example.net at your service", "Pipelining", "8bitmime", "X-NEW THING", "CHUNKING", ""];
  assert.deepEqual(readOffers({ code: 250, lines }), {
    ...noOffers,
    pipelining: true,
    eightBitMime: true,
    chunking: true,
  });
});

test("the first line is a greeting, whatever it says", () => {
  assert.deepEqual(readOffers({ code: 250, lines: ["STARTTLS"] }), noOffers);
});

test("SIZE may name a limit, none, zero for none, or nonsense", () => {
  const limit = (line: string) => {
    const { size, sizeBytesMax } = readOffers({ code: 250, lines: ["hello", line] });
    return [size, sizeBytesMax];
  };
  assert.deepEqual(limit("SIZE 35882577"), [true, 35_882_577]);
  assert.deepEqual(limit("SIZE"), [true, undefined]);
  assert.deepEqual(limit("SIZE 0"), [true, undefined]);
  assert.deepEqual(limit("SIZE -1"), [true, undefined]);
  assert.deepEqual(limit("SIZE 99999999999999999999"), [true, undefined]);
});

test("mechanisms are found in both spellings of AUTH", () => {
  const { authMechanisms } = readOffers({ code: 250, lines: ["hello", "AUTH plain LOGIN", "AUTH=LOGIN"] });
  assert.deepEqual([...new Set(authMechanisms)], ["PLAIN", "LOGIN"]);
});
