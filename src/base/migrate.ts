import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Database, DatabaseError, type Sql, sql, type Transaction } from "./database.ts";
import type { DatabaseLog } from "./postgres-listener.ts";
import { createRoles } from "./postgres-roles.ts";

export { dumpSchema } from "./postgres-schema.ts";

/** A step of the schema: a file `db/migrations/NNNN-name.sql`. */
export type Migration = {
  number: number;
  name: string;
  text: string;
  checksum: string;
  /** Whether the release before works on with the schema as it is after this step. */
  isSafeWithPrevious: boolean;
};

export type MigrateOptions = {
  /** The moment noted as `applied_at`. */
  now: Date;
  log: DatabaseLog;
  migrations?: readonly Migration[];
};

const migrationsFolder = fileURLToPath(new URL("../../db/migrations", import.meta.url));
const operator = { role: "operator" } as const;
const lockKey = 0x6661_6374; // "fact": one number of its own among the advisory locks of the database

/** Brings the schema up to the newest migration and returns the names of those that it applied. Creates the roles
 *  first. Several processes may do so at once: each step is taken under a lock, in a transaction of its own.
 *  Refuses a database that a newer release has migrated, and files that changed after they were applied. */
export async function migrate(database: Database, options: MigrateOptions): Promise<string[]> {
  const migrations = options.migrations ?? readMigrations();
  await createRoles(database);
  const applied: string[] = [];
  for (;;) {
    const name = await database.write(operator, (tx) => applyNext(tx, migrations, options.now));
    if (name === undefined) return applied;
    options.log.info("database.migrated", { migration: name });
    applied.push(name);
  }
}

async function applyNext(
  tx: Transaction,
  migrations: readonly Migration[],
  now: Date,
): Promise<string | undefined> {
  await lockMigrations(tx);
  await createTable(tx);
  const applied = await appliedMigrations(tx);
  assertKnown(applied, migrations);
  const done = new Set(applied.map(({ number }) => number));
  const next = migrations.find(({ number }) => !done.has(number));
  if (!next) return undefined;
  await runScript(tx, next);
  await tx.run(sql`insert into migration (number, name, checksum, applied_at)
    values (${next.number}, ${next.name}, ${next.checksum}, ${now})`);
  return fileNameOf(next);
}

// Without a limit: another process may be at a step that takes long. For the tables' own locks the limit holds
// again, since whoever waits for one makes everybody else wait behind.
async function lockMigrations(tx: Transaction): Promise<void> {
  await tx.run(sql`select set_config('lock_timeout', '0', true)`);
  await tx.run(sql`select pg_advisory_xact_lock(${lockKey})`);
  await tx.run(
    sql`select set_config('lock_timeout', reset_val, true) from pg_settings where name = 'lock_timeout'`,
  );
}

async function createTable(tx: Transaction): Promise<void> {
  const found = await tx.row<{ exists: boolean }>(
    sql`select to_regclass('public.migration') is not null as exists`,
  );
  if (found?.exists) return;
  await tx.run(
    sql.script(`
      create table migration (
        number int primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null
      );
      comment on table migration is 'The steps that made this schema, with the checksum of each file.';`),
  );
}

type Applied = { number: number; name: string; checksum: string };

async function appliedMigrations(db: Sql): Promise<Applied[]> {
  return await db.rows<Applied>(sql`select m.number, m.name, m.checksum from migration m order by m.number`);
}

function assertKnown(applied: readonly Applied[], migrations: readonly Migration[]): void {
  const files = new Map(migrations.map((file) => [file.number, file]));
  const last = Math.max(0, ...files.keys());
  for (const step of applied) {
    const file = files.get(step.number);
    if (!file && step.number > last) {
      throw new Error(
        `The database was migrated by a newer release (${fileNameOf(step)} is unknown here). Run that release, or ` +
          "restore a backup made with this one.",
      );
    }
    if (!file) {
      throw new Error(
        `The database has migration ${fileNameOf(step)}, whose file is missing from ${migrationsFolder}.`,
      );
    }
    if (step.checksum !== file.checksum) {
      throw new Error(
        `The migration ${fileNameOf(file)} changed after it was applied to this database. Restore the file and put ` +
          "the change into a new migration.",
      );
    }
  }
}

async function runScript(tx: Transaction, migration: Migration): Promise<void> {
  try {
    await tx.run(sql.script(migration.text));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const line = error.position && migration.text.slice(0, error.position).split("\n").length;
    const place = line ? `${fileNameOf(migration)}:${line}` : fileNameOf(migration);
    throw new Error(`Migration ${place} failed: ${error.message}`, { cause: error });
  }
}

/** Reads the migrations of this release, in order. Numbers may be left out, so that several can be written side by side;
 *  one that comes late is applied when it comes. Refuses a number twice, a name or a first line out of form. */
export function readMigrations(folder = migrationsFolder): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  const migrations = names.sort().map((name) => readMigration(folder, name));
  for (const [index, migration] of migrations.entries()) {
    const before = migrations[index - 1];
    if (before?.number !== migration.number) continue;
    throw new Error(
      `The migrations ${fileNameOf(before)} and ${fileNameOf(migration)} have the same number.`,
    );
  }
  return migrations;
}

function readMigration(folder: string, fileName: string): Migration {
  const match = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/.exec(fileName);
  if (!match) throw new Error(`The migration ${fileName} is not named like 0001-what-it-does.sql.`);
  const [, digits = "", name = ""] = match;
  // Git may have changed the line ends; the migration is the same.
  const text = readFileSync(join(folder, fileName), "utf8").replaceAll("\r\n", "\n");
  const checksum = createHash("sha256").update(text).digest("hex");
  return { number: Number(digits), name, text, checksum, isSafeWithPrevious: safety(fileName, text) };
}

// Whoever upgrades several nodes one after the other must know, and whoever writes a migration must have asked.
function safety(fileName: string, text: string): boolean {
  const match = /^-- safe with the previous release: (yes|no) — \S/.exec(text);
  if (match) return match[1] === "yes";
  throw new Error(
    `The first line of the migration ${fileName} must say: -- safe with the previous release: yes — reason (or no).`,
  );
}

function fileNameOf({ number, name }: { number: number; name: string }): string {
  return `${numberText(number)}-${name}.sql`;
}

function numberText(number: number): string {
  return String(number).padStart(4, "0");
}
