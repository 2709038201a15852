import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { emptyDatabase } from "../support/database.ts";
import { testService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

// Longer than a key pair is believed from memory (2 s), so that the database has to be asked.
const cacheColdMs = 2500;

test("while the database is away requests are told to come back, and served again when it is back", async (t) => {
  await using sink = await startSmtpServer();
  const { connection } = await emptyDatabase(t);
  const way = await openWay(connection);
  t.after(() => way.close());
  const service = await testService(t, {
    env: { DATABASE_URL: way.url, FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` },
  });
  const credentials = await service.account("sender@shop.example", "shop.example");
  const body = {
    Messages: [{ From: { Email: "news@shop.example" }, To: [{ Email: "a@b.example" }], TextPart: "x" }],
  };
  const send = () => service.request(credentials, "POST", "/v3.1/send", { body });
  assert.equal((await send()).status, 200);
  await sink.accepted(1);

  way.cut();
  await pause(cacheColdMs);
  assert.equal((await send()).status, 503);
  for (const target of ["/v3/REST/message", "/api/v1/messages"]) {
    const answer = await service.request(credentials, "GET", target);
    assert.equal(answer.status, 503, `${target}: ${answer.text}`);
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
  }

  way.mend();
  while ((await send()).status !== 200) await pause(200);
  await sink.accepted(2);
  assert.equal(sink.counts.messages, 2, "what was answered 503 was not taken");
});

/** A way to the database, over TCP, that can be cut. */
async function openWay(
  database: Awaited<ReturnType<typeof emptyDatabase>>["connection"],
): Promise<{ url: string; cut(): void; mend(): void; close(): void }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const peer = connect({ path: path.join(database.socketDir, `.s.PGSQL.${database.port}`) });
    for (const [from, to] of [
      [client, peer],
      [peer, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `postgres://${database.user}@127.0.0.1:${port}/${database.database}`,
    cut: () => {
      isCut = true;
      destroyAll();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      destroyAll();
      server.close();
    },
  };
}
