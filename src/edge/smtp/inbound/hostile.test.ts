import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { RawClient } from "../../../../tests/support/raw-client.ts";
import { openWorld } from "../../../../tests/support/world.ts";
import { sql } from "../../../base/database.ts";
import { addParseRoute } from "../../../core/inbound/index.ts";
import { createInbound, type InboundOptions } from "./server.ts";

// Clients come from addresses of the loopback that count as of the internet: 127.1.1.0/24 is who attacks.
const attacker = (n: number) => `127.1.1.${1 + (n % 250)}`;
const honest = "127.2.2.1";
const mib = 1024 * 1024;

const world = await openWorld({ after });
const { accountId } = await world.account();
await world.approve(accountId, "example.org");
const context = { keyring: world.keyring, ids: world.ids, now: world.clock.now(), mailDomain: null };
const wish = { address: "help@example.org", url: "https://hooks.example/in" };
await world.database.write({ role: "request", accountId }, (tx) =>
  addParseRoute(tx, context, accountId, wish),
);

const missing = { kind: "missing", ttlSeconds: undefined, authenticated: false } as const;
const nothing = async () => missing;
const silent = () => {};

async function start(change: Partial<InboundOptions> = {}) {
  const server = createInbound({
    ...world,
    clock: { now: () => world.clock.now(), real: () => performance.now() },
    name: "mail.example.org",
    log: { error: silent, warn: silent, info: silent, debug: silent },
    resolver: { a: nothing, aaaa: nothing, mx: nothing, txt: nothing, ptr: nothing },
    ownDomains: new Set(["mail.example.org"]),
    certificate: { kind: "self_made", names: ["localhost"] },
    isLocal: () => false,
    ...change,
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0, isImplicitTls: false });
  return { server, port, [Symbol.asyncDispose]: () => server.close() };
}

/** Connects; what was answered to EHLO, or to the connection itself. */
async function greeted(port: number, from: string): Promise<{ client: RawClient; answer: string }> {
  const client = await RawClient.open(port, "127.0.0.1", from);
  const greeting = await client.reply();
  return {
    client,
    answer: greeting.startsWith("220") ? await client.ask("EHLO mx.example.com\r\n") : greeting,
  };
}

async function bring(client: RawClient, body = "Subject: Help\r\n\r\nHelp.\r\n"): Promise<string> {
  for (const line of ["MAIL FROM:<ada@example.com>", "RCPT TO:<help@example.org>", "DATA"]) {
    const answer = await client.ask(`${line}\r\n`);
    if (/^[45]/.test(answer)) return answer;
  }
  return client.ask(`${body}.\r\n`);
}

const stored = async () =>
  Number(
    (
      await world.database.read({ role: "operator" }, (db) =>
        db.row<{ count: bigint }>(sql`select count(*) as count from parse_post`),
      )
    )?.count,
  );

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 20) {
    assert.ok(waitedMs < 30_000, "It did not come to be so within 30 seconds.");
    await pause(20);
  }
}

test("a network that opens a thousand connections, and sends garbage over them, has its share, and others are served", async () => {
  await using running = await start();
  using clients = new DisposableStack();
  let refused = 0;
  for (let n = 0; n < 1_000; n++) {
    const client = await RawClient.open(running.port, "127.0.0.1", attacker(n));
    clients.use(client);
    if (n % 3 === 0) client.send(Buffer.alloc(20_000, 0xff));
    // Commands in one piece, whose answers are not read.
    if (n % 3 === 1) client.send("EHLO a\r\nVRFY b\r\n".repeat(500));
  }
  await until(() => {
    refused = 1_000 - running.server.counts().connections;
    return refused >= 900;
  });
  assert.equal(running.server.counts().heldBytes, 0);
  const { client } = await greeted(running.port, honest);
  clients.use(client);
  assert.match(await bring(client), /^250 /);
});

test("slow senders of large mails hold what their network may, and mail of others is taken meanwhile", async () => {
  await using running = await start({ limits: { heldBytesMax: 12 * mib } });
  using clients = new DisposableStack();
  const part = Buffer.from(`${"x".repeat(98)}\r\n`.repeat(10_000));
  const answers: string[] = [];
  for (let n = 0; n < 15; n++) {
    const { client } = await greeted(running.port, attacker(n));
    clients.use(client);
    for (const line of ["MAIL FROM:<a@example.com>", "RCPT TO:<help@example.org>", "DATA"])
      answers.push(await client.ask(`${line}\r\n`));
    client.send(Buffer.concat([Buffer.from("Subject: s\r\n\r\n"), part]));
  }
  await until(() => running.server.counts().heldBytes > 2 * mib);
  await pause(100);
  const { heldBytes } = running.server.counts();
  assert.ok(heldBytes <= 4 * mib, `${heldBytes} octets are held`);
  const { client } = await greeted(running.port, honest);
  clients.use(client);
  assert.match(await bring(client, `Subject: Large\r\n\r\n${part.toString()}`), /^250 /);
  clients.dispose();
  await until(() => running.server.counts().heldBytes === 0);
});

test("while a flood waits for the database, mail is accepted, the API reads, and who comes next is not behind all of it", async () => {
  await using running = await start();
  const before = await stored();
  using clients = new DisposableStack();
  const lock = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holder = world.database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`lock table parse_post in share mode`);
    locked.resolve();
    await lock.promise;
  });
  await locked.promise;
  const flood: Promise<string>[] = [];
  for (let n = 0; n < 40; n++) {
    const { client } = await greeted(running.port, attacker(n));
    clients.use(client);
    flood.push(bring(client));
  }
  const [id = assert.fail()] = await world.send(accountId, {
    from: "news@example.org",
    to: ["ada@example.com"],
  });
  const seen = await world.database.read({ role: "request", accountId }, (db) =>
    db.row(sql`select 1 from message where account_id = ${accountId} and id = ${id}`),
  );
  assert.ok(seen);
  const { client } = await greeted(running.port, honest);
  clients.use(client);
  const mine = bring(client);
  lock.resolve();
  await holder;
  assert.match(await mine, /^250 /);
  const early = (await stored()) - before;
  assert.ok(early < 20, `${early} of the flood were served first`);
  for (const answer of await Promise.all(flood)) assert.match(answer, /^250 /);
});
