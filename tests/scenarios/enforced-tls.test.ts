import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import path from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { TlsaData } from "dns-packet";
import { messageReasons as reasons } from "../../src/core/delivery/index.ts";
import { type DnsEntry, type DnsServer, type DnsZone, startDnsServer } from "../support/dns-server.ts";
import { loopback, mayListenOn } from "../support/loopback.ts";
import { type MessageRecord, Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";
import { createAuthority, type ThrowawayCertificate } from "../support/tls.ts";

// Policies of MTA-STS are fetched from port 443 and mail goes to port 25: each on a loopback address of its own.

const authority = createAuthority("The root in FACTEUR_TLS_CA");
const usual = createAuthority("A root the system trusts");
const stranger = createAuthority("A root that nobody trusts");

interface Host {
  address: string;
  tls: ThrowawayCertificate | null;
}

const hosts = {
  good: { address: loopback(20), tls: authority.issue(["good.test"]) },
  usual: { address: loopback(21), tls: usual.issue(["usual.test"]) },
  misnamed: { address: loopback(22), tls: authority.issue(["another.test"]) },
  strict: { address: loopback(26), tls: authority.issue(["another.test"]) },
  foreign: { address: loopback(23), tls: stranger.issue(["foreign.test"]) },
  expired: { address: loopback(24), tls: authority.issue(["expired.test"], { validDays: -1 }) },
  plain: { address: loopback(25), tls: null },
} satisfies Record<string, Host>;

type HostName = keyof typeof hosts;

// What each domain's policy says, beside the server its MX names.
const policies: Record<string, { mx: HostName; policy: string; issuer?: typeof usual }> = {
  "kept.example": { mx: "good", policy: enforce("good.test") },
  "usual.example": { mx: "usual", policy: enforce("usual.test") },
  "strict.example": { mx: "strict", policy: enforce("strict.test"), issuer: usual },
  "misnamed.example": { mx: "misnamed", policy: enforce("misnamed.test") },
  "foreign.example": { mx: "foreign", policy: enforce("foreign.test") },
  "expired.example": { mx: "expired", policy: enforce("expired.test") },
  "plain.example": { mx: "plain", policy: enforce("plain.test") },
  "unlisted.example": { mx: "good", policy: enforce("somewhere-else.test") },
  "testing.example": { mx: "foreign", policy: enforce("foreign.test").replace("enforce", "testing") },
  "unproven.example": { mx: "plain", policy: enforce("plain.test"), issuer: stranger },
};

function enforce(mx: string): string {
  return `version: STSv1\r\nmode: enforce\r\nmx: ${mx}\r\nmax_age: 86400\r\n`;
}

const policyAddress = loopback(30);

function zoneOf(): DnsZone {
  const zone: DnsZone = {};
  for (const [name, { address }] of Object.entries(hosts)) {
    zone[`${name}.test`] = { a: [address] };
    zone[`${name}.example.org`] = { mx: [{ preference: 10, exchange: `${name}.test` }] };
  }
  for (const [domain, { mx }] of Object.entries(policies)) {
    zone[domain] = { mx: [{ preference: 10, exchange: `${mx}.test` }] };
    zone[`_mta-sts.${domain}`] = { txt: ["v=STSv1; id=20260301;"] };
    zone[`mta-sts.${domain}`] = { a: [policyAddress] };
  }
  const matching = { usage: 3, selector: 1, matchingType: 1, certificate: keyHash(hosts.foreign.tls) };
  const other = { ...matching, certificate: keyHash(hosts.good.tls) };
  Object.assign(zone, secured("dane.example", "dane.test", hosts.foreign.address, matching));
  Object.assign(zone, secured("dane-wrong.example", "dane-wrong.test", hosts.foreign.address, other));
  Object.assign(zone, secured("dane-plain.example", "dane-plain.test", hosts.plain.address, other));
  Object.assign(zone, secured("insecure.example", "insecure.test", hosts.foreign.address, other, false));
  zone["_25._tcp.dane-ill.test"] = { fails: "SERVFAIL" };
  zone["dane-ill.example"] = { mx: [{ preference: 10, exchange: "dane-ill.test" }], authenticated: true };
  zone["dane-ill.test"] = { a: [hosts.good.address], authenticated: true };
  return zone;
}

function secured(
  domain: string,
  host: string,
  address: string,
  tlsa: TlsaData,
  authenticated = true,
): DnsZone {
  const entry = (data: DnsEntry): DnsEntry => ({ ...data, authenticated });
  return {
    [domain]: entry({ mx: [{ preference: 10, exchange: host }] }),
    [host]: entry({ a: [address] }),
    [`_25._tcp.${host}`]: entry({ tlsa: [tlsa] }),
  };
}

function keyHash({ cert }: ThrowawayCertificate): Buffer {
  const spki = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest();
}

let mayListen: boolean;
let dns: DnsServer;
let policyServer: Server;
const servers = new Map<string, SmtpServer>();
let service: TestService;
let records: Records;

before(async () => {
  mayListen = (await mayListenOn(25)) && (await mayListenOn(443));
  if (!mayListen) return;
  for (const [name, { address: host, tls }] of Object.entries(hosts)) {
    servers.set(name, await startSmtpServer({ host, port: 25, ...(tls === null ? {} : { tls }) }));
  }
  policyServer = await startPolicies();
  dns = await startDnsServer(zoneOf());
  service = new TestService();
  const ca = path.join(service.dataFolder, "ca.pem");
  const extra = path.join(service.dataFolder, "usual.pem");
  writeFileSync(ca, authority.cert);
  writeFileSync(extra, usual.cert);
  Object.assign(service.env, {
    FACTEUR_TLS_CA: ca,
    NODE_EXTRA_CA_CERTS: extra,
    FACTEUR_RESOLVER: dns.address,
    FACTEUR_RESOLVER_VALIDATES: "true",
  });
  await service.start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});

after(async () => {
  await records?.close();
  await service?.remove();
  await dns?.close();
  policyServer?.closeAllConnections();
  policyServer?.close();
  for (const server of servers.values()) await server.close();
});

/** One HTTPS server for the policies of all domains, with a certificate for each. */
async function startPolicies(): Promise<Server> {
  const server = createServer((request, response) => {
    const domain = request.headers.host?.replace(/^mta-sts\./, "") ?? "";
    response.writeHead(200, { "content-type": "text/plain" }).end(policies[domain]?.policy);
  });
  for (const [domain, { issuer = authority }] of Object.entries(policies))
    server.addContext(`mta-sts.${domain}`, issuer.issue([`mta-sts.${domain}`]));
  await new Promise<void>((resolve) => server.listen(443, policyAddress, () => resolve()));
  return server;
}

function testWithLowPorts(name: string, work: (t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    if (!mayListen) return t.diagnostic("Not shown: listening on ports 25 and 443 needs root.");
    await work(t);
  });
}

async function sendTo(domain: string, state: string): Promise<MessageRecord> {
  const From = { Email: "news@shop.example" };
  const [sent] = await send(service, service.first, { From, To: [{ Email: `ada@${domain}` }] });
  return records.reached(sent!.id, state);
}

function taken(host: HostName, domain: string): { tls: string | undefined }[] {
  return servers.get(host)!.transactions.filter(({ to: [rcpt] }) => rcpt === `ada@${domain}`);
}

async function arrives(host: HostName, domain: string, tls: string | undefined): Promise<void> {
  await sendTo(domain, "sent");
  assert.deepEqual(
    taken(host, domain).map((transaction) => transaction.tls),
    [tls],
  );
}

async function waits(host: HostName, domain: string): Promise<void> {
  const deferred = await sendTo(domain, "deferred");
  assert.ok(
    [reasons.policyIssue, reasons.connectionIssue].includes(deferred.reason as never),
    `${deferred.reason}`,
  );
  assert.deepEqual(taken(host, domain), [], "not one octet of the message went out");
  assert.equal(servers.get(host)!.times("mail"), servers.get(host)!.transactions.length, "nor its envelope");
}

testWithLowPorts(
  "without any policy, TLS is used where it is offered, whoever signed the certificate",
  async () => {
    for (const host of ["good", "misnamed", "foreign", "expired"] as const)
      await arrives(host, `${host}.example.org`, "TLSv1.3");
    await arrives("plain", "plain.example.org", undefined);
  },
);

testWithLowPorts("an enforced policy is satisfied by a certificate that proves the MX", async () => {
  await arrives("good", "kept.example", "TLSv1.3");
});

testWithLowPorts(
  "authorities of the operator stand beside the usual ones, for policies and for mail",
  async () => {
    await arrives("usual", "usual.example", "TLSv1.3");
    await waits("strict", "strict.example");
  },
);

for (const [domain, host, what] of [
  ["misnamed.example", "misnamed", "a certificate for another name"],
  ["foreign.example", "foreign", "a certificate of an unknown authority"],
  ["expired.example", "expired", "an expired certificate"],
  ["plain.example", "plain", "no TLS at all"],
  ["unlisted.example", "good", "an MX that the policy does not list"],
] as const) {
  testWithLowPorts(`under an enforced policy mail waits before ${what}`, () => waits(host, domain));
}

testWithLowPorts(
  "a policy in testing mode, or from a host that proves nothing, holds up no mail",
  async () => {
    await arrives("foreign", "testing.example", "TLSv1.3");
    await arrives("plain", "unproven.example", undefined);
  },
);

testWithLowPorts("DANE believes the key in the DNS, whoever signed the certificate", async () => {
  await arrives("foreign", "dane.example", "TLSv1.3");
});

for (const [domain, host, what] of [
  ["dane-wrong.example", "foreign", "a key that the DNS does not name"],
  ["dane-plain.example", "plain", "a server that offers no TLS"],
  ["dane-ill.example", "good", "a TLSA answer that does not come"],
] as const) {
  testWithLowPorts(`with DANE mail waits before ${what}`, () => waits(host, domain));
}

testWithLowPorts("TLSA records of a zone that is not signed count for nothing", async () => {
  await arrives("foreign", "insecure.example", "TLSv1.3");
});
