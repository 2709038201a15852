import assert from "node:assert/strict";
import { after, test } from "node:test";
import PostalMime from "postal-mime";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { Delivery } from "../delivery/index.ts";
import { compose } from "./compose.ts";
import { type Loaded, MessageLoader } from "./load.ts";
import { type TemplateFault, TemplateFaultReports } from "./template-fault.ts";

const world = await openWorld({ after });
const { database, keyring, clock, links } = world;
const { accountId } = await world.account();
await world.approve(accountId, "shop.example");

/** Loads what is in the queue for an address, as a courier does. */
async function loaded(domain: string): Promise<Loaded[]> {
  return database.read({ role: "delivery" }, async (reader) => {
    const rows = await reader.rows<Delivery>(sql`
      select d.lane, d.id, d.account_id as "accountId", d.content_id as "contentId", d.part_id as "partId", d.route,
        d.band, d.due_at as "dueAt", d.expires_at as "expiresAt", d.attempts, d.is_bulk as "isBulk",
        d.is_repeat as "isRepeat"
      from delivery d where d.route = ${domain} order by d.id`);
    const claimed = rows.map((row) => ({
      ...row,
      claim: { lane: row.lane, id: row.id, nodeId: 1, epoch: 1n },
    }));
    return new MessageLoader(keyring, links).load(reader, claimed);
  });
}

async function mailTo(domain: string) {
  const items = await loaded(domain);
  return Promise.all(
    items.map(async (item) => {
      assert.ok(item.kind === "ready");
      const composed = compose(item.input);
      assert.ok(composed.kind === "composed");
      return PostalMime.parse(composed.message.octets);
    }),
  );
}

let domains = 0;

/** A fault of a message whose sender wants reports at a domain of its own. */
async function fault(
  change: Partial<TemplateFault["content"]> = {},
): Promise<TemplateFault & { at: string }> {
  domains++;
  const at = `reports${domains}.example`;
  await world.send(accountId, {
    from: "news@shop.example",
    to: [`ada@fault${domains}.example`],
    content: {
      usesTemplateLanguage: true,
      subject: 'Hello [[var:name:"you"]]',
      html: "<p>\nA<b>{{var:day}}</b>[[EMAIL_TO]]</p>",
      templateErrorReporting: { address: `dev@${at}`, name: "Dev" },
      ...change,
    },
  });
  const [item] = await loaded(`fault${domains}.example`);
  assert.ok(item !== undefined);
  const about = { accountId, messageId: item.delivery.id, at };
  if (item.kind === "faulty") return { ...about, ...item.fault };
  assert.ok(item.kind === "ready");
  const composed = compose(item.input);
  assert.ok(composed.fault !== null);
  return { ...about, ...composed.fault };
}

test("the sender hears what is wrong, where, and with which source", async () => {
  const about = await fault();
  assert.equal(await new TemplateFaultReports(world.acceptance, clock).report(about), true);
  const [mail] = await mailTo(about.at);
  assert.equal(mail?.from?.address, "news@shop.example");
  assert.deepEqual(
    mail?.to?.map(({ address }) => address),
    [`dev@${about.at}`],
  );
  assert.equal(
    mail?.subject,
    'Error while evaluating the template language for message "Hello [[var:name:"you"]]"',
  );
  assert.match(
    mail?.text ?? "",
    /expression parsing error ## Unknown identifier: var:day ## near ## .*\{\{var:day/,
  );
  assert.match(mail?.text ?? "", /HTMLPart, line 2, column 5/);
  assert.match(mail?.text ?? "", /It was not delivered\./);
  assert.ok(mail?.text?.includes(about.messageId.toString()));
  assert.equal(mail?.headers.find(({ key }) => key === "auto-submitted")?.value, "auto-generated");
  const files = mail?.attachments.map(({ filename, mimeType, content }) => {
    return [filename, mimeType, Buffer.from(content as ArrayBuffer).toString()];
  });
  assert.deepEqual(files, [
    ["HTMLPart.txt", "text/plain", "<p>\nA<b>{{var:day}}</b>[[EMAIL_TO]]</p>"],
    ["TextPart.txt", "text/plain", "Hello there"],
  ]);
});

test("a fault in the structure is told of with the part it is in", async () => {
  const about = await fault({ subject: "{% if true %}" });
  await new TemplateFaultReports(world.acceptance, clock).report(about);
  const [mail] = await mailTo(about.at);
  assert.match(mail?.text ?? "", /not valid template ## near ## if true %\} ##/);
  assert.match(mail?.text ?? "", /Subject, line 1, column 1/);
});

test("what is delivered despite its fault is told of, too", async () => {
  for (const html of ["{{var:day}}", "{{var:"]) {
    const about = await fault({ html, deliversDespiteTemplateError: true });
    await new TemplateFaultReports(world.acceptance, clock).report(about);
    const [mail] = await mailTo(about.at);
    assert.match(mail?.text ?? "", /It was delivered as it is/);
  }
});

test("one content is told of once in an hour, by all nodes together", async () => {
  const about = await fault();
  const reports = new TemplateFaultReports(world.acceptance, clock);
  const others = new TemplateFaultReports(world.acceptance, clock);
  assert.equal(await reports.report(about), true);
  assert.equal(await reports.report({ ...about, messageId: 5n }), false);
  assert.equal(await others.report(about), false);
  clock.advance(3_600_000);
  assert.equal(await others.report(about), true);
  assert.equal(await reports.report(about), false);
  assert.equal((await mailTo(about.at)).length, 2);
});

test("an account hears of ten contents in an hour at most", async () => {
  const about = await fault();
  const reports = new TemplateFaultReports(world.acceptance, clock);
  const sent = [];
  for (let index = 0; index < 12; index++) {
    const content = { ...about.content, html: `${about.content.html}${index}` };
    sent.push(await reports.report({ ...about, content }));
  }
  assert.equal(sent.filter(Boolean).length, 10);
});

test("who has not asked hears nothing", async () => {
  const about = await fault({ templateErrorReporting: null });
  assert.equal(await new TemplateFaultReports(world.acceptance, clock).report(about), false);
});

test("an account that may not send from the address any more gets a refusal instead of a report", async () => {
  const about = await fault();
  const content = { ...about.content, from: { address: "news@other.example", name: "" } };
  await assert.rejects(
    new TemplateFaultReports(world.acceptance, clock).report({ ...about, content }),
    (error) => error instanceof Refusal && error.code === "sender_not_allowed",
  );
});
