import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { openCore } from "../../src/app.ts";
import { sql } from "../../src/base/database.ts";
import { createLog } from "../../src/base/log.ts";
import { readRootKey } from "../../src/config/secrets.ts";
import { sendThroughCrashes } from "../support/crash.ts";
import { TestService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

const calls = 20;
const messagesPerCall = 50;
const kills = 5;

interface StateRow {
  id: bigint;
  state: string;
  wasUnknown: boolean;
}

test("1,000 messages survive kills of the service and of PostgreSQL: none lost, none twice unless reported", async (t) => {
  // A few milliseconds for each message, so that kills hit messages in every phase.
  const received = new Map<string, number>();
  const sink = await startSmtpServer({
    keep: "counts",
    on: {
      message: ({ to }) => {
        for (const address of to) received.set(address, (received.get(address) ?? 0) + 1);
        return { delayMs: 5 };
      },
    },
  });
  t.after(() => sink.close());
  const service = new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } });
  t.after(() => service.remove());
  await service.start();
  const credentials = await service.account("sender@shop.example", "shop.example");

  const domainOf = (index: number) => `d${index % 7}.example`;
  const sending = sendThroughCrashes(service, credentials, {
    calls,
    messagesPerCall,
    from: "news@shop.example",
    domainOf,
  });
  for (let kill = 0; kill < kills; kill++) {
    await pause(150 + Math.random() * 500);
    const postgres = service.postgresPid();
    await service.kill();
    if (kill % 2 === 1 && postgres > 0) process.kill(postgres, "SIGKILL");
    await service.start();
  }
  const accepted = await sending;
  assert.equal(accepted.length, calls * messagesPerCall);

  const rows = await waitForEnd(service);
  await service.stop();
  const states = new Map(rows.map((row) => [row.id, row]));
  const lost = accepted.filter(
    ({ id, address }) => states.get(id)?.state !== "sent" || !received.has(address),
  );
  assert.deepEqual(lost, [], "every accepted message is sent and has arrived");
  const twice = accepted.filter(({ address }) => (received.get(address) ?? 0) > 1);
  const silent = twice.filter(({ id }) => states.get(id)?.wasUnknown !== true);
  assert.deepEqual(silent, [], "what arrived twice was reported as unknown");
  assert.equal(states.size, accepted.length, "no message that nobody asked for");
  t.diagnostic(`${twice.length} of ${accepted.length} arrived twice, all reported; ${kills} kills`);
});

/** Waits until no message is on its way; answers the state of each. */
async function waitForEnd(service: TestService): Promise<StateRow[]> {
  const key = await readRootKey({ kind: "file", file: `${service.dataFolder}/secrets/root.key` });
  const log = createLog({ level: "silent" });
  await using core = await openCore({
    dataFolder: service.dataFolder,
    databaseUrl: null,
    rootKey: key,
    log,
    delivers: false,
  });
  for (let waited = 0; waited < 120_000; waited += 500) {
    const left = await core.database.read({ role: "operator" }, (reader) =>
      reader.row<{ count: bigint }>(sql`select count(*) as count from delivery`),
    );
    if (left?.count === 0n) break;
    await pause(500);
  }
  return await core.database.read({ role: "operator" }, (reader) =>
    // What the probes of the promises send is nobody's.
    reader.rows<StateRow>(sql`
      select m.id, m.state, m.was_unknown as "wasUnknown"
      from message m join account a on a.id = m.account_id and not a.is_synthetic`),
  );
}
