import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import PostalMime, { type Email } from "postal-mime";
import { testService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

const sink = await startSmtpServer({ keep: "messages" });
after(() => sink.close());
const service = await testService({ after }, { env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } });
const credentials = await service.account("sender@shop.example", "shop.example");
const from = { Email: "news@shop.example" };

async function send(...messages: object[]): Promise<void> {
  const body = { Messages: messages.map((message) => ({ From: from, Subject: "Hello", ...message })) };
  const answer = await service.request(credentials, "POST", "/v3.1/send", { body });
  assert.equal(answer.status, 200, answer.text);
}

async function arrived(address: string): Promise<Email[]> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 50) {
    const found = sink.transactions.filter(({ to }) => to.includes(address));
    if (found.length > 0)
      return Promise.all(found.map(({ data = Buffer.alloc(0) }) => PostalMime.parse(data)));
    await pause(50);
  }
  return [];
}

test("a template that cannot be rendered is not delivered, and its sender hears why, once", async () => {
  const faulty = {
    HTMLPart: "<p>{{var:day}}</p>",
    TemplateLanguage: true,
    TemplateErrorReporting: { Email: "dev@reports.example" },
  };
  const to = (name: string) => ({ To: [{ Email: `${name}@faulty.example` }] });
  await send({ ...faulty, ...to("ann") }, { ...faulty, ...to("bob") });
  await send({ TextPart: "after", To: [{ Email: "eve@faulty.example" }] });
  const [report, ...others] = await arrived("dev@reports.example");
  assert.match(report?.text ?? "", /Unknown identifier: var:day/);
  assert.equal(report?.from?.address, "news@shop.example");
  assert.match(report?.headers.find(({ key }) => key === "dkim-signature")?.value ?? "", /d=shop\.example/);
  await arrived("eve@faulty.example");
  assert.deepEqual(others, []);
  const received = sink.transactions.flatMap(({ to }) => to).sort();
  assert.deepEqual(received, ["dev@reports.example", "eve@faulty.example"]);
});

test("links arrive with the tags that were asked for", async () => {
  const HTMLPart =
    '<a href="https://s.test/a?b=1#c">{{var:name}}</a><a href="{{var:link}}">x</a><a href="mailto:a@s.test">y</a>';
  const message = {
    HTMLPart,
    TextPart: "https://s.test/a",
    TemplateLanguage: true,
    URLTags: "utm_source=mail&d=e",
  };
  const Variables = { name: "Ann", link: "https://s.test/l" };
  await send({ ...message, Variables, To: [{ Email: "ann@links.example" }] });
  const [mail] = await arrived("ann@links.example");
  assert.equal(mail?.text?.trim(), "https://s.test/a?utm_source=mail&d=e");
  assert.equal(
    mail?.html?.trim(),
    '<a href="https://s.test/a?b=1&amp;utm_source=mail&amp;d=e#c">Ann</a>' +
      '<a href="https://s.test/l?utm_source=mail&amp;d=e">x</a><a href="mailto:a@s.test">y</a>',
  );
});
