import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "../../src/base/database.ts";
import { emptyDatabase } from "../support/database.ts";
import { Records } from "../support/records.ts";
import { type Accepted, send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

const calls = 12;
const messagesPerCall = 50;
const domains = 40;

test("of three nodes one is frozen and one is killed: the third goes on, and nothing is lost or silently doubled", async (t) => {
  const received = new Map<string, number>();
  const sink = await startSmtpServer({
    keep: "counts",
    on: {
      message: ({ to: [address = ""] }) => {
        received.set(address, (received.get(address) ?? 0) + 1);
        return { delayMs: 15 };
      },
    },
  });
  t.after(() => sink.close());
  const { url } = await emptyDatabase(t);
  const env = { DATABASE_URL: url, FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` };
  const steady = new TestService({ env });
  t.after(() => steady.remove());
  await steady.start();
  const others = [1, 2].map(() => new TestService({ env, dataFolder: steady.dataFolder }));
  for (const other of others) t.after(() => other.kill());
  await Promise.all(others.map((other) => other.start()));
  const [frozen, killed] = others as [TestService, TestService];
  const records = await Records.open(steady);
  t.after(() => records.close());
  const credentials = steady.first;
  await steady.command("domain", "approve", "shop.example", "--account", credentials.accountId);
  await untilLanes(records, (counts) => counts.length === 3 && counts.every((count) => count >= 20));

  const accepted: Accepted[] = [];
  for (let call = 0; call < calls; call++) {
    const messages = Array.from({ length: messagesPerCall }, (_, index) => ({
      From: { Email: "news@shop.example" },
      To: [{ Email: `m${call}-${index}@d${index % domains}.example` }],
    }));
    const service = [steady, frozen, killed][call % 3]!;
    accepted.push(...(await send(service, credentials, ...messages)));
  }
  while (received.size < accepted.length / 6) await pause(2);
  process.kill(frozen.pid, "SIGSTOP");
  await killed.kill();
  const before = received.size;
  await untilLanes(records, (counts) => counts.length === 1);
  await untilQuiet(received);
  const meanwhile = received.size - before;
  assert.ok(meanwhile > accepted.length / 6, `the third node goes on (${meanwhile})`);
  process.kill(frozen.pid, "SIGCONT");
  await records.emptied();

  assert.deepEqual(
    accepted.filter(({ address }) => !received.has(address)),
    [],
    "nothing lost",
  );
  const rows = new Map((await records.messages()).map((row) => [row.id, row]));
  const twice = accepted.filter(({ address }) => (received.get(address) ?? 0) > 1);
  const silent = twice.filter(({ id }) => rows.get(id)?.wasUnknown !== true);
  assert.deepEqual(silent, [], "what arrived twice was reported as unknown");
  assert.ok([...rows.values()].every(({ state }) => state === "sent"));
  t.diagnostic(`${meanwhile} went out by the third node; ${twice.length} arrived twice, all reported`);
});

/** Waits until a second goes by without a message. */
async function untilQuiet(received: Map<string, number>): Promise<void> {
  for (let last = -1; last !== received.size; await pause(1000)) last = received.size;
}

/** Waits until the numbers of lanes that the nodes hold are as wished; no lane may be free. */
async function untilLanes(records: Records, isRight: (counts: number[]) => boolean): Promise<void> {
  let seen = "";
  for (let waited = 0; waited < 60_000; waited += 200) {
    const lanes = await lanesOf(records);
    if (!lanes.has(null) && isRight([...lanes.values()])) return;
    seen = JSON.stringify([...lanes]);
    await pause(200);
  }
  assert.fail(`The lanes are not as they should be: ${seen}`);
}

async function lanesOf(records: Records): Promise<Map<number | null, number>> {
  const rows = await records.core.database.read({ role: "operator" }, (reader) =>
    reader.rows<{ nodeId: number | null; count: bigint }>(sql`
      select l.node_id as "nodeId", count(*) as count from lane l group by l.node_id`),
  );
  return new Map(rows.map(({ nodeId, count }) => [nodeId, Number(count)]));
}
