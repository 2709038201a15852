import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../base/errors.ts";
import { problemOfRefusal } from "./api/problem.ts";
import { refusalAnswer } from "./mailjet/refusals.ts";
import { defectFields, forbidden, refusalCodes, retryAfterOf } from "./refusals.ts";

test("every refusal is the request's fault, or passes with time, in all dialects", () => {
  for (const code of refusalCodes) {
    const refusal = new Refusal(code, "A sentence.");
    const statuses = [
      refusalAnswer(refusal, "spaced", "id").status,
      refusalAnswer(refusal, "compact", "id").status,
      problemOfRefusal(refusal, "id").status,
    ];
    for (const status of statuses)
      assert.ok((status >= 400 && status < 500) || status === 503 || status === 504, `${code} ${status}`);
  }
});

test("every refusal that passes with time says when", () => {
  for (const code of ["busy", "quota_exceeded", "rate_limited", "unavailable", "undecided"]) {
    const refusal = new Refusal(code, "Later.", { retryAfterSeconds: 2.1 });
    assert.equal(refusalAnswer(refusal, "spaced", "id").headers["retry-after"], "3", code);
    assert.equal(problemOfRefusal(refusal, "id").headers["retry-after"], "3", code);
  }
  assert.equal(retryAfterOf(new Refusal("busy", "Later.", { retryAfterSeconds: "soon" })), 1);
});

test("not taken and perhaps taken have statuses of their own", () => {
  for (const [code, status] of [
    ["busy", 503],
    ["undecided", 504],
  ] as const) {
    const refusal = new Refusal(code, "Later.");
    assert.equal(refusalAnswer(refusal, "compact", "id").status, status);
    assert.equal(refusalAnswer(refusal, "spaced", "id").status, status);
    assert.equal(problemOfRefusal(refusal, "id").status, status);
  }
});

test("a refusal of core that the tables do not know is answered with its own sentence", () => {
  const refusal = new Refusal("never_heard_of", "It is Sunday.");
  const spaced = refusalAnswer(refusal, "spaced", "id");
  assert.deepEqual([spaced.status, spaced.reason], [400, "It is Sunday."]);
  assert.equal(
    refusalAnswer(refusal, "compact", "id").body,
    '{"ErrorIdentifier":"id","StatusCode":400,"ErrorMessage":"It is Sunday."}',
  );
  const problem = JSON.parse(String(problemOfRefusal(refusal, "id").body));
  assert.deepEqual([problem.status, problem.code, problem.detail], [400, "never_heard_of", "It is Sunday."]);
});

test("what is missing is not found in the words of each format", () => {
  const refusal = new Refusal("not_found", "This account has no such message.");
  assert.equal(refusalAnswer(refusal, "spaced", "id").reason, "Object not found");
  assert.match(String(refusalAnswer(refusal, "compact", "id").body), /The resource with the specified ID/);
});

test("a permission that lacks is named", () => {
  assert.equal(forbidden("manage").code, "forbidden");
  assert.match(forbidden("manage").message, /manage/);
});

test("what is logged of a defect has no words of anybody", () => {
  const error = Object.assign(new RangeError("person@example.com is out of range"), { code: "E_RANGE" });
  const fields = defectFields(error);
  assert.deepEqual([fields.error, fields.code], ["RangeError", "E_RANGE"]);
  assert.doesNotMatch(JSON.stringify(fields), /person@/);
  assert.deepEqual(defectFields("person@example.com"), { error: "string" });
});
