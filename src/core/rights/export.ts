import type { Database, Sql } from "../../base/database.ts";
import type { Holding } from "../../base/holdings.ts";
import { excuseOf, isLeftOut } from "./excuses.ts";
import { type ExportedRow, type KeyColumn, selectKeys, selectPage } from "./export-store.ts";

/** Opens a sealed value of a row; null when it can be opened no more. */
export type Opener = (row: ExportedRow & { account_id: bigint }, sealed: Buffer) => unknown;

/** What an export is made from. */
export interface ExportContext {
  database: Database;
  /** Every column that the modules declare: what is exported, and what is not. */
  holdings: readonly Holding[];
  /** Loads the account's keys. */
  loadKeys: (reader: Sql, accountId: bigint) => Promise<void>;
  /** By `table.column`, for each sealed column that is exported. */
  openers: Readonly<Record<string, Opener>>;
}

// Rows are short, but for those that hold whole messages: 25 MB each at most.
const rowsOfPage = 200;
const rowsOfPageWithContent = 1;

/** Everything that is held of an account, a line of JSON each, in the order of the tables: what it is first, at the end
 *  how many rows there were, so that an export that was cut off shows. Sealed values are opened. Holds one page in memory.
 *  @see GDPR art. 15, 20 */
export async function* exportAccount(
  context: ExportContext,
  accountId: bigint,
  at: Date,
): AsyncGenerator<string> {
  const own = ofAccounts(context.holdings);
  yield line({ format: "facteur-export/1", accountId, at, leftOut: leftOut(own) });
  const byTable = Map.groupBy(
    own.filter(({ isExported }) => isExported),
    ({ table }) => table,
  );
  const scope = { role: "request", accountId } as const;
  const keys = await context.database.read(scope, (reader) => selectKeys(reader, [...byTable.keys()]));
  let rows = 0;
  for (const [table, holdings] of byTable) {
    const ownKeys = keys.filter((key) => key.table === table);
    for await (const row of rowsOf(context, { table, holdings, keys: ownKeys, accountId })) {
      rows += 1;
      yield line({ table, row });
    }
  }
  yield line({ end: { rows } });
}

interface TableExport {
  table: string;
  holdings: readonly Holding[];
  keys: readonly KeyColumn[];
  accountId: bigint;
}

async function* rowsOf(context: ExportContext, wish: TableExport): AsyncGenerator<ExportedRow> {
  const { table, holdings, keys, accountId } = wish;
  if (keys.length === 0) throw new Error(`${table} has no primary key to follow.`);
  const columns = holdings.map(({ column }) => column);
  const isLarge = holdings.some(
    ({ column, retention }) => column === "sealed_content" || (isSealed(column) && retention === "content"),
  );
  const limit = isLarge ? rowsOfPageWithContent : rowsOfPage;
  for (let after: string[] | null = null; ; ) {
    const page: ExportedRow[] = await context.database.read(
      { role: "request", accountId },
      async (reader) => {
        await context.loadKeys(reader, accountId);
        return selectPage(reader, { table, columns, keys, accountId, after, limit });
      },
    );
    for (const row of page) yield opened(context, wish, row);
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    after = keys.map((_, index) => String(last[`key ${index}`]));
  }
}

/** Is this the name of a column that holds sealed bytes? */
export function isSealed(column: string): boolean {
  return column === "sealed" || column.startsWith("sealed_");
}

function opened(
  { openers }: ExportContext,
  { table, holdings, accountId }: TableExport,
  row: ExportedRow,
): ExportedRow {
  const told = holdings.filter((holding) => !isLeftOut(holding, row));
  const entries = told.map(({ column }) => {
    const value = row[column];
    if (!isSealed(column)) return [column, value];
    const opener = openers[`${table}.${column}`];
    if (opener === undefined) throw new Error(`Nobody opens ${table}.${column} for an export.`);
    const name = column === "sealed" ? "opened" : column.slice("sealed_".length);
    // An address that was not known any more is empty.
    if (!(value instanceof Buffer) || value.length === 0) return [name, null];
    return [name, openOrTell(() => opener({ ...row, account_id: accountId }, value))];
  });
  return Object.fromEntries(entries);
}

// One value that is damaged must not keep a person from all the others.
function openOrTell(open: () => unknown): unknown {
  try {
    return open();
  } catch {
    return { damaged: true };
  }
}

function ofAccounts(holdings: readonly Holding[]): Holding[] {
  const tables = new Set(holdings.filter(({ column }) => column === "account_id").map(({ table }) => table));
  return holdings.filter(({ table }) => table === "account" || tables.has(table));
}

function leftOut(holdings: readonly Holding[]): Record<string, string> {
  const excused = holdings.flatMap((each) => {
    const excuse = excuseOf(each);
    return excuse === null ? [] : [[`${each.table}.${each.column}`, excuse] as const];
  });
  return Object.fromEntries(excused);
}

function line(value: unknown): string {
  return `${JSON.stringify(plain(value))}\n`;
}

// JSON has no 64-bit integers and no bytes: ids are strings, bytes are base64.
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Buffer.isBuffer(value)) return value.toString("base64");
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}
