import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Sql, sql } from "../../../base/database.ts";
import {
  closeAccount,
  createAccount,
  emptyProfile,
  reopenAccount,
  selectAccountsByAddress,
  writeProfile,
} from "../../accounts/index.ts";
import { addSender, approveDomain } from "../../domains/index.ts";
import { chainFiles, dayOf, Ratchet } from "../../keys/index.ts";
import { canaryWord } from "../canary.ts";
import { plantCanary } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { seesRows, selectTenantTables } from "./catalogue-store.ts";
import { sweepGraceMs } from "./event-age.ts";

const dayMs = 86_400_000;
// Keys are sealed under each new day in its first minute; a day for that, and one for what another process has to do.
const chainGraceDays = 2;
// A worker that has taken the canary up is done within a second.
const looksMax = 150;
const lookMs = 30;

/** Closes an account of its own, whose time for reading is over, and looks what is left of it: nothing, in any table.
 *  Looks for accounts beyond their time, and for days of the key chain that should be destroyed. */
export function closingProbe(context: ProbeContext): Probe {
  return {
    name: "closing",
    everyMinutes: 180,
    run: async () => {
      const findings = new Findings();
      const figures = context.figures.at(context.clock.now());
      await checkOverdue(context, findings);
      await checkChain(context, findings);
      await checkErasure(context, findings);
      return findings.finding(
        `An account was made, closed, exported with every table that had a row of it and, its ${figures.retrievalDays} days over, erased: no table has a row of it, and its key is gone. No account is beyond its time. Copies of keys older than ${figures.accountKeyDays} days open nowhere, so backups go dark as well, within ${figures.closeMonths} months.`,
      );
    },
  };
}

async function checkOverdue({ database, clock, figures }: ProbeContext, findings: Findings): Promise<void> {
  const now = new Date(clock.now().getTime() - sweepGraceMs);
  const { closeMonths } = figures.at(now);
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ overdue: bigint; tooLong: bigint }>(sql`
      select count(*) filter (where a.erase_at <= ${now}) as overdue,
        count(*) filter (where a.erase_at > a.closed_at + make_interval(months => ${closeMonths}::int)) as "tooLong"
      from account a where a.state = 'closed'`),
  );
  findings.check(row?.overdue === 0n, `${row?.overdue} closed accounts are beyond their time`);
  findings.check(row?.tooLong === 0n, `${row?.tooLong} closed accounts are to be kept too long`);
}

async function checkChain(context: ProbeContext, findings: Findings): Promise<void> {
  const { database, keyring, clock, figures, dataFolder } = context;
  const today = dayOf(clock.now());
  const firstAllowed = today - figures.at(clock.now()).accountKeyDays - chainGraceDays;
  keyring.followRatchet();
  findings.check(keyring.firstAccountDay >= firstAllowed, "old days of the key chain are in memory");
  const file = path.join(dataFolder, "secrets", chainFiles.accounts);
  if (existsSync(file))
    findings.check(Ratchet.load(file, 0).first >= firstAllowed, "old days of the key chain are on disk");
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ count: bigint }>(sql`
      select count(*) as count from account_key k where k.sealed_on < ${today - chainGraceDays}`),
  );
  findings.check(row?.count === 0n, `the keys of ${row?.count} accounts were not sealed anew`);
}

async function checkErasure(context: ProbeContext, findings: Findings): Promise<void> {
  const { database, keyring, clock } = context;
  const accountId = await makeClosed(context);
  const readable = await database.read({ role: "operator" }, async (reader) => {
    await keyring.load(reader, [accountId]);
    return keyring.has(accountId) && (await rowsLeft(reader, accountId)).length > 1;
  });
  findings.check(readable, "the account to be erased was not there");
  await checkExport(context, accountId, findings);
  await endTime(context, accountId);
  await context.eraseDue(clock.now());
  await database.read({ role: "operator" }, async (reader) => {
    for (const table of await rowsLeft(reader, accountId)) {
      findings.check(false, `${table} has rows of an account that was erased`);
    }
    findings.check(!keyring.has(accountId), "the key of an account that was erased is in memory");
    await keyring.load(reader, [accountId]);
    findings.check(!keyring.has(accountId), "the key of an account that was erased can be loaded");
  });
}

// What is held can be taken out while it is there (P104): each table that has rows of the account, opened, and no row of
// anybody else.
async function checkExport(context: ProbeContext, accountId: bigint, findings: Findings): Promise<void> {
  const { database, holdings, keyring } = context;
  const exported = new Set(holdings.filter(({ isExported }) => isExported).map(({ table }) => table));
  const held = (await database.read({ role: "operator" }, (reader) => rowsLeft(reader, accountId))).filter(
    (table) => exported.has(table),
  );
  const named = new Set<string>();
  const found = new Set<string>();
  let isWhole = false;
  for await (const line of context.exportAccount(accountId)) {
    const { table, row, end } = JSON.parse(line) as ExportedLine;
    isWhole = end !== undefined;
    if (table === undefined || row === undefined) continue;
    found.add(table);
    if (line.includes(canaryWord(keyring))) named.add(table);
    const owner = table === "account" ? row.id : row.account_id;
    findings.check(
      owner === accountId.toString(),
      `the export of an account has rows of another in ${table}`,
    );
    findings.check(!line.includes('"damaged":true'), `the export of an account cannot open ${table}`);
  }
  findings.check(isWhole, "the export of an account does not say where it ends");
  for (const table of held) findings.check(found.has(table), `the export of an account leaves ${table} out`);
  for (const table of ["account", "profile", "sender", "message"])
    findings.check(named.has(table), `the export of an account does not show what is in ${table}`);
}

interface ExportedLine {
  table?: string;
  row?: { id?: string; account_id?: string };
  end?: unknown;
}

/** An account with something of everything, just closed: the keeper of accounts, which looks every minute, leaves it alone
 *  while it is looked at. One that a run before has left is taken along. */
async function makeClosed(context: ProbeContext): Promise<bigint> {
  const { database, keyring, ids, clock, figures } = context;
  const now = clock.now();
  const making = { keyring, ids, now };
  const word = canaryWord(keyring);
  const address = `${word}-closing@canary.facteur.example`;
  const accountId = await database.write({ role: "operator" }, async (tx) => {
    const wish = { address, name: word, parentId: null, isSynthetic: true };
    const { account } = await createAccount(tx, making, wish);
    const sender = { address, name: word, kind: "unknown", isDefault: true, state: "active" } as const;
    await addSender(tx, making, account.id, sender);
    await approveDomain(tx, making, account.id, `closing-${account.id}.facteur.example`);
    await writeProfile(tx, making, account.id, { ...emptyProfile, firstname: word });
    return account.id;
  });
  await plantCanary(context, { first: accountId, firstAddress: address });
  await untilNothingWaits(context, accountId);
  await database.write({ role: "operator" }, async (tx) => {
    const all = await selectAccountsByAddress(tx, keyring.rootLookup(address));
    for (const { id } of all.filter(({ state }) => state !== "closed"))
      await closeAccount(tx, { figures: figures.at(now), now }, id);
  });
  return accountId;
}

// As if it had been closed so long ago that its time for reading is over now.
async function endTime({ database, clock, figures }: ProbeContext, accountId: bigint): Promise<void> {
  const now = clock.now();
  const closedAt = new Date(now.getTime() - figures.at(now).retrievalDays * dayMs);
  await database.write({ role: "operator" }, async (tx) => {
    await reopenAccount(tx, accountId, now);
    await closeAccount(tx, { figures: figures.at(now), now: closedAt }, accountId);
  });
}

// Nothing waits in an account whose time is over. Where a worker is at the canary, it is waited for.
async function untilNothingWaits({ database }: ProbeContext, accountId: bigint): Promise<void> {
  for (let look = 0; look < looksMax; look += 1) {
    const isWaiting = await database.write({ role: "operator" }, async (tx) => {
      await tx.run(sql`delete from delivery d where d.account_id = ${accountId} and d.claimed_by is null`);
      return (await tx.row(sql`select from delivery d where d.account_id = ${accountId}`)) !== undefined;
    });
    if (!isWaiting) return;
    await pause(lookMs);
  }
}

async function rowsLeft(reader: Sql, accountId: bigint): Promise<string[]> {
  const left: string[] = [];
  for (const { table } of await selectTenantTables(reader))
    if (await seesRows(reader, table, accountId)) left.push(table);
  const own = await reader.row(sql`select from account a where a.id = ${accountId}`);
  return own === undefined ? left : [...left, "account"];
}
