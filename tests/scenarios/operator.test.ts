import assert from "node:assert/strict";
import { test } from "node:test";
import type { Credentials } from "../support/service.ts";
import { testService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

test("a confirmation mail comes from the operator's own domain, and its link is not in the customer's reach", async (t) => {
  await using sink = await startSmtpServer({ keep: "messages" });
  const service = await testService(t, {
    env: {
      FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`,
      FACTEUR_OPERATOR_NAME: "Example Mail",
      FACTEUR_OPERATOR_ADDRESS: "service@operator.example",
      FACTEUR_OPERATOR_POSTAL: "1 Main Street, Paris",
      FACTEUR_OPERATOR_COUNTRY: "FR",
    },
  });
  await service.command("domain", "approve", "operator.example", "--account", "service@operator.example");
  const customer = (await service.command(
    "account",
    "create",
    "--email",
    "c@customer.example",
  )) as unknown as Credentials;
  const asked = await service.request(customer, "POST", "/v3/REST/sender", {
    body: { Email: "news@third.example" },
  });
  assert.equal(asked.status, 201, asked.text);
  await sink.accepted(1);
  const [mail] = sink.transactions;
  assert.deepEqual(mail?.to, ["news@third.example"]);
  const source = mail?.data?.toString() ?? "";
  assert.match(source, /^DKIM-Signature: .*d=operator\.example;/ms);
  assert.match(source, /^From: Example Mail <service@operator\.example>/m);
  const inbox = await service.request(customer, "GET", "/api/v1/inbox");
  assert.deepEqual((inbox.json() as { items: unknown[] }).items, []);

  const link = /https?:\/\/\S+\/confirm-sender\/[\w.~-]+/.exec(source.replace(/=\r\n/g, ""))?.[0] ?? "";
  const path = new URL(link).pathname;
  const page = await fetch(`${service.url}${path}`);
  assert.equal(page.status, 200);
  const statusOf = async () =>
    /"Status" : "(\w+)"/.exec(
      (await service.request(customer, "GET", "/v3/REST/sender/news@third.example")).text,
    )?.[1];
  assert.equal(await statusOf(), "Inactive", "looking at the link changes nothing");
  assert.equal((await fetch(`${service.url}${path}`, { method: "POST" })).status, 200);
  assert.equal(await statusOf(), "Active");
});
