import assert from "node:assert/strict";
import { test } from "node:test";
import { countReports, putReports, selectReportsUpTo } from "./report-store.ts";
import { openAccepting } from "./testing/acceptance.ts";

test("what became known later takes the place of a report that waits, also within one batch", async (t) => {
  const { database, accountId } = await openAccepting(t);
  const reportOf = (id: bigint, messageId: bigint, text: string) => {
    return { accountId, id, messageId, action: "failed", sealed: Buffer.from(text) };
  };
  const put = (...rows: ReturnType<typeof reportOf>[]) =>
    database.write({ role: "relay" }, (tx) => putReports(tx, rows));
  assert.deepEqual(await put(reportOf(1n, 7n, "unknown")), new Set([1n]));
  const [second, third, fourth] = ["bounced", "unknown", "bounced too"];
  const added = await put(reportOf(2n, 7n, second!), reportOf(3n, 8n, third!), reportOf(4n, 8n, fourth!));
  assert.ok(!added.has(2n) && !added.has(3n) && added.has(4n));
  const keys = [1n, 2n, 3n, 4n].map((id) => ({ accountId, id }));
  const stored = await database.read({ role: "delivery" }, (reader) => selectReportsUpTo(reader, keys, 1000));
  assert.deepEqual(
    stored.map(({ id, sealed }) => [id, sealed?.toString()]),
    [
      [1n, "bounced"],
      [4n, "bounced too"],
    ],
  );
  const counts = [1, 5].map((countMax) =>
    database.read({ role: "relay" }, (reader) => countReports(reader, accountId, countMax)),
  );
  assert.deepEqual(await Promise.all(counts), [1, 2]);
});
