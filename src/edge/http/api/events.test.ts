import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi } from "../testing/api-client.ts";

const { ask, memory } = createApi();

test("kinds, a time, a size and a wait are read from the query, and the answer says where to go on", async () => {
  const query = "kinds=bounced,sent,sent&from=2026-03-01T08:00:00Z&limit=1000&wait=25";
  const { status, json } = await ask("GET", `/events?${query}`);
  assert.equal(status, 200);
  assert.deepEqual(memory.askedEvents, {
    after: null,
    kinds: ["sent", "bounced"],
    from: new Date("2026-03-01T08:00:00Z"),
    limit: 1000,
    waitSeconds: 25,
  });
  assert.deepEqual([json.items, json.hasMore], [[], false]);
  await ask("GET", `/events?cursor=${json.nextCursor}`);
  assert.equal(memory.askedEvents?.after, 7n);
});

for (const query of [
  "kinds=opend",
  "kinds=",
  "limit=0",
  "limit=1001",
  "wait=26",
  "cursor=xyz",
  `cursor=${Buffer.from("before:7").toString("base64url")}`,
  `cursor=${Buffer.from(`after:${2n ** 63n}`).toString("base64url")}`,
  "from=yesterday",
  "from=0000-01-01T00:00:00Z",
]) {
  test(`the feed with ${query} is refused with the name of the parameter`, async () => {
    const { status, json } = await ask("GET", `/events?${query}`);
    assert.equal(status, 422);
    assert.equal(json.errors[0].field.replace("/", ""), query.split("=")[0]);
  });
}
