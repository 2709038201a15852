import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import { messageReasons as reasons } from "../../src/core/delivery/index.ts";
import { type DnsServer, type DnsZone, startDnsServer } from "../support/dns-server.ts";
import { loopback, mayListenOn } from "../support/loopback.ts";
import { type MessageRecord, Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, type SmtpServerOptions, startSmtpServer } from "../support/smtp-server.ts";

// Servers found by the DNS are reached on port 25, so these tests listen there, each on a loopback address of its own.
const first = loopback(2);
const second = loopback(3);
const busy = loopback(4);
const nobody = loopback(9);
const unreachable = "fd00:dead::1";

const zone: DnsZone = {
  "two.example": { mx: [mx(20, "second.test"), mx(10, "first.test")] },
  "down.example": { mx: [mx(10, "nobody.test"), mx(20, "second.test")] },
  "busy.example": { mx: [mx(10, "busy.test"), mx(20, "second.test")] },
  "lame.example": { mx: [mx(10, "without-address.test"), mx(20, "second.test")] },
  "six.example": { mx: [mx(10, "both.test")] },
  "only-six.example": { mx: [mx(10, "six.test")] },
  "plain.example": { a: [first] },
  "alias.example": { cname: "two.example" },
  "null.example": { mx: [mx(0, "")] },
  "empty.example": { txt: ["no mail here"] },
  "lost.example": { mx: [mx(10, "without-address.test"), mx(20, "missing.test")] },
  "all-down.example": { mx: [mx(10, "nobody.test"), mx(20, "nobody-either.test")] },
  "ill.example": { fails: "SERVFAIL" },
  "half-ill.example": { mx: [mx(10, "ill.test")] },
  "ill.test": { fails: "SERVFAIL" },
  "first.test": { a: [first] },
  "second.test": { a: [second] },
  "busy.test": { a: [busy] },
  "nobody.test": { a: [nobody] },
  "nobody-either.test": { a: [loopback(10)] },
  "both.test": { a: [second], aaaa: [unreachable] },
  "six.test": { aaaa: ["::1"] },
  "without-address.test": { txt: ["nothing"] },
};

function mx(preference: number, exchange: string) {
  return { preference, exchange };
}

let mayListen: boolean;
let dns: DnsServer;
const servers = new Map<string, SmtpServer>();
let service: TestService;
let records: Records;

before(async () => {
  mayListen = await mayListenOn(25);
  if (!mayListen) return;
  const start = async (name: string, host: string, options: SmtpServerOptions = {}) =>
    servers.set(name, await startSmtpServer({ ...options, host, port: 25 }));
  await start("first", first);
  await start("second", second);
  await start("busy", busy, { on: { connect: { reply: "421 4.3.2 Too busy", end: "close" } } });
  dns = await startDnsServer(zone, { negativeTtlSeconds: 1 });
  service = await new TestService({ env: { FACTEUR_RESOLVER: dns.address } }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});

after(async () => {
  await records?.close();
  await service?.remove();
  await dns?.close();
  for (const server of servers.values()) await server.close();
});

/** A test of what needs port 25; where that is not allowed it says so and shows nothing. */
function testWithPort25(name: string, work: (t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    if (!mayListen) return t.diagnostic("Not shown: listening on port 25 needs root.");
    await work(t);
  });
}

async function sendTo(domain: string, state: string): Promise<MessageRecord> {
  const From = { Email: "news@shop.example" };
  const [sent] = await send(service, service.first, { From, To: [{ Email: `ada@${domain}` }] });
  return records.reached(sent!.id, state);
}

/** Who took the message for a domain. */
async function takenBy(domain: string): Promise<string[]> {
  await sendTo(domain, "sent");
  return [...servers].flatMap(([name, { transactions }]) =>
    transactions.some(({ to: [rcpt] }) => rcpt === `ada@${domain}`) ? [name] : [],
  );
}

testWithPort25("the most preferred server gets the mail, whatever the order of the records", async () => {
  for (let round = 0; round < 3; round++) assert.deepEqual(await takenBy("two.example"), ["first"]);
});

for (const [domain, what] of [
  ["down.example", "refuses the connection"],
  ["busy.example", "says 421"],
  ["lame.example", "has no address"],
] as const) {
  testWithPort25(`the next server gets the mail when the preferred one ${what}`, async () => {
    assert.deepEqual(await takenBy(domain), ["second"]);
  });
}

testWithPort25("the IPv4 address is tried when the IPv6 address cannot be reached", async () => {
  assert.deepEqual(await takenBy("six.example"), ["second"]);
});

testWithPort25("a server with an IPv6 address alone gets its mail", async (t) => {
  if (!(await mayListenOn(25, "::1"))) return t.diagnostic("Not shown: nothing can listen on [::1]:25 here.");
  const six = await startSmtpServer({ host: "::1", port: 25 });
  t.after(() => six.close());
  await sendTo("only-six.example", "sent");
  assert.equal(six.counts.messages, 1);
});

testWithPort25("a domain without MX gets its mail at its own address, an alias where it leads", async () => {
  assert.deepEqual(await takenBy("plain.example"), ["first"]);
  assert.deepEqual(await takenBy("alias.example"), ["first"]);
});

for (const [domain, what, reason] of [
  ["null.example", "says that it takes no mail (null MX)", reasons.noMailHost],
  ["nowhere.example", "does not exist", reasons.invalidDomain],
  ["empty.example", "has neither MX nor address", reasons.noMailHost],
  ["lost.example", "names servers that do not exist", reasons.noMailHost],
] as const) {
  testWithPort25(`mail to a domain that ${what} bounces at once`, async () => {
    const bounced = await sendTo(domain, "bounced");
    assert.equal(bounced.reason, reason);
  });
}

testWithPort25("mail waits when every server is down", async () => {
  const deferred = await sendTo("all-down.example", "deferred");
  assert.deepEqual([deferred.reason, deferred.attempts], [reasons.connectionIssue, 1]);
});

testWithPort25("mail waits while the DNS is ill, and goes when it is well", async () => {
  const waiting = [await sendTo("ill.example", "deferred"), await sendTo("half-ill.example", "deferred")];
  zone["ill.example"] = { mx: [mx(10, "first.test")] };
  zone["ill.test"] = { a: [second] };
  await service.command("clock", "advance", "6m");
  for (const { id } of waiting) await records.reached(id, "sent");
});

testWithPort25("mail follows a domain that moves to another server", async () => {
  assert.deepEqual(await takenBy("two.example"), ["first"]);
  zone["two.example"] = { mx: [mx(10, "second.test")] };
  await service.command("clock", "advance", "6m");
  assert.deepEqual(await takenBy("two.example"), ["first", "second"]);
});
