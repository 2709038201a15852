import assert from "node:assert/strict";
import { test } from "node:test";

import { openTo, shipment } from "../../../tests/support/smtp-client.ts";
import type { SmtpServer } from "../../../tests/support/smtp-server.ts";
import { startSmtpServer } from "../../../tests/support/smtp-server.ts";
import type { Acquired, Acquisition, Opened, PoolKey, PoolLimits, SmtpConnection } from "./index.ts";
import { ConnectionPool } from "./index.ts";

const key: PoolKey = { address: "127.0.0.1", port: 25, tls: "off" };
const limits: PoolLimits = { connectionsMax: 2, messagesPerConnectionMax: 100, idleSeconds: 30 };

function berth(
  server: SmtpServer,
  changes: Partial<Acquisition<SmtpConnection>> = {},
): Acquisition<SmtpConnection> {
  const open = async (): Promise<Opened<SmtpConnection>> => ({
    kind: "open",
    connection: await openTo(server),
  });
  return { key, limits, open, ...changes };
}

function connectionOf<C>(acquired: Acquired<C>): C {
  assert.ok(acquired.kind === "acquired", acquired.kind);
  return acquired.connection;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

test("a connection that was given back is handed out again", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  for (let count = 0; count < 10; count += 1) {
    const connection = connectionOf(await pool.acquire(berth(server)));
    assert.equal((await connection.send(shipment())).kind, "accepted");
    pool.release(connection);
  }
  assert.deepEqual([server.counts.connections, server.counts.messages, pool.size], [1, 10, 1]);
  await pool.close(1);
  assert.deepEqual([server.times("quit"), pool.size], [1, 0]);
});

test("connections of different source addresses, ports, peers or policies are not mixed", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const keys = [
    key,
    { ...key, localAddress: "127.0.0.2" },
    { ...key, address: "127.0.0.3" },
    { ...key, port: 26 },
    { ...key, tls: "dane" },
  ];
  for (const other of keys) pool.release(connectionOf(await pool.acquire(berth(server, { key: other }))));
  assert.equal(server.counts.connections, keys.length);
  await pool.close(1);
});

test("no more connections are opened than allowed, and who waits is served in order", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const first = connectionOf(await pool.acquire(berth(server)));
  const second = connectionOf(await pool.acquire(berth(server)));
  const served: number[] = [];
  const waiting = [1, 2, 3].map(async (number) => {
    const connection = connectionOf(await pool.acquire(berth(server)));
    served.push(number);
    await pause(5);
    pool.release(connection);
  });
  await pause(20);
  assert.deepEqual([served, pool.size], [[], 2]);
  pool.release(first);
  await Promise.all(waiting);
  pool.release(second);
  assert.deepEqual([served, server.counts.connections], [[1, 2, 3], 2]);
  await pool.close(1);
});

test("a budget that grows serves those who wait, one that shrinks closes what is too much", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const narrow = { ...limits, connectionsMax: 1 };
  const first = connectionOf(await pool.acquire(berth(server, { limits: narrow })));
  const waiting = pool.acquire(berth(server, { limits: narrow }));
  const third = connectionOf(await pool.acquire(berth(server, { limits: { ...limits, connectionsMax: 3 } })));
  const second = connectionOf(await waiting);
  assert.equal(pool.size, 3);
  const late = pool.acquire(berth(server, { limits: narrow }));
  pool.release(first);
  pool.release(second);
  pool.release(third);
  pool.release(connectionOf(await late));
  await pause(50);
  assert.equal(pool.size, 1);
  await pool.close(1);
});

test("a connection that has carried its share is closed with QUIT and replaced", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const share = { limits: { ...limits, connectionsMax: 1, messagesPerConnectionMax: 3 } };
  for (let count = 0; count < 7; count += 1) {
    const connection = connectionOf(await pool.acquire(berth(server, share)));
    await connection.send(shipment());
    pool.release(connection);
  }
  assert.deepEqual([server.counts.connections, server.times("quit")], [3, 2]);
  await pool.close(1);
});

test("a connection that nobody uses is closed with QUIT after its time", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  pool.release(connectionOf(await pool.acquire(berth(server, { limits: { ...limits, idleSeconds: 0.03 } }))));
  assert.equal(pool.size, 1);
  await pause(100);
  assert.deepEqual([server.times("quit"), pool.size], [1, 0]);
});

for (const [how, message] of [
  ["with a 421", { reply: Buffer.from("250 ok\r\n421 4.4.2 Idle\r\n"), end: "close" }],
  ["without a word", { reply: "250 ok", end: "close" }],
  ["with a reset", { reply: "250 ok", end: "reset", delayMs: 1 }],
] as const) {
  test(`a connection that the peer has closed ${how} is not handed out`, async () => {
    await using server = await startSmtpServer({
      on: { message: ({ times }) => (times === 1 ? message : undefined) },
    });
    const pool = new ConnectionPool<SmtpConnection>();
    const narrow = { limits: { ...limits, connectionsMax: 1 } };
    const first = connectionOf(await pool.acquire(berth(server, narrow)));
    await first.send(shipment());
    if (first.isReusable) pool.release(first);
    else setTimeout(() => pool.release(first), 20);
    await pause(30);
    const second = connectionOf(await pool.acquire(berth(server, narrow)));
    assert.notEqual(second, first);
    assert.equal((await second.send(shipment())).kind, "accepted");
    pool.release(second);
    await pool.close(1);
  });
}

test("a failure to open is told to the one who asked, and the next one tries again", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const failed = { kind: "failed", stage: "connect", error: "refused", isTemporary: true } as const;
  const narrow = { ...limits, connectionsMax: 1 };
  const [first, second] = await Promise.all([
    pool.acquire(berth(server, { limits: narrow, open: async () => failed })),
    pool.acquire(berth(server, { limits: narrow })),
  ]);
  assert.deepEqual(first, failed);
  pool.release(connectionOf(second));
  await pool.close(1);
});

test("a defect in opening reaches the one who asked, and leaves no place taken", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const open = (): Promise<never> => Promise.reject(new Error("A defect."));
  await assert.rejects(pool.acquire(berth(server, { open })), /A defect/);
  assert.equal(pool.size, 0);
});

test("who stops waiting gets nothing, and takes nothing from the others", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const narrow = { ...limits, connectionsMax: 1 };
  const first = connectionOf(await pool.acquire(berth(server, { limits: narrow })));
  const controller = new AbortController();
  const impatient = pool.acquire(berth(server, { limits: narrow, signal: controller.signal }));
  const patient = pool.acquire(berth(server, { limits: narrow }));
  controller.abort();
  assert.deepEqual(await impatient, { kind: "cancelled" });
  pool.release(first);
  assert.equal(connectionOf(await patient), first);
  controller.abort();
  pool.release(first);
  assert.deepEqual(await pool.acquire(berth(server, { signal: AbortSignal.abort() })), { kind: "cancelled" });
  await pool.close(1);
});

test("a destination for which a thousand wait already is busy", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const none = berth(server, { limits: { ...limits, connectionsMax: 0 } });
  const waiting = Array.from({ length: 1_000 }, () => pool.acquire(none));
  assert.deepEqual(await pool.acquire(none), { kind: "busy" });
  await pool.close(1);
  for (const acquired of await Promise.all(waiting)) assert.equal(acquired.kind, "closed");
});

test("a connection that opens after its caller has left is closed", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const controller = new AbortController();
  const acquired = pool.acquire(
    berth(server, {
      signal: controller.signal,
      open: async () => {
        const connection = await openTo(server);
        controller.abort();
        return { kind: "open", connection };
      },
    }),
  );
  assert.deepEqual(await acquired, { kind: "cancelled" });
  await pause(30);
  assert.deepEqual([server.times("quit"), pool.size], [1, 0]);
});

test("closing turns away who waits, lets messages under way end, and says goodbye to all", async () => {
  await using server = await startSmtpServer({ on: { message: { delayMs: 50 } } });
  const pool = new ConnectionPool<SmtpConnection>();
  const busy = connectionOf(await pool.acquire(berth(server)));
  const idle = connectionOf(await pool.acquire(berth(server)));
  const waiting = pool.acquire(berth(server));
  const sending = busy.send(shipment()).then((result) => {
    pool.release(busy);
    return result;
  });
  const closing = pool.close(10);
  pool.release(idle);
  assert.deepEqual(await waiting, { kind: "closed" });
  assert.deepEqual(await pool.acquire(berth(server)), { kind: "closed" });
  assert.equal((await sending).kind, "accepted");
  await closing;
  await pool.close(10);
  assert.deepEqual([server.times("quit"), pool.size], [2, 0]);
});

test("closing does not wait longer than its grace for a message that hangs", async () => {
  await using server = await startSmtpServer({ on: { message: { isSilent: true } } });
  const pool = new ConnectionPool<SmtpConnection>();
  const connection = connectionOf(await pool.acquire(berth(server)));
  const sending = connection.send(shipment());
  await pause(20);
  await pool.close(0.05);
  const result = await sending;
  assert.ok(result.kind === "lost");
  assert.deepEqual([result.error, result.afterFinalDot], ["cancelled", true]);
});

test("a connection is given back once", async () => {
  await using server = await startSmtpServer();
  const pool = new ConnectionPool<SmtpConnection>();
  const connection = connectionOf(await pool.acquire(berth(server)));
  pool.release(connection);
  assert.throws(() => pool.release(connection), /not acquired/);
  await pool.close(1);
});
