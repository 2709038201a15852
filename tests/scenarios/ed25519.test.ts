import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { testService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

test("a domain approved with a second key sends mail with two signatures that verify", async () => {
  const sink = await startSmtpServer({ keep: "messages" });
  after(() => sink.close());
  const service = await testService({ after }, { env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } });
  const { accountId } = service.first;
  const words = ["domain", "approve", "shop.example", "--account", accountId, "--ed25519"];
  const approval = (await service.command(...words)) as Record<string, string>;
  const records: Record<string, string | undefined> = {
    [approval.dkimRecordName ?? ""]: approval.dkimRecordValue,
    [approval.ed25519RecordName ?? ""]: approval.ed25519RecordValue,
  };
  assert.equal(Object.keys(records).length, 2);

  const message = { From: { Email: "a@shop.example" }, To: [{ Email: "ada@r.example" }], TextPart: "Hello" };
  await service.request(service.first, "POST", "/v3.1/send", { body: { Messages: [message] } });
  for (let waitedMs = 0; sink.transactions.length === 0 && waitedMs < 10_000; waitedMs += 50) await pause(50);
  const { results } = await dkimVerify(sink.transactions[0]?.data ?? Buffer.alloc(0), {
    resolver: async (name: string) => [[records[name] ?? ""]],
  });
  const verdicts = results.map(({ selector, status }) => [
    `${selector}._domainkey.shop.example`,
    status.result,
  ]);
  assert.deepEqual(
    verdicts,
    Object.keys(records).map((name) => [name, "pass"]),
  );
});
