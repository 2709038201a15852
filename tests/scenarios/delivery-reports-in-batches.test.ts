import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createTransport } from "nodemailer";
import { sql } from "../../src/base/database.ts";
import { found, openReporting } from "../support/reporting.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

// Much happens at once: what is due has its turn all the same, and no batch reads more than it should.

const home = await startSmtpServer({ keep: "messages" });
const dead = await startSmtpServer({ on: { rcpt: "550 5.1.1 No such user" } });
const slow = await startSmtpServer({ on: { rcpt: "451 4.2.1 Come back later" } });
after(async () => {
  for (const server of [home, dead, slow]) await server.close();
});
const service = await openReporting(
  { after },
  { "home.example": home.port, "dead.example": dead.port, "slow.example": slow.port },
);

async function give(to: string, notify: "failure" | "delay"): Promise<void> {
  const { submissionPort: port, key } = service;
  const auth = { user: key.publicKey, pass: key.secretKey };
  const mailer = createTransport({ host: "127.0.0.1", port, auth });
  const dsn = { id: "one", return: "headers", notify, recipient: `rfc822;${to}` } as const;
  await mailer.sendMail({ from: "shop@home.example", to, text: "What you ordered.", dsn });
  mailer.close();
}

/** Waits until so many messages have come to an end, or wait. */
async function settled(state: string, count: number): Promise<void> {
  await found(async () => {
    const query = sql`select from message m where m.state = ${state} and m.attempts > 0`;
    const rows = await service.database.read({ role: "operator" }, (reader) => reader.rows(query));
    return rows.length === count ? true : undefined;
  }, `${count} messages are ${state}`);
}

function reportsOn(action: string): number {
  return home.transactions.filter(({ data }) => data?.includes(`Action: ${action}\r\n`)).length;
}

test("what is due is told although each look finds as many events as it may", async () => {
  await give("waits@slow.example", "delay");
  await settled("deferred", 1);
  service.clock.advance(5 * 3_600_000);
  for (const name of ["a", "b", "c"]) await give(`${name}@dead.example`, "failure");
  await settled("bounced", 3);
  await service.report(1, { batches: 1, limits: { batchMax: 1 } });
  await found(() => (reportsOn("delayed") === 1 ? true : undefined), "the delay is told");
  await service.report();
  await found(() => (reportsOn("failed") === 3 ? true : undefined), "the failures are told");
});

test("a batch ends where it has read enough, and the next one goes on from there", async () => {
  for (const name of ["d", "e", "f"]) await give(`${name}@dead.example`, "failure");
  await settled("bounced", 6);
  const batches = await service.report(1, { limits: { originalsBytesMax: 1 } });
  assert.equal(batches, 3);
  await found(() => (reportsOn("failed") === 6 ? true : undefined), "all are told");
  await service.report();
  assert.equal(reportsOn("failed"), 6);
});
