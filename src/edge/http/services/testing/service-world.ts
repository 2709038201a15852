import type { Cleanup } from "../../../../../tests/support/database.ts";
import { type DnsZone, startDnsServer } from "../../../../../tests/support/dns-server.ts";
import { testPoster } from "../../../../../tests/support/webhook-consumer.ts";
import { openWorld, type World } from "../../../../../tests/support/world.ts";
import { sql } from "../../../../base/database.ts";
import { createResolver } from "../../../../mail/dns/resolver.ts";
import type { Principal } from "../../principal.ts";
import type { ServiceContext } from "../context.ts";
import { principalOf } from "../principal.ts";

/** A world with what the services need beside core. */
export interface ServiceWorld extends World {
  context: ServiceContext;
  /** What the DNS knows; may be changed at any time. */
  zone: DnsZone;
  /** Opens an account and answers the principal of its primary key. */
  principal(name?: string, parentId?: bigint): Promise<KeyPrincipal>;
  /** The audit of an account, oldest first. */
  audit(accountId: bigint): Promise<{ actor: string; action: string; subjectId: bigint | null }[]>;
  /** Everything the tables hold, as text: bytes as PostgreSQL escapes them. */
  dump(tables: string[]): Promise<string>;
}

/** Who speaks by an account's primary key, and that key's id. */
export type KeyPrincipal = Principal & { keyId: bigint };

export async function openServiceWorld(t: Cleanup): Promise<ServiceWorld> {
  const world = await openWorld(t);
  const zone: DnsZone = {};
  const dns = await startDnsServer(zone);
  t.after(() => dns.close());
  const poster = testPoster(t);
  const { database, keyring, clock, ids, figures, senders, acceptance } = world;
  const context: ServiceContext = {
    database,
    keyring,
    clock,
    ids,
    figures,
    senders,
    acceptance,
    resolver: createResolver({ clock, servers: [dns.address], cacheEntriesMax: 0, timeoutMs: 500 }),
    operatorNames: {
      spfInclude: "spf.operator.example",
      returnPathTarget: "bounce.operator.example",
      sourceAddresses: [],
    },
    systemAccountId: null,
    allowsPrivateWebhooks: true,
    mailDomain: "bounce.example.org",
    trackingLimit: "identified",
    postWebhook: poster.post,
    systemSender: { address: "service@operator.example", name: "Operator" },
    publicUrl: "https://mail.operator.example",
    linksUrl: "https://mail.operator.example",
    lookAtLinkHost: async () => "ready",
    exportAccount: async function* () {},
    holdings: [],
    warmUps: [],
    dayQuotaDefault: Number.POSITIVE_INFINITY,
    linkCertificates: () => null,
    installation: { mode: "production", delivery: "direct", submission: null, version: "0.1.0" },
  };
  return {
    ...world,
    context,
    zone,
    principal: async (name, parentId) => {
      const principal = principalOf({
        kind: "authenticated",
        principal: await world.account(name, parentId),
      });
      if (principal === null) throw new Error("A principal that was authenticated is none.");
      return { ...principal, keyId: principal.actor.id };
    },
    audit: (accountId) =>
      database.read({ role: "operator" }, (reader) =>
        reader.rows(sql`
          select a.actor, a.action, a.subject_id as "subjectId" from audit a
          where a.account_id = ${accountId} order by a.id`),
      ),
    dump: async (tables) => {
      const texts = await database.read({ role: "operator" }, (reader) =>
        Promise.all(
          tables.map((table) =>
            reader.rows<{ text: string }>(sql`select t::text as text from ${sql.identifier(table)} t`),
          ),
        ),
      );
      const rows = texts.flat().map(({ text }) => text);
      // Bytes are written as hexadecimal digits: what they spell must be readable, too.
      const spelt = rows.flatMap((text) => text.match(/\\x[0-9a-f]+/g) ?? []);
      return [...rows, ...spelt.map((hex) => Buffer.from(hex.slice(2), "hex").toString("latin1"))].join("\n");
    },
  };
}
