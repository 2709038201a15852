import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Json, parseJson, toJson, toSpacedJson } from "./json.ts";

function parsed(text: string): Json {
  const outcome = parseJson(Buffer.from(text));
  assert.equal(outcome.kind, "value", text.slice(0, 80));
  return outcome.kind === "value" ? outcome.value : null;
}

function problemOf(body: string | Buffer): string {
  const outcome = parseJson(Buffer.from(body as string));
  return outcome.kind === "problem" ? outcome.problem : "none";
}

test("what JSON.stringify writes is read back the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      assert.equal(toJson(parsed(text)), text);
    }),
  );
});

test("an integer beyond 2^53 keeps every digit in both directions", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), (id) => {
      const text = `{"ID":${id}}`;
      assert.equal(toJson(parsed(text)), text);
    }),
  );
  assert.deepEqual(parsed("[9007199254740991,9007199254740992,1152921509597813712]"), [
    9007199254740991,
    9007199254740992n,
    1152921509597813712n,
  ]);
});

test("long numbers that are no integers stay doubles", () => {
  assert.deepEqual(parsed("[0.12345678901234567, 1e400, 12345678901234567.5]"), [
    0.12345678901234566,
    Number.POSITIVE_INFINITY,
    12345678901234568,
  ]);
  assert.equal(typeof parsed("9".repeat(100_000)), "number");
});

test("digits inside a string do not change how numbers are read", () => {
  assert.deepEqual(parsed('["12345678901234567890", 7]'), ["12345678901234567890", 7]);
});

test("a body that is not UTF-8 is an encoding problem", () => {
  assert.equal(problemOf(Buffer.from([0x22, 0xff, 0x22])), "encoding");
  assert.equal(problemOf(Buffer.from('"\u00e9"', "latin1")), "encoding");
  // A surrogate encoded as three bytes (CESU-8) is no UTF-8 (RFC 3629 §3).
  assert.equal(problemOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), "encoding");
});

test("a leading byte order mark is skipped", () => {
  assert.deepEqual(parsed('\ufeff{"a":1}'), { a: 1 });
});

test("a body that is not JSON is a syntax problem", () => {
  for (const text of [
    "",
    " ",
    "{",
    "[1,]",
    "{'a':1}",
    "nul",
    '"',
    '"\\',
    '{"a":1}}',
    "\u0000",
    "NaN",
    '"\n"',
  ]) {
    assert.equal(problemOf(text), "syntax", JSON.stringify(text));
  }
});

test("64 levels are read and 65 are refused", () => {
  assert.equal(problemOf("[".repeat(64) + "]".repeat(64)), "none");
  assert.equal(problemOf("[".repeat(65) + "]".repeat(65)), "depth");
  assert.equal(problemOf('{"a":'.repeat(65)), "depth");
});

test("brackets inside strings do not count as levels", () => {
  assert.equal(problemOf(JSON.stringify({ a: '["'.repeat(1000), b: "\\".repeat(999) })), "none");
});

test("a million brackets are refused before they cost memory", () => {
  const started = performance.now();
  assert.equal(problemOf("[".repeat(20_000_000)), "depth");
  assert.equal(problemOf(`[${"[],".repeat(6_000_000)}0]`), "size");
  assert.ok(performance.now() - started < 1000, "the survey took too long");
});

test("the last of duplicate keys wins", () => {
  assert.deepEqual(parsed('{"a":1,"a":2}'), { a: 2 });
});

test("a key __proto__ is an ordinary key", () => {
  for (const text of [
    '{"__proto__":{"x":1}}',
    '{"__proto__":{"x":1},"n":12345678901234567890,"s":"\\ud800"}',
  ]) {
    const value = parsed(text);
    assert.ok(Object.hasOwn(value as object, "__proto__"));
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal((value as Record<string, unknown>).x, undefined);
  }
});

test("lone surrogates become U+FFFD in values and keys", () => {
  assert.deepEqual(parsed('{"\\ud800a":["x\\uDFFFy",{"ok":"\\ud83d\\ude00"}]}'), {
    "\ufffda": ["x\ufffdy", { ok: "\u{1f600}" }],
  });
});

test("U+0000 becomes U+FFFD in values and keys", () => {
  assert.deepEqual(parsed('{"a\\u0000":"\\u0000x\\\\u0000"}'), { "a\ufffd": "\ufffdx\\u0000" });
});

test("any bytes give a value or a problem", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const outcome = parseJson(Buffer.from(bytes));
      assert.ok(outcome.kind === "value" || outcome.kind === "problem");
    }),
  );
});

test("any damage to valid JSON gives what JSON.parse gives, or a problem", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.nat(), fc.string(), (text, at, noise) => {
      const cut = at % (text.length + 1);
      const damaged = text.slice(0, cut) + noise + text.slice(cut);
      let expected: unknown;
      try {
        expected = JSON.parse(Buffer.from(damaged).toString());
      } catch {
        assert.equal(problemOf(damaged), "syntax");
        return;
      }
      assert.equal(toJson(parsed(damaged)), JSON.stringify(expected));
    }),
  );
});

test("a bigint is printed as a bare integer and a date as its ISO form", () => {
  const value = { id: 1152921509597813712n, at: new Date(0), none: undefined, list: [undefined, Number.NaN] };
  assert.equal(
    toJson(value),
    '{"id":1152921509597813712,"at":"1970-01-01T00:00:00.000Z","list":[null,null]}',
  );
  assert.equal(toJson(undefined), "null");
});

test("the old formatting has spaces inside braces and around colons", () => {
  assert.equal(
    toSpacedJson({ Count: 1, Data: [{ ID: 95420017985181303n }, {}], Total: 1 }),
    '{ "Count" : 1, "Data" : [{ "ID" : 95420017985181303 }, {}], "Total" : 1 }',
  );
  assert.equal(
    toSpacedJson({ ErrorInfo: "", ErrorMessage: "Object not found", StatusCode: 404 }),
    '{ "ErrorInfo" : "", "ErrorMessage" : "Object not found", "StatusCode" : 404 }',
  );
  assert.equal(toSpacedJson({ Data: [] }), '{ "Data" : [] }');
});

test("both formats are read back the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(toSpacedJson(value)), JSON.parse(toJson(value)));
    }),
  );
});
