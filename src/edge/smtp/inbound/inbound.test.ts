import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { RawClient } from "../../../../tests/support/raw-client.ts";
import { openWorld } from "../../../../tests/support/world.ts";
import { DatabaseUnavailable, sql } from "../../../base/database.ts";
import { FairTurns } from "../../../base/fair-turns.ts";
import { historyOf } from "../../../core/events/index.ts";
import { addParseRoute } from "../../../core/inbound/index.ts";
import { returnPathOf } from "../../../core/messages/index.ts";
import { unsubscribeAddressOf } from "../../../core/tracking/index.ts";
import { isAddressProblem, parseAddress } from "../../../mail/address/index.ts";
import { arfOf, dsnOf, mailOf } from "../../../mail/report/testing/mails.ts";
import type { ReceivedRecipient } from "../../../mail/smtp/server/index.ts";
import { InboundDialogue } from "./dialogue.ts";
import { turnWaitMsMax } from "./limits.ts";
import { Rates } from "./rates.ts";
import { crowdedOut } from "./replies.ts";
import { createInbound, type InboundOptions, type InboundServer } from "./server.ts";

const world = await openWorld({ after });
const { accountId } = await world.account();
await world.approve(accountId, "example.org");
const missing = { kind: "missing", ttlSeconds: undefined, authenticated: false } as const;
const nothing = async () => missing;
const emptyDns = { a: nothing, aaaa: nothing, mx: nothing, txt: nothing, ptr: nothing };
const log: { event: string; fields: object }[] = [];
const note = (event: string, fields: object = {}) => log.push({ event, fields });

interface Running extends AsyncDisposable {
  port: number;
  server: InboundServer;
}

async function start(change: Partial<InboundOptions> = {}): Promise<Running> {
  const server = createInbound({
    ...world,
    // The product's time stands still; a client's patience is measured by the machine's.
    clock: { now: () => world.clock.now(), real: () => performance.now() },
    name: "mail.example.org",
    log: { error: note, warn: note, info: note, debug: note },
    resolver: emptyDns,
    ownDomains: new Set(["mail.example.org", "bounce.example.org"]),
    certificate: { kind: "self_made", names: ["localhost"] },
    ...change,
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0, isImplicitTls: false });
  return { port, server, [Symbol.asyncDispose]: () => server.close() };
}

async function greeted(port: number): Promise<RawClient> {
  const client = await RawClient.open(port);
  await client.reply();
  await client.ask("EHLO mx.example.com\r\n");
  return client;
}

/** Brings a mail and answers the last reply. */
async function bring(client: RawClient, to: string, octets: Buffer, from = ""): Promise<string> {
  for (const line of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA"]) {
    const answer = await client.ask(`${line}\r\n`);
    if (/^[45]/.test(answer)) return client.ask("RSET\r\n").then(() => answer);
  }
  return client.ask(Buffer.concat([octets, Buffer.from(".\r\n")]));
}

async function sent(to = "ada@example.com"): Promise<{ id: bigint; path: string }> {
  const [id = assert.fail()] = await world.send(accountId, { from: "news@example.org", to: [to] });
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update message set state = 'sent' where id = ${id}`),
  );
  return { id, path: returnPathOf(world.keyring, { accountId, id }, "bounce.example.org") };
}

const kindsOf = async (id: bigint) =>
  (await world.database.read({ role: "operator" }, (db) => historyOf(db, accountId, id))).map(
    ({ kind }) => kind,
  );

const failed = dsnOf(
  "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; ada@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown",
);

test("mail for nobody here is refused at RCPT: nothing is relayed, and nothing is taken that would have to be returned", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const { path } = await sent();
  const forged = path.replace(/.@/, (end) => (end === "0@" ? "1@" : "0@"));
  const wanted: [to: string, answer: RegExp][] = [
    ["somebody@example.com", /^550 5\.7\.1 Relaying denied/],
    ["somebody@mail.example.org", /^550 5\.1\.1 /],
    [forged, /^550 5\.1\.1 /],
    ["u-1-1-000000000000@bounce.example.org", /^550 5\.1\.1 /],
    ["postmaster@example.com", /^550 5\.7\.1 /],
  ];
  for (const [to, answer] of wanted) assert.match(await bring(client, to, failed), answer);
  assert.match(
    await client.ask("MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\n").then(() => client.reply()),
    /^250 /,
  );
});

test("what EHLO offers has no login and no delivery reports, and TLS can be had", async () => {
  await using running = await start();
  using client = await RawClient.open(running.port);
  await client.reply();
  const offers = await client.ask("EHLO mx.example.com\r\n");
  for (const word of ["STARTTLS", "SIZE", "PIPELINING", "CHUNKING", "8BITMIME", "SMTPUTF8"])
    assert.match(offers, new RegExp(`250[- ]${word}`));
  assert.doesNotMatch(offers, /AUTH|DSN/);
  assert.match(await client.ask("AUTH PLAIN AGEAYg==\r\n"), /^502 /);
  assert.match(await client.ask("STARTTLS\r\n"), /^220 /);
  await client.startTls();
  assert.match(await client.ask("EHLO mx.example.com\r\n"), /250[- ]PIPELINING/);
});

test("a bounce is written before it is answered, and one that comes twice counts once", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const { id, path } = await sent();
  assert.match(await bring(client, path.toUpperCase(), failed), /^250 2\.0\.0 /);
  assert.deepEqual(await kindsOf(id), ["bounced"]);
  assert.match(await bring(client, path, failed), /^250 /);
  assert.deepEqual(await kindsOf(id), ["bounced"]);
  await world.database.write({ role: "operator" }, (tx) => tx.run(sql`delete from suppression`));
});

test("answers of programs are passed over, and a person hears that nobody reads the address", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const { id, path } = await sent();
  const away = mailOf(
    "From: ada@example.com\nSubject: Away\nAuto-Submitted: auto-replied\n\nI am on holiday.\n",
  );
  assert.match(await bring(client, path, away, "ada@example.com"), /^250 /);
  const letter = mailOf("From: ada@example.com\nSubject: Re: Hello\n\nThank you!\n");
  assert.match(
    await bring(client, path, letter, "ada@example.com"),
    /^550 5\.7\.1 Nobody reads this address/,
  );
  assert.deepEqual(await kindsOf(id), []);
});

test("a complaint to the postmaster counts by the return path that it quotes", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const { id, path } = await sent("bob@example.com");
  const complaint = arfOf(
    `Feedback-Type: abuse\nUser-Agent: Loop/1\nOriginal-Mail-From: <${path}>`,
    "To: bob@example.com",
  );
  assert.match(await bring(client, "abuse@bounce.example.org", complaint, "fbl@example.com"), /^250 /);
  assert.deepEqual(await kindsOf(id), ["complained"]);
});

test("letters to the postmaster are refused, whatever words are in them, and delivery reports are not", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const letter = mailOf(
    "From: Ada <ada@example.com>\nSubject: Your mail is rejected here\n\nIt says 550 5.7.1, undeliverable. Why?\n",
  );
  for (const from of ["ada@example.com", ""])
    assert.match(await bring(client, "postmaster@bounce.example.org", letter, from), /^550 5\.7\.1 Write to/);
  assert.match(
    await bring(client, "postmaster@bounce.example.org", failed, "ada@example.com"),
    /^550 5\.7\.1 Write to/,
  );
  assert.match(await bring(client, "postmaster@bounce.example.org", failed), /^250 /);
});

test("a bounce that is quicker than the settlement is to come again", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const { id, path } = await sent("quick@example.com");
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update message set state = 'queued' where id = ${id}`),
  );
  assert.match(await bring(client, path, failed), /^451 4\.3\.0 /);
});

test("a mail to the unsubscribe address is in force with its answer, and reports do not come there", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const { id } = await sent("eve@example.com");
  const to = unsubscribeAddressOf(world.keyring, { accountId, messageId: id }, "bounce.example.org");
  const mail = mailOf("From: eve@example.com\nSubject: unsubscribe\n\n");
  assert.match(await bring(client, to, mail), /^550 5\.7\.1 No reports/);
  assert.match(await bring(client, to, mail, "eve@example.com"), /^250 /);
  assert.deepEqual(await kindsOf(id), ["unsubscribed"]);
  const [next = assert.fail()] = await world.send(accountId, {
    from: "news@example.org",
    to: ["eve@example.com"],
  });
  assert.deepEqual(await kindsOf(next), ["blocked"]);
});

test("loops end: a report from one of our own return paths, and a mail with a hundred hops", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const { id, path } = await sent();
  assert.match(await bring(client, path, failed, path), /^554 5\.4\.6 /);
  const hops = Buffer.from("Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0000\r\n".repeat(101));
  assert.match(await bring(client, path, Buffer.concat([hops, failed])), /^554 5\.4\.6 /);
  assert.deepEqual(await kindsOf(id), []);
});

test("a second recipient of a report is for the next message", async () => {
  await using running = await start();
  using client = await greeted(running.port);
  const [one, other] = [await sent(), await sent()];
  await client.ask("MAIL FROM:<>\r\n");
  assert.match(await client.ask(`RCPT TO:<${one.path}>\r\n`), /^250 /);
  assert.match(await client.ask(`RCPT TO:<${other.path}>\r\n`), /^452 4\.5\.3 /);
});

test("a mail for programs is stored once for each address, for a few of them at a time", async () => {
  await using running = await start();
  const scope = { role: "request", accountId } as const;
  const context = { keyring: world.keyring, ids: world.ids, now: world.clock.now(), mailDomain: null };
  const names = Array.from({ length: 6 }, (_, index) => `program-${index}@example.org`);
  for (const address of names) {
    await world.database.write(scope, (tx) =>
      addParseRoute(tx, context, accountId, { address, url: "https://hooks.example/in" }),
    );
  }
  const waiting = () =>
    world.database.read({ role: "operator" }, (db) =>
      db.rows<{ mails: bigint }>(sql`
        select count(*) as mails from parse_post p where p.account_id = ${accountId} group by p.route_id`),
    );
  const client = await greeted(running.port);
  await client.ask("MAIL FROM:<ada@example.com>\r\n");
  for (let count = 0; count < 90; count++)
    assert.match(await client.ask(`RCPT TO:<${names[0]}>\r\n`), /^250 /);
  for (const name of names.slice(1, 5)) assert.match(await client.ask(`RCPT TO:<${name}>\r\n`), /^250 /);
  assert.match(await client.ask(`RCPT TO:<${names[5]}>\r\n`), /^452 4\.5\.3 /);
  await client.ask("DATA\r\n");
  assert.match(await client.ask("Subject: Help\r\n\r\nHelp.\r\n.\r\n"), /^250 /);
  assert.deepEqual(
    (await waiting()).map(({ mails }) => Number(mails)),
    [1, 1, 1, 1, 1],
  );
});

test("a mail waits for all its turns together no longer than for one", async () => {
  const scope = { role: "request", accountId } as const;
  const context = { keyring: world.keyring, ids: world.ids, now: world.clock.now(), mailDomain: null };
  const address = "turns@example.org";
  const route = { address, url: "https://hooks.example/in" };
  await world.database.write(scope, (tx) => addParseRoute(tx, context, accountId, route));
  const to = parseAddress(address);
  assert.ok(!isAddressProblem(to));
  for (const busy of ["storing", "working"] as const) {
    let realMs = 0;
    const clock = { now: () => world.clock.now(), real: () => realMs };
    const rates = () => new Rates(clock, { address: 100, network: 100 });
    const turns = () => new FairTurns({ runningMax: 1, waitMsMax: turnWaitMsMax });
    const [checking, storing, working] = [turns(), turns(), turns()];
    const dialogue = new InboundDialogue(
      {
        ...{ ...world, clock, checking, storing, working, messages: rates(), unknown: rates() },
        ...{ name: "mail.example.org", resolver: emptyDns, ownDomains: new Set<string>() },
        log: { error: note, warn: note, info: note, debug: note },
      },
      { address: "192.0.2.1", isLocal: false },
    );
    const recipient: ReceivedRecipient = { to, parameters: {} };
    dialogue.mail(null);
    assert.equal(await dialogue.recipient(recipient), null);
    // Both are taken by others: the first until nearly all of the mail's time is over, the second for good.
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const hold = (each: FairTurns, until: Promise<void>) =>
      each.take({ key: "others" }, () => until, assert.fail);
    const others = [
      hold(checking, first.promise),
      hold(busy === "storing" ? storing : working, second.promise),
    ];
    const octets = Buffer.from("Subject: Help\r\n\r\nHelp.\r\n");
    const message = {
      from: null,
      parameters: { sizeBytes: null, isEightBit: false, isUtf8: false, report: {} },
      recipients: [recipient],
      octets,
      protocol: "ESMTP",
      hello: "mx.example.com",
    };
    const answer = dialogue.message(message);
    realMs = turnWaitMsMax - 1;
    first.resolve();
    const late = await Promise.race([answer, pause(10_000, "still waiting", { ref: false })]);
    second.resolve();
    await Promise.all(others);
    assert.equal(late, crowdedOut, busy);
  }
});

test("a header that is longer than any is refused", async () => {
  await using running = await start();
  const { path } = await sent();
  const client = await greeted(running.port);
  const header = `X-Thing: ${"x".repeat(70)}\r\n`.repeat(3500);
  assert.match(await bring(client, path, Buffer.from(`${header}\r\nHello\r\n`)), /^554 5\.3\.4 /);
});

test("while the database is away the report is to come again", async () => {
  const away = new Proxy(world.database, {
    get: (target, name) => {
      if (name === "write") return () => Promise.reject(new DatabaseUnavailable("away"));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await using running = await start({ database: away });
  using client = await greeted(running.port);
  assert.match(await bring(client, (await sent()).path, failed), /^451 4\.3\.2 /);
});

test("what another server would take for the end of a message is refused with the message", async () => {
  await using running = await start();
  const { id, path } = await sent();
  const inner = `MAIL FROM:<>\r\nRCPT TO:<${path}>\r\nDATA\r\n${failed.toString()}.\r\n`;
  for (const end of ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r"]) {
    using client = await greeted(running.port);
    const outer = mailOf("From: a@example.com\nSubject: x\n\nx").toString();
    assert.match(await bring(client, path, Buffer.from(`${outer}${end}${inner}\r\n`)), /^554 5\.6\.0 /);
  }
  assert.deepEqual(await kindsOf(id), []);
});

test("who looks for addresses, or brings more than anybody would, is sent away for a while", async () => {
  await using running = await start({ limits: { errorsMax: 1_000, strangerCommandsMax: 1_000 } });
  using client = await greeted(running.port);
  let answer = "";
  for (let n = 0; n < 100 && !answer.startsWith("421"); n++) {
    await client.ask("RSET\r\n");
    await client.ask("MAIL FROM:<a@example.com>\r\n");
    answer = await client.ask(`RCPT TO:<name${n}@bounce.example.org>\r\n`);
  }
  assert.match(answer, /^421 4\.7\.0 /);
});

test("a thousand who do nothing, garbage and a slow client leave the others alone, and hold no memory", async () => {
  await using running = await start({
    limits: { strangersMax: 50 },
    timeouts: { dataBlockMs: 300, commandMs: 20_000 },
  });
  const idle = await Promise.all(Array.from({ length: 1_000 }, () => RawClient.open(running.port)));
  const { path } = await sent();
  using garbage = await RawClient.open(running.port);
  garbage.send(Buffer.alloc(100_000, 0xff));
  using slow = await greeted(running.port);
  for (const line of ["MAIL FROM:<>", `RCPT TO:<${path}>`, "DATA"]) await slow.ask(`${line}\r\n`);
  slow.send("Subject: s");
  using client = await greeted(running.port);
  assert.match(await bring(client, path, failed), /^250 /);
  assert.match(await slow.reply(), /^421 /);
  for (const each of idle) each.destroy();
  for (let waited = 0; waited < 500 && running.server.counts().heldBytes > 0; waited++) await pause(10);
  assert.equal(running.server.counts().heldBytes, 0);
});

test("the log names no address", () => {
  assert.ok(log.some(({ event }) => event === "inbound.taken"));
  assert.doesNotMatch(
    JSON.stringify(log, (_, value) => (typeof value === "bigint" ? String(value) : value)),
    /@/,
  );
  assert.deepEqual(
    log.filter(({ event }) => event === "smtp.defect"),
    [],
  );
});
