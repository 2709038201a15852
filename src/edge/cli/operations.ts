import { notify } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { approveDomain, dkimRecord, ed25519Record, subjectOf } from "../../core/domains/index.ts";
import { clockChannel, raiseClockOffset } from "../../core/keys/index.ts";
import { ensurePartitions, eraseDueAccounts, monthsAfter, runRetention } from "../../core/retention/index.ts";
import { findAccount } from "./accounts.ts";
import type { Command } from "./command.ts";

/** `migrate`: opening the database has brought it up to date already. */
export const migrateCommand: Command = {
  name: "migrate",
  summary: "Brings the database up to date and ends.",
  positionals: [],
  options: {},
  run: async () => ({ json: { migrated: true }, text: "The database is up to date." }),
};

/** `domain approve`. */
export const domainApprove: Command = {
  name: "domain approve",
  summary: "Lets an account send from a domain on the operator's word, instead of a DNS record.",
  positionals: [{ name: "DOMAIN", help: "the domain" }],
  options: {
    account: { value: "ACCOUNT", help: "the account's id, or its owner's address", isRequired: true },
    ed25519: { value: "", help: "make a key for Ed25519 too, as a second signature" },
  },
  run: async (context, { positionals, options }) => {
    const accountId = await findAccount(context, options.account ?? "");
    const wish = { name: positionals[0] ?? "", withEd25519: options.ed25519 !== undefined };
    const { database, keyring, ids, clock } = context;
    const row = await database.write({ role: "request", accountId }, async (tx) => {
      await keyring.load(tx, [accountId]);
      return approveDomain(tx, { keyring, ids, now: clock.now() }, accountId, wish);
    });
    const first = dkimRecord(subjectOf(row));
    const second = ed25519Record(subjectOf(row));
    const json = {
      accountId: accountId.toString(),
      domain: row.name,
      state: row.state,
      dkimRecordName: first.name,
      dkimRecordValue: first.value,
      ...(second === null ? {} : { ed25519RecordName: second.name, ed25519RecordValue: second.value }),
    };
    const records = [first, ...(second === null ? [] : [second])];
    const lines = records.map(({ type, name, value }) => `${name} ${type} "${value}"`);
    return {
      json,
      text: [`${row.name} is approved.`, "Receivers look for its keys here:", ...lines].join("\n"),
    };
  },
};

/** `clock advance`, in development only. */
export const clockAdvance: Command = {
  name: "clock advance",
  summary:
    "Moves the clock of the whole installation forward (development only). Every role follows within a second.",
  positionals: [{ name: "SPAN", help: "such as 90m, 6h, 6d, 2w, 13mo" }],
  options: {},
  run: async ({ database, clock, isDevelopment }, { positionals }) => {
    if (!isDevelopment) {
      throw new Refusal("not_in_production", "The clock can only be advanced with FACTEUR_MODE=development.");
    }
    const before = clock.now();
    const after = addSpan(before, positionals[0] ?? "");
    const offsetMs = clock.offsetMs + (after.getTime() - before.getTime());
    clock.raiseOffset(offsetMs);
    // Partitions first: a node that follows at once must find a place for what it accepts.
    await ensurePartitions({ database, clock });
    await raiseClockOffset(database, offsetMs);
    await database.write({ role: "operator" }, (tx) => notify(tx, clockChannel, ""));
    const now = clock.now().toISOString();
    return { json: { now, offsetMs }, text: `It is now ${now}.` };
  },
};

/** `retention run`. */
export const retentionRun: Command = {
  name: "retention run",
  summary: "Removes everything whose time is over, now instead of within the minute.",
  positionals: [],
  options: {},
  run: async (context) => {
    const report = await runRetention(context);
    const erased = await eraseDueAccounts(context.erasure, context.clock.now());
    const dropped = report.partitionsDropped.length === 0 ? "none" : report.partitionsDropped.join(", ");
    const text = [
      `Content keys destroyed   ${report.isContentKeyDestroyed ? "yes" : "none was due"}`,
      `Partitions dropped       ${dropped}`,
      `Idempotency answers      ${report.idempotencyDeleted}`,
      `Accounts erased          ${erased.length}`,
    ].join("\n");
    return { json: { ...report, accountsErased: erased.map(({ subject }) => subject) }, text };
  },
};

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
// A century: more is a slip of the finger, and would make thousands of partitions.
const monthsMax = 1200;

function addSpan(from: Date, text: string): Date {
  const match = /^(\d{1,6})(s|m|h|d|w|mo)$/.exec(text);
  if (match === null) {
    throw new Refusal("invalid_span", `"${text}" is not a span of time. Write 90m, 6h, 6d, 2w or 13mo.`);
  }
  const count = Number(match[1]);
  const unit = match[2] ?? "";
  const to =
    unit === "mo"
      ? monthsAfter(from, Math.min(count, monthsMax))
      : new Date(from.getTime() + count * (unitMs[unit] ?? 0));
  if (to > monthsAfter(from, monthsMax)) {
    throw new Refusal("invalid_span", "The clock can be advanced by a hundred years at most.");
  }
  return to;
}
