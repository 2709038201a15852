import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import { messageReasons } from "../delivery/index.ts";
import { keepInInbox } from "./inbox.ts";
import { settle } from "./settle.ts";
import { type Accepting, openAccepting } from "./testing/acceptance.ts";
import { acceptAndClaim, settlementFor } from "./testing/claimed.ts";
import { contentOf, rawContentOf, rawSubmissionOf, submissionOf } from "./testing/contents.ts";

const canary = (name: string) => `canary${name}`;
const canaries = [
  ...[
    "address",
    "name",
    "sendername",
    "subject",
    "text",
    "html",
    "customid",
    "payload",
    "variable",
    "value",
    "file",
  ],
  ...[
    "filename",
    "header",
    "campaign",
    "url",
    "category",
    "cc",
    "bcc",
    "reply",
    "words",
    "host",
    "key",
    "reporting",
    "written",
    "envelope",
    "original",
  ],
].map(canary);

/** Every row of every table, each as PostgreSQL writes it: bytes stand there in hexadecimal. */
async function dump(setup: Accepting): Promise<{ table: string; text: string }[]> {
  const tables = await setup.rows(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname`);
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const table = String(name);
      const found = await setup.rows(sql`select t::text as text from ${sql.identifier(table)} t`);
      return found.map(({ text }) => ({ table, text: String(text) }));
    }),
  );
  return rows.flat();
}

// However it might have been written, in any case: as it is, as bytes of UTF-8 or UTF-16, or as base64 from any offset.
function formsOf(word: string): string[] {
  const bytes = Buffer.from(word);
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift, "x"), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [word, bytes.toString("hex"), Buffer.from(word, "utf16le").toString("hex"), ...shifted];
}

function written() {
  const text = `Subject: ${canary("subject")}\r\n\r\n${canary("written")}\r\n`;
  const to = [{ address: `${canary("address")}@example.com`, name: canary("name") }];
  const originalRecipient = { type: "rfc822", address: `${canary("original")}@example.com` };
  const reports = new Map([
    [to[0]!.address, { envelopeId: canary("envelope"), notify: "never" as const, originalRecipient }],
  ]);
  const content = rawContentOf(text, { subject: canary("subject") });
  return rawSubmissionOf(content, { to, envelope: { isFromNobody: false, reports } });
}

async function storeEverything(setup: Accepting): Promise<void> {
  const { database, keyring, ids, clock, accountId } = setup;
  const party = (name: string) => ({ address: `${canary(name)}@example.com`, name: canary("name") });
  const file = {
    contentType: "text/plain",
    filename: canary("filename"),
    content: Buffer.from(canary("file")),
  };
  const content = contentOf({
    from: { address: "shop@example.org", name: canary("sendername") },
    replyTo: party("reply"),
    subject: canary("subject"),
    text: canary("text"),
    html: `<p>${canary("html")}</p>`,
    templateErrorReporting: party("reporting"),
    attachments: [file],
    inlined: [{ ...file, contentId: canary("file") }],
    headers: [["X-Own", canary("header")]],
    urlTags: canary("url"),
    customCampaign: canary("campaign"),
    deduplicatesCampaign: true,
    monitoringCategory: canary("category"),
  });
  const submission = submissionOf({
    content,
    to: [party("address")],
    cc: [party("cc")],
    bcc: [party("bcc")],
    variables: { [canary("variable")]: canary("value") },
    customId: canary("customid"),
    eventPayload: canary("payload"),
  });
  const idempotency = { key: canary("key"), bodyHash: Buffer.from("hash") };
  const held = await acceptAndClaim(setup, { submissions: [submission, written()], idempotency });
  const eventId = ids.next(clock.now());
  const suppressionId = ids.next(clock.now());
  const seal = (table: string, id: bigint, text: string) =>
    keyring.sealIdentity({ table, accountId, id }, text);
  await database.write({ role: "delivery" }, async (tx) => {
    await settle(tx, [
      settlementFor(setup, held[0]!, {
        ...{
          eventId,
          kind: "bounced",
          reason: messageReasons.userUnknown,
          replyCode: 550,
          enhanced: "5.1.1",
        },
        sealed: seal("event", eventId, `${canary("words")} ${canary("host")}`),
        suppression: {
          id: suppressionId,
          lookup: keyring.lookup(accountId, `${canary("address")}@example.com`),
          sealed: seal("suppression", suppressionId, `${canary("address")}@example.com`),
        },
      }),
    ]);
    const source = Buffer.from(`Subject: ${canary("subject")}\r\n\r\n${canary("text")}`);
    const envelope = { from: "b@example.org", to: `${canary("cc")}@example.com` };
    await keepInInbox(tx, setup, {
      accountId,
      messageId: held[1]!.id,
      envelope,
      subject: canary("subject"),
      source,
    });
  });
}

test("no address, name, subject, body, file, variable or id of the sender's own can be read in any column", async (t) => {
  const setup = await openAccepting(t);
  await storeEverything(setup);
  const rows = await dump(setup);
  const written = new Set(rows.map(({ table }) => table.replace(/_\d{8}$/, "")));
  for (const table of [
    "content",
    "message",
    "event",
    "delivery",
    "suppression",
    "campaign",
    "inbox",
    "idempotency",
  ]) {
    assert.ok(written.has(table), `${table} has a row to look at`);
  }
  for (const word of [...canaries, "owner@example.org"]) {
    for (const form of formsOf(word)) {
      const found = rows.find(({ text }) => text.toLowerCase().includes(form.toLowerCase()));
      assert.equal(found, undefined, `${word} stands in ${found?.table}`);
    }
  }
});

test("the search finds what is not sealed: the recipient's domain, and a word in bytes", async (t) => {
  const setup = await openAccepting(t);
  await storeEverything(setup);
  await setup.database.write({ role: "operator" }, (tx) =>
    tx.run(
      sql`update message set sealed = ${Buffer.from(`xx${canary("address")}`)} where domain = 'example.com'`,
    ),
  );
  const rows = await dump(setup);
  assert.ok(rows.some(({ text }) => text.includes("example.com")));
  assert.ok(rows.some(({ text }) => formsOf(canary("address")).some((form) => text.includes(form))));
});
