import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { createTransport, type SendMailOptions } from "nodemailer";
import PostalMime from "postal-mime";
import { sql } from "../../src/base/database.ts";
import { mmdbOf } from "../support/mmdb.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

let sink: SmtpServer;
let service: TestService;
let records: Records;
let folder: string;
let dkim: { name: string; value: string };

before(async () => {
  sink = await startSmtpServer({ keep: "messages" });
  folder = await mkdtemp(path.join(tmpdir(), "facteur-counting-"));
  const countries = path.join(folder, "countries.mmdb");
  await writeFile(countries, mmdbOf({ "127.0.0.0/8": "FR" }));
  const env = { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`, FACTEUR_COUNTRIES: countries };
  service = await new TestService({ env }).start();
  const { accountId } = service.first;
  const approved = await service.command("domain", "approve", "shop.example", "--account", accountId);
  dkim = { name: String(approved.dkimRecordName), value: String(approved.dkimRecordValue) };
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  await sink?.close();
  await rm(folder, { recursive: true });
});

const html =
  '<body><a href="https://shop.example/sale?utm=1&amp;b=2">Sale</a> <a href="https://shop.example/{{var:own}}">Yours</a> ' +
  '<a href="mailto:a@shop.example">Write</a> <a href="{{mj:unsub_link}}">Leave</a></body>';
const tracked = { HTMLPart: html, TemplateLanguage: true, TrackOpens: "enabled", TrackClicks: "enabled" };

async function mailTo(address: string, own: string, more: object = tracked): Promise<string> {
  const From = { Email: "news@shop.example" };
  await send(service, service.first, { From, To: [{ Email: address }], ...more, Variables: { own } });
  return (await PostalMime.parse(await arrived(address))).html ?? "";
}

async function arrived(address: string): Promise<Buffer> {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 50) {
    const data = sink.transactions.find(({ to }) => to.includes(address))?.data;
    if (data !== undefined) return data;
    await pause(50);
  }
  assert.fail(`Nothing arrived for ${address}.`);
}

/** Hands a message in as another program does, by SMTP. */
async function give(mail: SendMailOptions): Promise<void> {
  const { apiKey: user, secretKey: pass } = service.first;
  const port = service.submissionPort;
  const mailer = createTransport({
    host: "127.0.0.1",
    port,
    auth: { user, pass },
    tls: { rejectUnauthorized: false },
  });
  await mailer.sendMail({ from: "News <news@shop.example>", subject: "Grüße", ...mail });
  mailer.close();
}

const ours = (text: string) => text.match(/https?:\/\/[^"]+\/[ci]\/[\w-]+/g) ?? [];

async function readings(): Promise<Record<string, unknown>[]> {
  const { database, keyring } = records.core;
  return database.read({ role: "operator" }, async (db) => {
    const accountId = BigInt(service.first.accountId);
    await keyring.load(db, [accountId]);
    const rows = await db.rows<Record<string, unknown> & { id: bigint; sealed: Buffer | null }>(sql`
      select e.id, e.kind, e.verdict, e.message_id as "messageId", e.position, e.sealed from event e
      where e.kind in ('opened', 'clicked') order by e.id`);
    return rows.map(({ id, sealed, ...row }) => {
      const words =
        sealed === null ? "{}" : keyring.openIdentity({ table: "event", accountId, id }, sealed).toString();
      return { ...row, ...(JSON.parse(words) as object) };
    });
  });
}

const browser = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" };
const follow = (url: string, method = "GET") => fetch(url, { method, headers: browser, redirect: "manual" });

test("mail that asks for nothing has no picture and leads where it led", async () => {
  const plain = '<a href="https://shop.example/sale">Sale</a>';
  const got = await mailTo("plain@one.example", "x", { HTMLPart: plain });
  assert.equal(got.trim(), plain);
});

test("every reader gets the same links and the same picture; what is one reader's own is left alone", async () => {
  const [ada, bob] = [await mailTo("ada@one.example", "ada"), await mailTo("bob@one.example", "bob")];
  assert.equal(ours(ada).length, 2);
  assert.deepEqual(ours(ada), ours(bob));
  assert.ok(ada.includes('href="https://shop.example/ada"') && ada.includes('href="mailto:a@shop.example"'));
  assert.match(ada, /href="http[^"]+\/u\/[\w-]+">Leave/);
});

test("a click is counted and leads where the mail led, an opening shows a picture, and neither tells who it was", async () => {
  const [click = "", open = ""] = ours(await mailTo("cy@one.example", "cy"));
  const clicked = await follow(click);
  assert.equal(clicked.status, 302);
  assert.equal(clicked.headers.get("location"), "https://shop.example/sale?utm=1&b=2");
  assert.equal(clicked.headers.get("cache-control"), "no-store");
  const opened = await follow(open);
  assert.deepEqual([opened.status, opened.headers.get("content-type")], [200, "image/gif"]);
  assert.equal((await follow(click, "HEAD")).status, 302);
  assert.equal(clicked.headers.get("set-cookie") ?? opened.headers.get("set-cookie"), null);
  // What was answered is on disk: nothing is waited for.
  const url = "https://shop.example/sale";
  assert.deepEqual(await readings(), [
    { kind: "clicked", verdict: "people", messageId: null, position: 1, url },
    { kind: "opened", verdict: "people", messageId: null, position: null },
    { kind: "clicked", verdict: "machine", messageId: null, position: 1, url },
  ]);
});

test("mail by SMTP is counted as its headers ask, with the same links for all, and stays signed", async () => {
  const file = Buffer.from("a\r\nb".repeat(500));
  await give({
    to: ["sue@one.example", "tom@one.example"],
    headers: { "X-Mailjet-TrackOpen": "1", "X-Mailjet-TrackClick": "1", "X-Mailjet-Campaign": "by smtp" },
    text: "Grüße [[UNSUB_LINK_FR]]",
    html: `<p>Grüße ${"ä".repeat(300)} <a href="https://shop.example/smtp?a=1&amp;b=2">Sale</a></p>`,
    attachments: [{ filename: "a.txt", content: file }],
  });
  const [first, second] = [await arrived("sue@one.example"), await arrived("tom@one.example")];
  for (const data of [first, second]) {
    const { results } = await dkimVerify(data, {
      resolver: async (name: string) => [[name === dkim.name ? dkim.value : ""]],
    });
    assert.deepEqual(
      results.map(({ status }) => status.result),
      ["pass"],
    );
  }
  const [sue, tom] = [await PostalMime.parse(first), await PostalMime.parse(second)];
  assert.deepEqual(ours(sue.html ?? ""), ours(tom.html ?? ""));
  assert.ok(Buffer.from(sue.attachments[0]?.content as ArrayBuffer).equals(file));
  const leave = /^Grüße (\S+\/u\/\S+\?lang=fr)/;
  assert.notEqual(leave.exec(sue.text ?? "")?.[1], leave.exec(tom.text ?? "")?.[1]);
  assert.equal((await fetch(leave.exec(sue.text ?? "")?.[1] ?? "")).status, 200);
  const before = (await readings()).length;
  const [click = "", open = ""] = ours(sue.html ?? "");
  assert.equal((await follow(click)).headers.get("location"), "https://shop.example/smtp?a=1&b=2");
  assert.equal((await follow(open)).status, 200);
  assert.deepEqual(
    (await readings()).slice(before).map(({ kind, messageId }) => [kind, messageId]),
    [
      ["clicked", null],
      ["opened", null],
    ],
  );
  assert.deepEqual(await campaignCounts("by smtp"), { sent: 2, measured: 2, opened: 1, clicked: 1 });
});

test("mail by SMTP that asks for nothing, or is signed by its author, arrives as it was written", async () => {
  const link = '<a href="https://shop.example/x">X</a>';
  await give({ to: "una@one.example", html: link });
  assert.ok((await arrived("una@one.example")).includes(`\r\n\r\n${link}`));
  const part = `Content-Type: text/html\r\n\r\n${link} [[UNSUB_LINK]]\r\n`;
  const signed = `--s\r\n${part}--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n`;
  const raw = `From: news@shop.example\r\nX-Mailjet-TrackClick: 1\r\nContent-Type: multipart/signed; boundary=s\r\n\r\n${signed}`;
  await give({ envelope: { from: "news@shop.example", to: "vic@one.example" }, raw });
  assert.ok((await arrived("vic@one.example")).includes(`boundary=s\r\n\r\n${signed}`));
});

test("a link that was changed, or is another's, leads nowhere and counts nothing", async () => {
  const [click = "", open = ""] = ours(await mailTo("dan@one.example", "dan"));
  const before = (await readings()).length;
  const wrong = [`${click}A`, click.slice(0, -2), click.replace("/c/", "/i/"), open.replace("/i/", "/c/")];
  for (const url of [
    ...wrong,
    `${service.url}/c/https://evil.example`,
    `${service.url}/c/x?url=https://evil.example`,
  ]) {
    const answer = await follow(url);
    assert.equal(answer.status, 404, url);
    assert.equal(answer.headers.get("location"), null);
  }
  assert.equal((await readings()).length, before);
});

test("what was answered is counted after the process was killed", async () => {
  const [click = ""] = ours(await mailTo("kim@one.example", "kim"));
  const before = (await readings()).length;
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => follow(click).then(({ status }) => status)),
  );
  await records.close();
  await service.kill();
  await service.start();
  records = await Records.open(service);
  assert.equal((await readings()).length - before, answers.filter((status) => status === 302).length);
});

interface Country {
  Country: string;
  OpenedCount: number;
  ClickedCount: number;
}

async function countriesOf(query = ""): Promise<Country[]> {
  const answer = await service.request(service.first, "GET", `/v3/REST/geostatistics${query}`);
  return (answer.json() as { Data: Country[] }).Data;
}

test("a country is named once enough was read there, and below that counts without its name", async () => {
  const isCounted = (found: Country[]) => (found[0]?.ClickedCount ?? 0) >= 100;
  let all: Country[] = [];
  for (let waitedMs = 0; waitedMs < 20_000 && !isCounted(all); waitedMs += 100) {
    await pause(100);
    all = await countriesOf();
  }
  assert.ok(isCounted(all));
  // What was read of a campaign a few times is not named in the sum of all either.
  assert.deepEqual(
    all.map(({ Country }) => Country),
    ["FR", ""],
  );
  const few = await countriesOf(`?CustomCampaign=${encodeURIComponent("by smtp")}`);
  assert.deepEqual(few, [{ ClickedCount: 1, Country: "", OpenedCount: 1 }]);
});

interface Event {
  kind: string;
  url: string | null;
  message: { recipient: string } | null;
}

async function api(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await service.request(
    service.first,
    method,
    `/api/v1${path}`,
    body === undefined ? {} : { body },
  );
  assert.ok(answer.status < 300, answer.text);
  return answer.json();
}

interface Counts {
  sent: number;
  opened: { people: number };
  clicked: { people: number };
  measured: { opens: number };
}

/** What is counted of a campaign, once all of it is. */
async function campaignCounts(name: string): Promise<object> {
  let found: Counts | undefined;
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 100) {
    const { items } = (await api("GET", "/statistics/campaigns")) as {
      items: { campaign: { name: string }; counts: Counts }[];
    };
    found = items.find(({ campaign }) => campaign.name === name)?.counts;
    if (found?.opened.people === 1 && found.sent === 2) break;
    await pause(100);
  }
  return {
    sent: found?.sent,
    measured: found?.measured.opens,
    opened: found?.opened.people,
    clicked: found?.clicked.people,
  };
}

const consentOf = (address: string) =>
  api("POST", "/consents", {
    address,
    decision: "given",
    decidedAt: "2026-01-01T00:00:00Z",
    how: "sign-up form",
    wording: "I agree.",
  });

/** Openings and clicks with a name, from the feed: events are in it when their order is final. */
async function namedReadings(count: number): Promise<Event[]> {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 100) {
    const { items } = (await api("GET", "/events?kinds=opened,clicked&limit=1000")) as { items: Event[] };
    const named = items.filter(({ message }) => message !== null);
    if (named.length >= count) return named;
    await pause(100);
  }
  assert.fail("Nobody is named in the feed.");
}

const choicePath = /https?:\/\/[^"]+(\/p\/[\w-]+)"/;

test("who has agreed is told apart once the account wants it, in links, events and both APIs", async () => {
  await consentOf("eve@one.example");
  assert.doesNotMatch(await mailTo("eve@one.example", "eve"), choicePath);
  await api("PATCH", "/tracking", { mode: "identified" });
  const [shared, own] = [await mailTo("jo@one.example", "jo"), await mailTo("Eve@one.example", "eve")];
  assert.deepEqual(ours(shared), ours(await mailTo("al@one.example", "al")));
  assert.equal(ours(own).filter((link) => new Set<string>(ours(shared)).has(link)).length, 0);
  assert.match(own, choicePath);
  assert.doesNotMatch(shared, choicePath);
  for (const link of ours(own)) assert.ok((await follow(link)).status < 400);
  const hers = await namedReadings(2);
  assert.deepEqual(
    hers.map(({ kind, url, message }) => [kind, url, message?.recipient]),
    [
      ["clicked", "https://shop.example/sale?utm=1&b=2", "Eve@one.example"],
      ["opened", null, "Eve@one.example"],
    ],
  );
});

test("after the reader has taken it back on the page of the mail, its old links and picture record nothing", async () => {
  await consentOf("ida@one.example");
  const mail = await mailTo("ida@one.example", "ida");
  const [click = "", open = ""] = ours(mail);
  assert.equal((await follow(click)).status, 302);
  const [, path = assert.fail(mail)] = choicePath.exec(mail) ?? [];
  for (const purpose of ["opens", "clicks"]) {
    const page = await fetch(`${service.url}${path}?purpose=${purpose}&decision=withdrawn&lang=de`, {
      method: "POST",
    });
    assert.match(await page.text(), /Ihre Entscheidung gilt/);
  }
  const before = (await readings()).length;
  const [clicked, opened] = [await follow(click), await follow(open)];
  assert.equal(clicked.headers.get("location"), "https://shop.example/sale?utm=1&b=2");
  assert.equal(opened.headers.get("content-type"), "image/gif");
  assert.equal((await readings()).length, before);
  assert.doesNotMatch(await mailTo("Ida@one.example", "ida"), choicePath);
});

test("an account that wants to know nothing any more silences mail that was delivered before", async () => {
  const [click = ""] = ours(await mailTo("lea@one.example", "lea"));
  await api("PATCH", "/tracking", { mode: "off" });
  const before = (await readings()).length;
  assert.equal((await follow(click)).status, 302);
  assert.equal((await readings()).length, before);
  assert.equal(ours(await mailTo("max@one.example", "max")).length, 0);
});
