import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { sql } from "../../src/base/database.ts";
import { Records } from "../support/records.ts";
import { type Accepted, send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

// Words that occur nowhere else. Each goes in through another field of the API.
const canary = (field: string) => `Kanarienvogel${field}Zwitschert`;
const fields = {
  subject: canary("Subject"),
  text: canary("Text"),
  html: canary("Html"),
  fromName: canary("FromName"),
  toName: canary("ToName"),
  localPart: canary("LocalPart"),
  copy: canary("Copy"),
  blindCopy: canary("BlindCopy"),
  replyTo: canary("ReplyTo"),
  customId: canary("CustomId"),
  payload: canary("Payload"),
  campaign: canary("Campaign"),
  variable: canary("Variable"),
  header: canary("Header"),
  filename: canary("Filename"),
  file: canary("File"),
  templateName: "Plain name of a template",
  template: canary("Template"),
  reply: canary("Reply"),
};

const spoken = Object.entries(fields).filter(([, word]) => word.startsWith("Kanarienvogel"));

let sink: SmtpServer;
let deferring: SmtpServer;
let service: TestService;
let records: Records;
let delivered: Accepted[];
let waiting: Accepted[];
let kept: Accepted[];
/** A row of every table of content, as it was when it could be read. */
let sealed: { table: string; accountId: bigint; id: bigint; bytes: Buffer }[];

before(async () => {
  sink = await startSmtpServer();
  deferring = await startSmtpServer({ on: { rcpt: `450 4.2.1 The mailbox of ${fields.reply} is busy` } });
  service = await new TestService({
    env: {
      FACTEUR_LOG: "debug",
      FACTEUR_ROUTES: `busy.example=127.0.0.1:${deferring.port},*=127.0.0.1:${sink.port}`,
    },
  }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
  const { first } = service;
  await service.request(first, "POST", "/v3/REST/template", { body: { Name: fields.templateName } });
  const content = { "Text-part": fields.template, "Html-part": fields.template };
  await service.request(
    first,
    "POST",
    `/v3/REST/template/apikey%7C${encodeURIComponent(fields.templateName)}/detailcontent`,
    { body: content },
  );
  delivered = await send(service, first, {
    ...message("shop.example"),
    To: [{ Email: `${fields.localPart}@example.net`, Name: fields.toName }],
  });
  waiting = await send(service, first, {
    ...message("shop.example"),
    To: [{ Email: `${fields.localPart}@busy.example` }],
  });
  await service.request(first, "POST", "/v3.1/send", {
    body: {
      Messages: [
        {
          ...message("shop.example"),
          To: [{ Email: `${fields.localPart}@example.net` }],
          TextPart: "{{syntax error",
          TemplateLanguage: true,
        },
      ],
    },
  });
  kept = await send(service, first, {
    ...message("facteur.example"),
    To: [{ Email: `${fields.localPart}@example.org` }],
  });
  await records.reached(delivered[0]!.id, "sent");
  await records.reached(waiting[0]!.id, "deferred");
  await records.reached(kept[0]!.id, "sent");
});

after(async () => {
  await records?.close();
  await service?.remove();
  await sink?.close();
  await deferring?.close();
});

function message(domain: string) {
  return {
    From: { Email: `owner@${domain}`, Name: fields.fromName },
    Cc: [{ Email: `${fields.copy}@example.com` }],
    Bcc: [{ Email: `${fields.blindCopy}@example.com` }],
    ReplyTo: { Email: "answers@elsewhere.example", Name: fields.replyTo },
    Subject: fields.subject,
    TextPart: `${fields.text} [[var:v]]`,
    HTMLPart: `<p>${fields.html}</p>`,
    CustomID: fields.customId,
    EventPayload: fields.payload,
    CustomCampaign: fields.campaign,
    Variables: { v: fields.variable },
    Headers: { "X-Note": fields.header },
    Attachments: [
      {
        ContentType: "text/plain",
        Filename: `${fields.filename}.txt`,
        Base64Content: Buffer.from(fields.file).toString("base64"),
      },
    ],
  };
}

/** Every spelling of the words that a search of bytes can find, with the field it came through. */
function spellings(): [what: string, bytes: Buffer][] {
  return spoken.flatMap(([field, word]) => {
    const utf8 = Buffer.from(word);
    const base64 = [0, 1, 2].map((shift) => {
      // Of a text inside a larger one in base64, the letters in the middle are the same whatever stands around it.
      const encoded = Buffer.concat([Buffer.alloc(shift), utf8]).toString("base64");
      return Buffer.from(encoded.slice(shift === 0 ? 0 : 4, -4));
    });
    const all = [
      utf8,
      Buffer.from(word.toLowerCase()),
      Buffer.from(word, "utf16le"),
      Buffer.from(word, "utf16le").swap16(),
      Buffer.from(utf8.toString("hex")),
      Buffer.from(utf8.toString("hex").toUpperCase()),
      ...base64,
    ];
    return all.map((bytes) => [field, bytes] as [string, Buffer]);
  });
}

/** Where in the data folder, and in all that was logged, a word can be read. */
async function findings(): Promise<string[]> {
  await records.core.database.alone({ role: "operator" }, sql`checkpoint`);
  const wanted = spellings();
  const found: string[] = [];
  const look = (place: string, bytes: Buffer) => {
    for (const [field, spelling] of wanted) if (bytes.includes(spelling)) found.push(`${field} in ${place}`);
  };
  let files = 0;
  for (const entry of readdirSync(service.dataFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    look(path.relative(service.dataFolder, file), readFileSync(file));
    files++;
  }
  assert.ok(files > 500, `${files} files were searched`);
  look("the log", Buffer.from(service.output));
  return found;
}

async function readSealed(table: "content" | "inbox"): Promise<typeof sealed> {
  const rows = await records.core.database.read({ role: "operator" }, (reader) =>
    reader.rows<{ accountId: bigint; id: bigint; bytes: Buffer }>(sql`
      select t.account_id as "accountId", t.id, t.sealed as bytes from ${sql.identifier(table)} t`),
  );
  return rows.map((row) => ({ table, ...row }));
}

test("the search finds what is there to be found", async () => {
  const file = path.join(service.dataFolder, "journal", "folder-id");
  const bytes = Buffer.concat([
    readFileSync(file),
    Buffer.from(`x${Buffer.from(fields.text).toString("base64")}`),
  ]);
  assert.ok(spellings().some(([field, spelling]) => field === "text" && bytes.includes(spelling)));
});

test("nothing of a message can be read in the data folder while it is sent, waits or lies in the inbox", async () => {
  assert.deepEqual(await findings(), []);
  assert.ok(sink.counts.messages >= 1);
  const inbox = await service.request(service.first, "GET", "/api/v1/inbox");
  assert.match(inbox.text, new RegExp(`"messageId".*${fields.subject}`), "its owner reads it");
});

test("before six days are over content can be opened with the keys at hand", async () => {
  sealed = [...(await readSealed("content")), ...(await readSealed("inbox"))];
  const { keyring, database } = records.core;
  await database.read({ role: "operator" }, (reader) =>
    keyring.load(reader, [BigInt(service.first.accountId)]),
  );
  const opened = sealed.map(({ bytes, ...place }) => keyring.openContent(place, bytes));
  assert.ok(opened.length >= 4);
  assert.ok(opened.every((content) => content !== null));
  assert.ok(opened.some((content) => content?.includes(fields.text)));
});

test("after six days no content can be read by anybody, and what waited has expired", async () => {
  await service.command("clock", "advance", "6d");
  await service.command("retention", "run");
  await records.reached(waiting[0]!.id, "expired");
  // With the keys as they are on disk now.
  await records.close();
  records = await Records.open(service);
  const fresh = records.core.keyring;
  await records.core.database.read({ role: "operator" }, (reader) =>
    fresh.load(reader, [BigInt(service.first.accountId)]),
  );
  for (const { bytes, ...place } of sealed)
    assert.equal(fresh.openContent(place, bytes), null, "not even from a backup");

  const { first } = service;
  const inbox = await service.request(first, "GET", "/api/v1/inbox");
  assert.equal(inbox.status, 200);
  assert.doesNotMatch(inbox.text, /"messageId"/, "the inbox is empty");
  const stored = await service.request(first, "GET", `/v3/REST/message/${delivered[0]!.id}`);
  assert.equal(stored.status, 200, "that it was sent is still known");
  for (const word of [fields.text, fields.html, fields.variable, fields.file])
    assert.ok(!stored.text.includes(word));
  assert.deepEqual(await findings(), []);
});

test("after a day more the space of the content is free", async () => {
  await service.command("clock", "advance", "2d");
  await service.command("retention", "run");
  assert.deepEqual([await records.count("content"), await records.count("inbox")], [0, 0]);
  assert.ok((await records.count("message")) > 0);
});

test("after thirteen months no message and no event is left", async () => {
  await service.command("clock", "advance", "13mo");
  await service.command("retention", "run");
  for (const table of [
    "message",
    "event",
    "content",
    "inbox",
    "delivery",
    "campaign_recipient",
    "idempotency",
  ])
    assert.equal(await records.count(table), 0, table);
  const stored = await service.request(service.first, "GET", `/v3/REST/message/${delivered[0]!.id}`);
  assert.equal(stored.status, 404);
  const [again] = await send(service, service.first, {
    From: { Email: "a@shop.example" },
    To: [{ Email: "b@example.net" }],
  });
  await records.reached(again!.id, "sent");
});
