import { createHash } from "node:crypto";
import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  connect,
  type Database,
  DatabaseError,
  type DatabaseLog,
  type Role,
  sql,
} from "../../src/base/database.ts";
import {
  type EmbeddedPostgres,
  type ServerSettings,
  startEmbedded,
} from "../../src/base/embedded-postgres.ts";
import { migrate, readMigrations } from "../../src/base/migrate.ts";
import { withLock } from "../../src/base/postgres-lock.ts";
import { markOf } from "../../src/base/postgres-process.ts";

/** A database of one test. */
export type TestDatabase = {
  database: Database;
  connection: EmbeddedPostgres["connection"];
  /** The same as `connection`, as a DATABASE_URL for a process. */
  url: string;
};

/** What of a test's context is needed: `t`; or, for all tests of a file, `{ after }` of node:test at its top level
 *  (within a `before` it would mean the end of that `before`). */
export type Cleanup = { after(work: () => Promise<void>): void };

export type TestDatabaseOptions = { log?: DatabaseLog; poolSizes?: Partial<Record<Role, number>> };

/** Says nothing: what goes wrong in a test is thrown. */
export const silent: DatabaseLog = { info() {}, warn() {}, error() {} };

const operator = { role: "operator" } as const;

// Nothing here outlives the machine, so nothing waits for the disk. Many test processes share the server.
const settings: ServerSettings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: 500,
  shared_buffers: "128MB",
  max_wal_size: "256MB",
  autovacuum: "off",
};

const uid = process.getuid?.() ?? 0;
const settingsHash = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 8);
const freeBytesMin = 2 * 1024 ** 3; // the server, a hundred copies and whoever else uses the memory
const folderName = `facteur-tests-${uid}-${settingsHash}`;
const folder = join(quickFolder(), folderName);
const programsFolder = join(tmpdir(), folderName); // memory is often mounted without the right to run programs
const templatesMax = 5; // one for each state of the migrations; those of older states are dropped

// In memory where there is room: ext4 searches long for an inode that was not freed within the last seconds, and
// dropping a copy frees 500. On disk a copy takes 250 ms instead of 30.
function quickFolder(): string {
  if (!existsSync("/dev/shm")) return tmpdir();
  const { bavail, bsize } = statfsSync("/dev/shm");
  return bavail * bsize >= freeBytesMin ? "/dev/shm" : tmpdir();
}

/** Gives the test a freshly migrated database of its own and drops it afterwards. One server serves all test
 *  processes; the first makes a template, each test gets a copy (tens of milliseconds). */
export async function testDatabase(t: Cleanup, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { admin, template } = await shared();
  return await copyOf(admin, template, t, options);
}

/** The same without any migration. */
export async function emptyDatabase(t: Cleanup, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { admin } = await shared();
  return await copyOf(admin, "template0", t, options);
}

let copies = 0;

async function copyOf(
  admin: Admin,
  template: string,
  t: Cleanup,
  options: TestDatabaseOptions,
): Promise<TestDatabase> {
  copies += 1;
  const name = `test_${process.pid}_${copies}`;
  // Copying files takes 35 ms; the default, which writes the copy into the log, 115.
  await admin.run(
    sql`create database ${sql.identifier(name)} template ${sql.identifier(template)} strategy file_copy`,
  );
  const connection = { ...admin.connection, database: name };
  const database = await connect({ ...connection, log: silent, ...options, applicationName: name });
  t.after(async () => {
    await database.close();
    await admin.drop(name);
  });
  return { database, connection, url: urlOf(connection) };
}

function urlOf({ socketDir, port, user, database }: EmbeddedPostgres["connection"]): string {
  return `postgres:///${database}?${new URLSearchParams({ host: socketDir, port: String(port), user })}`;
}

type Shared = { admin: Admin; template: string };
let started: Promise<Shared> | undefined;

function shared(): Promise<Shared> {
  started ??= start();
  return started;
}

// Never stopped by hand: the last process to end stops the server.
async function start(): Promise<Shared> {
  const server = await startEmbedded({ folder, programsFolder, log: silent, settings });
  const admin = new Admin(server.connection);
  const template = await withLock(join(folder, "templates"), () => ensureTemplate(admin));
  return { admin, template };
}

// Connects for each statement: an open connection would keep the test process from ending.
class Admin {
  readonly connection: EmbeddedPostgres["connection"];

  constructor(connection: EmbeddedPostgres["connection"]) {
    this.connection = connection;
  }

  async with<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await connect({ ...this.connection, log: silent, applicationName: "tests" });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  async run(statement: ReturnType<typeof sql>): Promise<void> {
    await this.with((database) => database.alone(operator, statement));
  }

  // PostgreSQL looks for other connections every 100 ms; ours need one to end.
  async drop(name: string): Promise<void> {
    await this.with(async (admin) => {
      for (let look = 0; look < looksMax && (await isConnected(admin, name)); look += 1) await pause(lookMs);
      await admin.alone(operator, sql`drop database if exists ${sql.identifier(name)} with (force)`);
    });
  }

  async names(prefix: string): Promise<string[]> {
    const found = await this.with((database) =>
      database.read(operator, (db) =>
        db.rows<{ name: string }>(sql`
          select d.datname as name from pg_database d where starts_with(d.datname, ${prefix}) order by d.oid`),
      ),
    );
    return found.map(({ name }) => name);
  }
}

const looksMax = 20; // then whoever is still connected, such as a process the test forgot, is thrown out
const lookMs = 2;

async function isConnected(admin: Database, name: string): Promise<boolean> {
  const found = await admin.read(operator, (db) =>
    db.row(sql`select from pg_stat_activity a where a.datname = ${name} limit 1`),
  );
  return found !== undefined;
}

async function ensureTemplate(admin: Admin): Promise<string> {
  await dropLeftovers(admin);
  const migrations = readMigrations();
  const state = createHash("sha256")
    .update(migrations.map(({ checksum }) => checksum).join())
    .digest("hex");
  const template = `template_${state.slice(0, 16)}`;
  const templates = await admin.names("template_");
  if (templates.includes(template)) return template;
  const draft = `draft_${process.pid}`;
  await admin.run(sql`create database ${sql.identifier(draft)} template template0`);
  const database = await connect({
    ...admin.connection,
    database: draft,
    log: silent,
    applicationName: "template",
  });
  try {
    await migrate(database, { now: new Date(0), log: silent, migrations });
  } finally {
    await database.close();
  }
  await admin.run(sql`alter database ${sql.identifier(draft)} rename to ${sql.identifier(template)}`);
  for (const old of templates.slice(0, -templatesMax)) await dropUnused(admin, old);
  return template;
}

// Databases of test processes that were killed.
async function dropLeftovers(admin: Admin): Promise<void> {
  for (const name of [...(await admin.names("test_")), ...(await admin.names("draft_"))]) {
    if (!markOf(Number(name.split("_")[1]))) await dropUnused(admin, name);
  }
}

async function dropUnused(admin: Admin, name: string): Promise<void> {
  await admin.run(sql`drop database if exists ${sql.identifier(name)}`).catch((error: unknown) => {
    if (!(error instanceof DatabaseError)) throw error; // in use: the next run drops it
  });
}
