import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { RawClient } from "../support/raw-client.ts";
import { TestService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";
import { startConsumer } from "../support/webhook-consumer.ts";

const token = "a-token-of-sixteen-and-more";

/** Samples by name and labels, as a collector reads them: every line has to be one, or a comment. */
function read(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const type = /^# TYPE ([a-z_]\w*) (?:counter|gauge|histogram|summary)$/.exec(line);
    if (type !== null) types.add(type[1] ?? "");
    if (line.startsWith("# ")) continue;
    const sample =
      /^([a-z_]\w*)(?:\{((?:[a-z_]\w*="(?:[^"\\\n]|\\.)*",?)*)\})? (NaN|[+-]Inf|-?\d[\d.e+-]*)$/.exec(line);
    assert.ok(sample !== null, `not a sample: ${line}`);
    const [, name = "", labels = "", value] = sample;
    const family = name.replace(/_(?:bucket|sum|count)$/, "");
    assert.ok(types.has(name) || types.has(family), `${name} has no type`);
    const key = labels === "" ? name : `${name}{${labels}}`;
    assert.ok(!samples.has(key), `${key} comes twice`);
    samples.set(key, Number(value));
  }
  return samples;
}

test("the metrics tell what has really happened, in few series, and to nobody without the token", async (t) => {
  const sink = await startSmtpServer({
    on: {
      rcpt: ({ argument }) => {
        if (argument.includes("gone@")) return "550 5.1.1 Nobody of that name lives here";
        return argument.includes("later@") ? "451 4.2.2 Our store is full, come back later" : undefined;
      },
    },
  });
  t.after(() => sink.close());
  const consumer = await startConsumer(t);
  const env = {
    FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`,
    FACTEUR_METRICS_TOKEN: token,
    FACTEUR_INBOUND: "127.0.0.1:0",
  };
  const service = await new TestService({ env }).start();
  t.after(() => service.remove());
  const { apiKey, secretKey } = await service.account("news@shop.example", "shop.example");
  const authorization = `Basic ${Buffer.from(`${apiKey}:${secretKey}`).toString("base64")}`;
  const post = (place: string, body: object) =>
    fetch(`${service.url}${place}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  assert.equal((await post("/api/v1/webhooks", { url: consumer.url, events: ["sent"] })).status, 201);
  const Messages = ["ann", "bob", "gone", "later"].map((name) => ({
    From: { Email: "news@shop.example" },
    To: [{ Email: `${name}@example.net` }],
    TextPart: "Hello",
  }));
  assert.equal((await post("/v3.1/send", { Messages })).status, 200);
  await consumer.until(2);
  using client = await RawClient.open(service.inboundPort);
  assert.match(await client.reply(), /^220 /);
  assert.match(await client.ask("EHLO a\r\n"), /^250/);
  assert.match(await client.ask("MAIL FROM:<a@b.example>\r\n"), /^250/);
  assert.match(await client.ask("RCPT TO:<nobody@example.org>\r\n"), /^550/);
  const ask = (headers: Record<string, string>) => fetch(`${service.url}/metrics`, { headers });
  const through = { "x-forwarded-for": "192.0.2.1" };
  assert.equal((await ask(through)).status, 403);
  let samples = new Map<string, number>();
  // Figures of the database are up to ten seconds old.
  for (let tries = 0; tries < 100 && samples.get('facteur_queue_messages{state="waiting"}') !== 1; tries++) {
    if (tries > 0) await pause(500);
    samples = read(await (await ask({ ...through, authorization: `Bearer ${token}` })).text());
  }
  const wanted: Record<string, number> = {
    'facteur_queue_messages{state="waiting"}': 1,
    'facteur_queue_messages{state="due"}': 0,
    facteur_queue_oldest_due_seconds: 0,
    'facteur_delivery_outcomes_total{outcome="sent",reply="2"}': 2,
    'facteur_delivery_outcomes_total{outcome="bounced",reply="5"}': 1,
    'facteur_delivery_outcomes_total{outcome="deferred",reply="4"}': 1,
    facteur_delivery_attempts_total: 4,
    'facteur_webhooks{state="alive"}': 1,
    'facteur_webhooks{state="dead"}': 0,
    facteur_webhook_retries: 0,
    facteur_parse_waiting: 0,
    'facteur_smtp_connections{port="inbound"}': 1,
    'facteur_smtp_connections_total{port="inbound"}': 1,
    'facteur_smtp_replies_total{port="inbound",class="2"}': 3,
    'facteur_smtp_replies_total{port="inbound",class="5"}': 1,
    'facteur_smtp_connections{port="submission"}': 0,
    'facteur_database_waiting{pool="request"}': 0,
  };
  for (const [key, value] of Object.entries(wanted)) assert.equal(samples.get(key), value, key);
  const positive = [
    'facteur_database_works_total{pool="accept"}',
    'facteur_stored_bytes{what="content"}',
    'facteur_stored_bytes{what="delivery"}',
    'facteur_stored_bytes{what="all"}',
    "facteur_journal_bytes",
    "process_resident_memory_bytes",
    "nodejs_eventloop_lag_p99_seconds",
  ];
  for (const key of positive) assert.ok((samples.get(key) ?? 0) > 0, `${key}: ${samples.get(key)}`);
  assert.ok(samples.has('facteur_log_lag_events{follower="statistics"}'));
  assert.doesNotMatch([...samples.keys()].join("\n"), /shop\.example|example\.net|@|127\.0\.0\.1/);
  const own = [...samples.keys()].filter(
    (key) => key.startsWith("facteur_") && !key.startsWith("facteur_http_"),
  );
  assert.ok(own.length < 120, `${own.length} series`);
});
