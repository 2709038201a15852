import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import PostalMime, { type Email } from "postal-mime";
import { sql } from "../../src/base/database.ts";
import { ReaderLinks } from "../../src/core/tracking/index.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

let sink: SmtpServer;
let busy: SmtpServer;
let service: TestService;
let records: Records;

before(async () => {
  sink = await startSmtpServer({ keep: "messages" });
  busy = await startSmtpServer({ keep: "messages", on: { rcpt: "450 4.2.1 Later" } });
  const routes = `busy.example=127.0.0.1:${busy.port},*=127.0.0.1:${sink.port}`;
  service = await new TestService({ env: { FACTEUR_ROUTES: routes } }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  await sink?.close();
  await busy?.close();
});

const From = { Email: "news@shop.example" };

/** Hands in a message of our own API and answers its id. */
async function offer(address: string, more: object = {}): Promise<bigint> {
  const body = {
    from: { address: "news@shop.example" },
    to: [{ address }],
    subject: "Offers",
    text: "Offers",
    ...more,
  };
  const answer = await service.request(service.first, "POST", "/api/v1/messages", { body });
  assert.equal(answer.status, 202, answer.text);
  return BigInt((answer.json() as { recipients: { id: string }[] }).recipients[0]?.id ?? 0);
}

async function arrived(address: string): Promise<{ mail: Email; source: string }> {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 50) {
    const data = sink.transactions.find(({ to }) => to.includes(address))?.data;
    if (data !== undefined) return { mail: await PostalMime.parse(data), source: data.toString() };
    await pause(50);
  }
  assert.fail(`Nothing arrived for ${address}.`);
}

function linkOf({ mail }: { mail: Email }): string {
  const value = mail.headers.find(({ key }) => key === "list-unsubscribe")?.value ?? "";
  return /^<(http\S+)>$/.exec(value)?.[1] ?? assert.fail(`There is no link in "${value}".`);
}

/** As a mail program does it (RFC 8058 §3.2): a form, no cookie, no following. */
const oneClick = (link: string) =>
  fetch(link, {
    method: "POST",
    body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
    redirect: "manual",
  });

async function unsubscriptions(): Promise<number> {
  const listed = await service.request(service.first, "GET", "/api/v1/suppressions?limit=100");
  const { items } = listed.json() as { items: { cause: string }[] };
  return items.filter(({ cause }) => cause === "unsubscribe").length;
}

test("marketing mail leaves with a link in each part and both fields of one-click, signed", async () => {
  await offer("ada@one.example", { purpose: "marketing", html: "<p>Offers</p>" });
  const { mail, source } = await arrived("ada@one.example");
  const link = linkOf({ mail });
  assert.ok(link.startsWith(`${service.url}/u/`));
  assert.ok(mail.html?.includes(link) && mail.text?.includes(link));
  const signed =
    /^DKIM-Signature:[\s\S]*?\bh=([^;]*);/m.exec(source)?.[1]?.replace(/\s/g, "").toLowerCase() ?? "";
  const names = signed.split(":");
  assert.ok(names.includes("list-unsubscribe") && names.includes("list-unsubscribe-post"), signed);
});

test("scanners that look at the link, in whatever way, unsubscribe nobody", async () => {
  await offer("bob@one.example", { purpose: "marketing" });
  const link = linkOf(await arrived("bob@one.example"));
  const before = await unsubscriptions();
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    for (const query of ["", "?lang=fr", "?List-Unsubscribe=One-Click"])
      await fetch(link + query, { method });
  }
  assert.equal(await unsubscriptions(), before);
  const page = await fetch(link, { headers: { "accept-language": "fr-CH, en;q=0.5" } });
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.match(await page.text(), /<html lang="fr">/);
});

test("after one click nothing more is sent to the address, by whatever way it is handed in", async () => {
  await offer("eve@one.example", { purpose: "marketing" });
  const link = linkOf(await arrived("eve@one.example"));
  const answer = await oneClick(link);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("set-cookie"), null);
  const to = "Eve@One.example";
  const own = await offer(to);
  const [v31] = await send(service, service.first, { From, To: [{ Email: to }] });
  const v3 = await service.request(service.first, "POST", "/v3/send", {
    body: { FromEmail: From.Email, Recipients: [{ Email: to }], Subject: "Hello", "Text-part": "Hello" },
  });
  const v3Id = BigInt(/"MessageID"\s*:\s*(\d+)/.exec(v3.text)?.[1] ?? 0);
  for (const id of [own, v31?.id ?? 0n, v3Id]) assert.equal((await records.message(id)).state, "blocked");
  assert.equal(
    sink.transactions.filter(({ to: [first] }) => first?.toLowerCase() === to.toLowerCase()).length,
    1,
  );
});

test("a message that waits for its next attempt is stopped by an unsubscription", async () => {
  const id = await offer("ann@busy.example", { purpose: "marketing" });
  await records.attempted(id, 1);
  const { accountId } = service.first;
  const { keyring } = records.core;
  await records.core.database.read({ role: "operator" }, (db) => keyring.load(db, [BigInt(accountId)]));
  const reader = {
    accountId: BigInt(accountId),
    messageId: id,
    lookup: keyring.lookup(BigInt(accountId), "ann@busy.example"),
  };
  const link = new ReaderLinks(keyring, () => service.url).unsubscribe(reader);
  assert.equal((await oneClick(link)).status, 200);
  await service.command("clock", "advance", "2h");
  await records.reached(id, "blocked");
  assert.equal(busy.times("rcpt"), 1);
  assert.deepEqual(
    (await records.history(id)).map(({ kind }) => kind),
    ["deferred", "unsubscribed", "blocked"],
  );
});

test("what the reader did stands in both histories, and taking it back lets mail through again", async () => {
  const id = await offer("cy@one.example", { purpose: "marketing" });
  const link = linkOf(await arrived("cy@one.example"));
  const page = await (await oneClick(link)).text();
  const mailjet = await service.request(service.first, "GET", `/v3/REST/messagehistory/${id}`);
  assert.match(mailjet.text, /"EventType" : "unsub"/);
  const back = /action="([^"]+)"/.exec(page)?.[1] ?? assert.fail(page);
  assert.equal((await fetch(`${service.url}${back}`, { method: "POST" })).status, 200);
  const again = await offer("cy@one.example", { purpose: "marketing" });
  await records.reached(again, "sent");
  assert.deepEqual(
    (await records.history(id)).map(({ kind }) => kind),
    ["sent", "unsubscribed", "resubscribed"],
  );
});

test("mail from a sender for bulk mail is completed, and a receipt from another is left alone", async () => {
  const made = await service.request(service.first, "POST", "/v3/REST/sender", {
    body: { Email: "bulk@shop.example", EmailType: "bulk" },
  });
  assert.equal(made.status, 201, made.text);
  await send(
    service,
    service.first,
    { From: { Email: "bulk@shop.example" }, To: [{ Email: "dan@one.example" }] },
    { From, To: [{ Email: "receipt@one.example" }] },
  );
  assert.ok((await arrived("dan@one.example")).mail.text?.includes("/u/"));
  const receipt = await arrived("receipt@one.example");
  assert.doesNotMatch(receipt.source, /unsubscribe/i);
});

test("a link works when its account is closed", async () => {
  const closing = await service.account("closing@closing.example", "closing.example");
  const body = {
    From: { Email: "a@closing.example" },
    To: [{ Email: "kim@one.example" }],
    TextPart: "[[UNSUB_LINK]]",
  };
  await send(service, closing, body);
  const link = linkOf(await arrived("kim@one.example"));
  const suppressed = () =>
    records.core.database.read({ role: "operator" }, (db) =>
      db.row(sql`select count(*) as count from suppression where account_id = ${BigInt(closing.accountId)}`),
    );
  await service.command("account", "close", closing.accountId);
  assert.equal((await fetch(link)).status, 200);
  assert.equal((await oneClick(link)).status, 200);
  assert.deepEqual(await suppressed(), { count: 1n });
  await service.command("clock", "advance", "40d");
  await service.command("retention", "run");
  assert.deepEqual(await suppressed(), { count: 0n });
  for (const answer of [await fetch(link), await oneClick(link)]) assert.equal(answer.status, 200);
  assert.deepEqual(await suppressed(), { count: 0n });
});

test("the suppressions of an account are taken out as CSV, and a second account takes them in", async () => {
  const other = await service.account("other@other.example", "other.example");
  const taken = await service.request(service.first, "GET", "/api/v1/suppressions/export");
  assert.equal(taken.status, 200);
  assert.match(taken.headers.get("content-type") ?? "", /^text\/csv/);
  const authorization = `Basic ${Buffer.from(`${other.apiKey}:${other.secretKey}`).toString("base64")}`;
  const answer = await fetch(`${service.url}/api/v1/suppressions/import`, {
    method: "POST",
    headers: { authorization, "content-type": "text/csv" },
    body: taken.text,
  });
  const { added, problems } = (await answer.json()) as { added: number; problems: unknown[] };
  assert.ok(added > 0);
  assert.deepEqual(problems, []);
  const columns = (text: string) =>
    text
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",").slice(0, 2).join());
  const copy = await service.request(other, "GET", "/api/v1/suppressions/export");
  assert.deepEqual(columns(copy.text).sort(), columns(taken.text).sort());
});
