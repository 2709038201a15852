import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sql } from "../../src/base/database.ts";
import { FiguresInForce } from "../../src/base/figures.ts";
import { idAt } from "../../src/base/ids.ts";
import { keepInInbox } from "../../src/core/messages/index.ts";
import { attest } from "../../src/core/policy/attest.ts";
import { canaryWord } from "../../src/core/policy/canary.ts";
import { plantCanary } from "../../src/core/policy/plant.ts";
import { readRegister } from "../../src/core/policy/register.ts";
import { ensureSynthetic } from "../../src/core/policy/synthetic.ts";
import { policyHash, textOf } from "../../src/core/policy/version.ts";
import { insertAnnounced, insertPolicyVersion } from "../../src/core/policy/version-store.ts";
import type { ProbedWorld } from "./context.ts";
import { change, type Mutation } from "./mutation.ts";
import { closingMutations } from "./mutations-closing.ts";
import { statisticsMutations } from "./mutations-statistics.ts";

export type { Mutation } from "./mutation.ts";

const dayMs = 86_400_000;

/** A partition as it would be left by a purge that does not run. */
function leave(table: string, day: string): Mutation["violate"] {
  return async ({ database }) => {
    const from = new Date(`${day}T00:00:00Z`);
    const until = new Date(from.getTime() + (table === "event" || table === "message" ? 7 : 1) * dayMs);
    const suffix = day.replaceAll("-", "");
    await database.write({ role: "retention" }, (tx) =>
      tx.run(sql`select make_partition(${table}, ${suffix}, ${idAt(from)}, ${idAt(until)})`),
    );
  };
}

/** Time passes, and nothing is destroyed. */
const forgetKeys: Mutation["violate"] = async ({ context, clock }) => {
  await plantCanary(context, await ensureSynthetic(context));
  clock.advance(6 * dayMs + 3_600_000);
  await context.acceptance.accept({
    accountId: (await ensureSynthetic(context)).first,
    submissions: [],
    isSandbox: true,
    isStrict: false,
    idempotency: null,
    answerOf: () => Buffer.alloc(0),
  });
};

/** Writes what should be sealed. */
function writeInClear(table: string, column: string, isBytes = false): Mutation["violate"] {
  return async ({ context, database, keyring }) => {
    const accounts = await ensureSynthetic(context);
    await plantCanary(context, accounts);
    const word = canaryWord(keyring);
    const value = isBytes ? sql`${Buffer.from(`xx${word}xx`)}::bytea` : sql`${word}`;
    await database.write({ role: "operator" }, (tx) =>
      tx.run(sql`
        update ${sql.identifier(table)} set ${sql.identifier(column)} = ${value}
        where account_id = ${accounts.first}`),
    );
  };
}

/** Leaves a file in the data folder that holds the canary. */
function spill(file: string, encoding: BufferEncoding): Mutation["violate"] {
  return async ({ context, keyring }) => {
    const place = path.join(context.dataFolder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    const text = Buffer.from(`before ${canaryWord(keyring)}-to@canary.facteur.example after`);
    writeFileSync(place, encoding === "utf8" ? text : text.toString(encoding));
  };
}

function sendWith(html: string): Mutation["violate"] {
  return async ({ context, database, keyring, ids, clock }) => {
    const { first: accountId } = await ensureSynthetic(context);
    const source = Buffer.from(`Content-Type: text/html\r\n\r\n${html}\r\n<p>the end</p>`);
    const entry = {
      accountId,
      messageId: ids.next(clock.now()),
      envelope: { from: "", to: "" },
      subject: "",
      source,
    };
    await database.write({ role: "delivery" }, (tx) => keepInInbox(tx, { keyring }, entry));
  };
}

/** A version as somebody would write it who goes around the rules. */
async function publishSecond(
  { database }: ProbedWorld,
  wish: { publishedAt: Date; days: number; contentDays?: number },
): Promise<void> {
  const { publishedAt, days, contentDays = FiguresInForce.ofRelease.contentDays } = wish;
  const document = {
    number: 2,
    reason: { en: "", fr: "", de: "" },
    figures: { ...FiguresInForce.ofRelease, contentDays },
    promises: [],
  };
  const effectiveAt = new Date(publishedAt.getTime() + days * dayMs);
  const bare = { number: 2, publishedAt, effectiveAt, text: textOf(document) };
  await database.write({ role: "operator" }, (tx) =>
    insertPolicyVersion(tx, { ...bare, hash: policyHash(bare) }),
  );
}

const link = '<a href="https://www.facteur.example/read">read</a>';

const afterEvidence = (statement: string): Mutation["violate"] => {
  return async (world) => {
    for (const name of ["catalogue", "event-age", "catalogue"]) await world.record(name);
    await change(statement)(world);
  };
};

export const mutations: Mutation[] = [
  ...closingMutations,
  {
    name: "a column that nobody declares",
    probe: "catalogue",
    violate: change("alter table message add note text"),
  },
  {
    name: "a table that nobody declares",
    probe: "catalogue",
    violate: change("create table extra (phone text)"),
  },
  {
    name: "a declared column that is not there",
    probe: "catalogue",
    violate: change("alter table source_usage rename sent to posted"),
  },
  {
    name: "a purge of messages that stands still",
    probe: "event-age",
    violate: leave("message", "2025-10-20"),
  },
  { name: "a purge of events that stands still", probe: "event-age", violate: leave("event", "2025-10-20") },
  {
    name: "rows of campaigns older than 13 months",
    probe: "event-age",
    violate: change("insert into campaign_recipient values (1, 1, '\\x00', '2025-10-22')"),
  },
  {
    name: "a purge of content that stands still",
    probe: "content-age",
    violate: leave("content", "2026-11-15"),
  },
  {
    name: "a purge of the test inbox that stands still",
    probe: "content-age",
    violate: leave("inbox", "2026-11-15"),
  },
  {
    name: "mail that came in and is never removed",
    probe: "content-age",
    violate: change(
      `insert into parse_post values (1, ${idAt(new Date("2026-11-10"))}, 1, '\\x00', 0, '2026-11-10')`,
    ),
  },
  {
    name: "a delivery report that outlives its message",
    probe: "content-age",
    violate: change(`insert into report values (1, 1, ${idAt(new Date("2026-11-10"))}, 'failed', '\\x00')`),
  },
  { name: "a content key that is not destroyed", probe: "content-age", violate: forgetKeys },
  {
    name: "an identity in clear in a text column",
    probe: "sealing",
    violate: writeInClear("message", "domain"),
  },
  {
    name: "an identity in clear in a sealed column",
    probe: "sealing",
    violate: writeInClear("sender", "sealed", true),
  },
  { name: "a name in clear", probe: "sealing", violate: writeInClear("campaign", "sealed_name", true) },
  { name: "an address in a log", probe: "disk", violate: spill("logs/service.log", "utf8") },
  {
    name: "an address in base64 in the journal",
    probe: "disk",
    violate: spill("journal/0/spilled", "base64"),
  },
  { name: "an address in hexadecimal in a dump", probe: "disk", violate: spill("dump.sql", "hex") },
  {
    name: "a table without row-level security",
    probe: "account-borders",
    violate: change("alter table template disable row level security"),
  },
  {
    name: "a policy that lets requests see everything",
    probe: "account-borders",
    violate: change("create policy leak on message to facteur_request using (true)"),
  },
  {
    name: "a policy that was dropped for one that is open",
    probe: "account-borders",
    violate: change(
      "drop policy tenant on domain; create policy tenant on domain to facteur_request using (account_id > 0)",
    ),
  },
  {
    name: "a partition that requests may read directly",
    probe: "account-borders",
    violate: change(`do $$ declare part text; begin
      select c.relname into part from pg_class c where c.relispartition and c.relkind = 'r' limit 1;
      execute format('grant select on %I to facteur_request', part); end $$`),
  },
  {
    name: "a sender check that was removed",
    probe: "sender-rights",
    violate: async ({ context }) => {
      const rules = { senderRight: async () => ({ senderId: 1n, staysInInbox: false }) };
      Object.assign(context, { acceptance: context.acceptanceWith(rules) });
    },
  },
  {
    name: "a domain that is verified without proof",
    probe: "sender-rights",
    violate: async (world) => {
      await world.probe("sender-rights");
      await change("update domain set state = 'verified'")(world);
    },
  },
  {
    name: "evidence that was changed afterwards",
    probe: "integrity",
    violate: afterEvidence("update promise_evidence set outcome = 'broken' where probe = 'event-age'"),
  },
  {
    name: "evidence that was taken out",
    probe: "integrity",
    violate: afterEvidence("delete from promise_evidence where probe = 'event-age'"),
  },
  {
    name: "a statement of the operator that was changed afterwards",
    probe: "integrity",
    violate: async (world) => {
      const now = world.clock.now();
      const until = new Date(now.getTime() + dayMs);
      const wish = { promise: "P49", until, author: "DPO", statement: "Yes.", documentHash: null };
      await world.database.write({ role: "operator" }, (tx) =>
        attest(tx, { entries: readRegister(), ids: world.ids, now }, wish),
      );
      await change("drop trigger kept on attestation; update attestation set statement = 'No.'")(world);
    },
  },
  {
    name: "a constraint that holds for new rows only",
    probe: "integrity",
    violate: change("alter table account add constraint late check (id > 0) not valid"),
  },
  {
    name: "a migration that is not the one of this release",
    probe: "integrity",
    violate: change("update migration set checksum = 'other' where number = 2"),
  },
  { name: "a tracking pixel", probe: "tracking", violate: sendWith(`${link}<img src="cid:x">`) },
  {
    name: "a link that leads through a counter",
    probe: "tracking",
    violate: sendWith('<a href="https://click.facteur.example/1">read</a>'),
  },
  ...statisticsMutations,
  {
    name: "a message that is not counted",
    probe: "usage",
    violate: async (world) => {
      await world.probe("usage");
      await change("update usage_day set accepted = accepted - 1")(world);
    },
  },
  {
    name: "a version that was changed afterwards",
    probe: "policy-versions",
    violate: change(
      "alter table policy_version disable trigger user; update policy_version set document = document || ' '; alter table policy_version enable trigger user",
    ),
  },
  {
    name: "versions that can be changed",
    probe: "policy-versions",
    violate: change("drop trigger kept on policy_version"),
  },
  {
    name: "a version that was announced too late",
    probe: "policy-versions",
    violate: async (world) => {
      await publishSecond(world, { publishedAt: world.clock.now(), days: 29 });
    },
  },
  {
    name: "an owner who was not written to",
    probe: "policy-versions",
    violate: async (world) => {
      await world.account();
      world.clock.advance(dayMs);
      await publishSecond(world, { publishedAt: world.clock.now(), days: 30 });
      await change(
        "insert into policy_announced (version, at) select 2, published_at from policy_version where number = 2",
      )(world);
    },
  },
  {
    name: "a version that holds days after its owners were told",
    probe: "policy-versions",
    violate: async (world) => {
      const { clock, figures } = world;
      await publishSecond(world, { publishedAt: clock.now(), days: 30, contentDays: 5 });
      clock.advance(28 * dayMs);
      const at = clock.now();
      await world.database.write({ role: "relay" }, (tx) => insertAnnounced(tx, 2, at));
      const before = FiguresInForce.ofRelease;
      const from = new Date(at.getTime() + 2 * dayMs);
      figures.follow([
        { from: new Date(0), figures: before },
        { from, figures: { ...before, contentDays: 5 } },
      ]);
    },
  },
  {
    name: "figures that do not follow the version in force",
    probe: "policy-versions",
    violate: async ({ figures }) => {
      figures.follow([{ from: new Date(0), figures: { ...FiguresInForce.ofRelease, contentDays: 7 } }]);
    },
  },
  {
    name: "no version at all",
    probe: "policy-versions",
    violate: change(
      "drop trigger kept on policy_announced; drop trigger kept on policy_version; delete from policy_announced; delete from policy_version",
    ),
  },
  {
    name: "a file that nobody answers for",
    probe: "inventory",
    violate: async ({ context }) => writeFileSync(path.join(context.dataFolder, "visitors.csv"), "nobody"),
  },
  {
    name: "a correction that is not written",
    probe: "rectification",
    violate: change("create rule keep as on update to account do instead nothing"),
  },
  {
    name: "a correction of a profile that is not written",
    probe: "rectification",
    violate: change(
      "create function keep() returns trigger language plpgsql as 'begin return null; end'; create trigger keep before update on profile for each row execute function keep()",
    ),
  },
  {
    name: "a deletion that keeps the row",
    probe: "deletion",
    violate: change("create rule keep as on delete to template do instead nothing"),
  },
];
