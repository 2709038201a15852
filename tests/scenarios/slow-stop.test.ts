import assert from "node:assert/strict";
import { test } from "node:test";
import { testService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

// More than the grace of a stop (20 s) and less than a supervisor's patience (90 s).
const stopMsMax = 60_000;

test("a stop does not wait for a server that never answers, and the message is reported as unknown", async (t) => {
  await using sink = await startSmtpServer({ on: { message: { isSilent: true } } });
  const service = await testService(t, { env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } });
  const credentials = await service.account("sender@shop.example", "shop.example");
  const sent = await service.request(credentials, "POST", "/v3.1/send", {
    body: {
      Messages: [{ From: { Email: "news@shop.example" }, To: [{ Email: "a@slow.example" }], TextPart: "x" }],
    },
  });
  const id = /"MessageID":(\d+)/.exec(sent.text)?.[1] ?? "";
  while (sink.times("message") === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const startedAt = performance.now();
  await service.stop();
  assert.ok(performance.now() - startedAt < stopMsMax);
  await service.start();
  const history = await service.request(credentials, "GET", `/v3/REST/message/${id}`);
  assert.match(history.text, /"Status" : "(unknown|deferred)"/);
});
