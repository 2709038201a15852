import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { sendThroughCrashes } from "../support/crash.ts";
import { Records } from "../support/records.ts";
import { testService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

const calls = 10;
const messagesPerCall = 50;
const stops = 3;
// What is on the wire at the stop is finished; with answers after 20 ms that is soon.
const stopMsMax = 5000;

test("500 messages go out exactly once although the service is stopped and started in the middle, three times", async (t) => {
  const received = new Map<string, number>();
  const sink = await startSmtpServer({
    keep: "counts",
    on: {
      message: ({ to: [address = ""] }) => {
        received.set(address, (received.get(address) ?? 0) + 1);
        return { delayMs: 20 };
      },
    },
  });
  t.after(() => sink.close());
  const service = await testService(t, { env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } });
  const credentials = await service.account("sender@shop.example", "shop.example");
  const from = "news@shop.example";
  const domainOf = (index: number) => `d${index % 5}.example`;
  const sending = sendThroughCrashes(service, credentials, { calls, messagesPerCall, from, domainOf });

  for (let stop = 1; stop <= stops; stop++) {
    while (received.size < (stop * calls * messagesPerCall) / (stops + 2)) await pause(5);
    const started = performance.now();
    await service.stop();
    assert.ok(performance.now() - started < stopMsMax, "a stop does not wait for what has not begun");
    const arrived = received.size;
    await pause(100);
    assert.equal(received.size, arrived, "nothing goes out behind the stop's back");
    await service.start();
  }
  const accepted = await sending;
  const records = await Records.open(service);
  t.after(() => records.close());
  await records.emptied();

  assert.equal(accepted.length, calls * messagesPerCall);
  const twice = [...received].filter(([, times]) => times > 1);
  assert.deepEqual(twice, [], "nothing twice");
  assert.deepEqual(
    accepted.filter(({ address }) => !received.has(address)),
    [],
    "nothing lost",
  );
  const rows = await records.messages();
  assert.equal(rows.length, accepted.length);
  const odd = rows.filter(
    ({ state, attempts, wasUnknown }) => state !== "sent" || attempts !== 1 || wasUnknown,
  );
  assert.deepEqual(odd, [], "each was sent at its first attempt, and nothing was in doubt");
});
