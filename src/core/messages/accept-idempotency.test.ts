import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import { countsQuery, openAccepting } from "./testing/acceptance.ts";
import { contentOf, submissionOf } from "./testing/contents.ts";

const hourMs = 3_600_000;
const keyed = (key: string, body = "body") => ({ idempotency: { key, bodyHash: Buffer.from(body) } });

test("a repeated request gets the first answer and stores nothing", async (t) => {
  const { accept, rows } = await openAccepting(t, { dayQuotaDefault: 1 });
  const first = await accept(keyed("one"));
  const before = await rows(countsQuery);
  for (let count = 0; count < 3; count++) {
    assert.deepEqual(await accept(keyed("one")), { kind: "replayed", answer: first.answer });
  }
  assert.deepEqual(await rows(countsQuery), before);
});

test("the key of a different request is refused as idempotency_mismatch", async (t) => {
  const { accept, rows } = await openAccepting(t);
  await accept(keyed("one"));
  await assert.rejects(accept(keyed("one", "other body")), { code: "idempotency_mismatch" });
  const [counts] = await rows(countsQuery);
  assert.equal(counts?.messages, 1n);
});

test("keys of different accounts and different keys have nothing to do with each other", async (t) => {
  const { accept, account, rows } = await openAccepting(t);
  const { accountId } = await account("Other");
  await accept(keyed("one"));
  await accept({ accountId, ...keyed("one", "other body") });
  await accept(keyed("two"));
  const [counts] = await rows(countsQuery);
  assert.deepEqual([counts?.messages, counts?.answers], [3n, 3n]);
});

test("of the same request made many times at once, in one process or several, one is stored", async (t) => {
  const { accept, acceptance, rows } = await openAccepting(t);
  const processes = [acceptance(), acceptance(), acceptance()];
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, index) => accept(keyed("one"), processes[index % processes.length])),
  );
  const [counts] = await rows(countsQuery);
  assert.deepEqual([counts?.messages, counts?.answers, counts?.counted], [1n, 1n, 1n]);
  assert.equal(results.filter(({ kind }) => kind === "answered").length, 1);
  assert.equal(new Set(results.map(({ answer }) => answer.toString())).size, 1, "all hear the same answer");
});

test("of two different requests with one key at once, one is stored and the other is a mismatch", async (t) => {
  const { accept, acceptance, rows } = await openAccepting(t);
  const ends = await Promise.allSettled(
    ["body", "other"].map((body) => accept(keyed("one", body), acceptance())),
  );
  assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const codes = ends.flatMap((end) =>
    end.status === "rejected" ? [(end.reason as { code: string }).code] : [],
  );
  assert.deepEqual(codes, ["idempotency_mismatch"]);
  const [counts] = await rows(countsQuery);
  assert.equal(counts?.messages, 1n);
});

test("after 24 hours a key is free again, whether the old answer was removed or not", async (t) => {
  const { accept, clock, rows } = await openAccepting(t);
  const first = await accept(keyed("one"));
  clock.advance(24 * hourMs);
  assert.deepEqual(await accept(keyed("one")), { kind: "replayed", answer: first.answer });
  clock.advance(1);
  const second = await accept(keyed("one", "other body"));
  assert.equal(second.kind, "answered");
  assert.deepEqual(await accept(keyed("one", "other body")), { kind: "replayed", answer: second.answer });
  const [counts] = await rows(countsQuery);
  assert.deepEqual([counts?.messages, counts?.answers], [2n, 1n]);
});

test("a request of which nothing was accepted may be mended and sent again under its key", async (t) => {
  const { accept, rows } = await openAccepting(t);
  const content = contentOf({ from: { address: "shop@elsewhere.example", name: "" } });
  await accept({ submissions: [submissionOf({ content })], ...keyed("one") });
  await accept(keyed("one", "mended"));
  const [counts] = await rows(countsQuery);
  assert.deepEqual([counts?.messages, counts?.answers], [1n, 1n]);
});

test("neither the key nor the answer can be read in the database", async (t) => {
  const { accept, rows } = await openAccepting(t);
  await accept({ ...keyed("canary-key"), answerOf: () => Buffer.from("canary-answer") });
  const [row] = await rows(sql`select i::text as text from idempotency i`);
  for (const canary of ["canary-key", "canary-answer"]) {
    assert.ok(!String(row?.text).includes(canary));
    assert.ok(!String(row?.text).includes(Buffer.from(canary).toString("hex")));
  }
});
