import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../../../base/errors.ts";
import { bodyHash, parseIdempotencyKey } from "./idempotency.ts";

test("a key of 1 to 256 printable characters is taken, without the space around it", () => {
  for (const key of ["a", "8f3c-11", "two words", '"quoted"', "x".repeat(256)]) {
    assert.equal(parseIdempotencyKey(` ${key}\t`), key);
    assert.equal(parseIdempotencyKey([key]), key);
  }
});

test("no header and an empty header are no key", () => {
  for (const header of [undefined, "", " ", []]) assert.equal(parseIdempotencyKey(header), null);
});

test("any other key is refused", () => {
  for (const header of ["x".repeat(257), "a\u0000b", "é", "a\tb", ["a", "b"]]) {
    assert.throws(
      () => parseIdempotencyKey(header),
      (error: unknown) => error instanceof Refusal && error.code === "idempotency_key_invalid",
    );
  }
});

test("the hash of a body changes with any of its bytes", () => {
  assert.equal(
    bodyHash(Buffer.from("{}")).toString("hex"),
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  );
  assert.notDeepEqual(bodyHash(Buffer.from("{}")), bodyHash(Buffer.from("{} ")));
});
