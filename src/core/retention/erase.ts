import type { Database } from "../../base/database.ts";
import {
  beginErasure,
  claimErasure,
  type DueAccount,
  deleteAccountKey,
  endErasure,
  eraseRows,
  isErased,
  markErased,
  selectAccountIds,
  selectDueAccounts,
  selectErasedSubjects,
} from "./erase-store.ts";
import { noteInLedger, readLedger } from "./ledger.ts";

// A batch takes some milliseconds; nobody waits for its locks.
const eraseBatch = 2000;
// More accounts than are closed in a minute anywhere; what is left is taken up by the next look.
const accountsPerLookMax = 100;
const accountsPage = 5000;

/** What erasing needs of the service; retention itself knows no other module. */
export interface ErasureContext {
  database: Database;
  /** Every table that holds rows of accounts. */
  tables: readonly string[];
  /** A keyed hash of an account's number: what is noted of it for good. */
  subjectOf(accountId: bigint): Buffer;
  /** Forgets the keys of an account here, and tells every other process to. */
  forgetKeys(accountId: bigint): Promise<void>;
  /** Removes what other accounts hold about this one's people. Its keys still open. */
  removeTraces(accountId: bigint): Promise<void>;
  /** The file that is written before anything is destroyed. */
  ledgerFile: string;
}

/** An account of which nothing is left. */
export interface ErasedAccount {
  accountId: bigint;
  subject: string;
  /** Rows removed, by table. */
  removed: Record<string, number>;
}

/** Erases the accounts whose time for reading is over (P102): first the key, so that everything sealed goes dark at
 *  once, in backups too; then every row. A run that is cut off is finished by the next one. One account that cannot be
 *  erased does not keep the others; what was wrong with it is thrown at the end. */
export async function eraseDueAccounts(context: ErasureContext, now: Date): Promise<ErasedAccount[]> {
  const due = await context.database.read({ role: "retention" }, (reader) =>
    selectDueAccounts(reader, now, accountsPerLookMax),
  );
  const erased: ErasedAccount[] = [];
  const failures: unknown[] = [];
  for (const account of due) {
    try {
      const one = await eraseAccount(context, account, now);
      if (one !== null) erased.push(one);
    } catch (error) {
      if (!(await isErasedElsewhere(context, account.id))) failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return erased;
}

// Another process, or a probe, has erased it meanwhile, to the end. What it has told of the keys may have come before they
// were loaded here once more.
async function isErasedElsewhere(context: ErasureContext, accountId: bigint): Promise<boolean> {
  try {
    const isGone = await context.database.read({ role: "retention" }, (reader) =>
      isErased(reader, accountId),
    );
    if (isGone) await context.forgetKeys(accountId);
    return isGone;
  } catch {
    // Then the first error is the one to tell.
    return false;
  }
}

async function eraseAccount(
  context: ErasureContext,
  { id: accountId, isSynthetic }: DueAccount,
  now: Date,
): Promise<ErasedAccount | null> {
  const { database, tables, ledgerFile } = context;
  const role = { role: "retention" } as const;
  const subject = context.subjectOf(accountId);
  // Asked again: others were erased since it was found, and its owner may have opened it meanwhile.
  if (!(await database.write(role, (tx) => claimErasure(tx, accountId, now)))) return null;
  // Those of the probes come and go every few hours and are nobody's.
  if (!isSynthetic) {
    noteInLedger(ledgerFile, subject, now);
    await database.write(role, (tx) => beginErasure(tx, subject, now));
  }
  await context.removeTraces(accountId);
  await database.write(role, (tx) => deleteAccountKey(tx, accountId, now));
  await context.forgetKeys(accountId);
  const removed: Record<string, number> = {};
  for (const table of tables.filter((each) => each !== "account")) {
    removed[table] = await eraseTable(context, { table, accountId, now });
  }
  // The account itself goes last, together with the note that all is done: what is cut off before is due again.
  await database.write(role, async (tx) => {
    removed.account = await eraseRows(tx, { table: "account", accountId, now }, 1);
    if (!isSynthetic) await endErasure(tx, { subject, now, removed });
  });
  return { accountId, subject: subject.toString("hex"), removed };
}

async function eraseTable(
  { database }: ErasureContext,
  part: { table: string; accountId: bigint; now: Date },
): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await database.write({ role: "retention" }, (tx) => eraseRows(tx, part, eraseBatch));
    removed += count;
    if (count < eraseBatch) return removed;
  }
}

/** After a restore: marks accounts that are there again although they were erased, so that they are erased at once.
 *  Called before anything is served. Answers how many there were. */
export async function replayErasures(
  { database, subjectOf, ledgerFile }: Pick<ErasureContext, "database" | "subjectOf" | "ledgerFile">,
  now: Date,
): Promise<number> {
  const known = await database.read({ role: "retention" }, selectErasedSubjects);
  const erased = new Set([...known.map((subject) => subject.toString("hex")), ...readLedger(ledgerFile)]);
  if (erased.size === 0) return 0;
  let marked = 0;
  let afterId = 0n;
  for (;;) {
    const place = afterId;
    const ids = await database.read({ role: "retention" }, (reader) =>
      selectAccountIds(reader, place, accountsPage),
    );
    const back = ids.filter((id) => erased.has(subjectOf(id).toString("hex")));
    if (back.length > 0) await database.write({ role: "retention" }, (tx) => markErased(tx, back, now));
    marked += back.length;
    if (ids.length < accountsPage) return marked;
    afterId = ids.at(-1) ?? 0n;
  }
}
