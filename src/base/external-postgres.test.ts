import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { silent, testDatabase } from "../../tests/support/database.ts";
import {
  accessRules,
  freePort,
  type SystemPostgres,
  systemPostgres,
} from "../../tests/support/system-postgres.ts";
import { connect, type Database, isUnavailable, sql } from "./database.ts";
import { startEmbedded } from "./embedded-postgres.ts";
import { dumpSchema, migrate, readMigrations } from "./migrate.ts";

const operator = { role: "operator" } as const;
const now = new Date("2026-11-23T12:00:00Z");

// What an administrator does for us: a user who may create roles, with a database of its own.
async function prepare({ socketDir, port, superuser }: SystemPostgres, rights: string): Promise<void> {
  const address = { socketDir, port, user: superuser, database: "postgres" };
  const admin = await connect({ ...address, applicationName: "test", log: silent });
  await admin.write(operator, (tx) =>
    tx.run(sql`create role mailer login password 'hunter2' ${sql.script(rights)}`),
  );
  await admin.alone(operator, sql`create database mail owner mailer encoding 'UTF8' template template0`);
  await admin.close();
}

async function open(t: TestContext, { port }: SystemPostgres, password = "hunter2"): Promise<Database> {
  const url = `postgres://mailer:${password}@127.0.0.1:${port}/mail`;
  const database = await connect({ url, applicationName: "test", log: silent });
  t.after(() => database.close());
  return database;
}

async function embeddedOverTcp(t: TestContext): Promise<SystemPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "facteur-tcp-"));
  const rules = join(folder, "access.conf");
  writeFileSync(rules, accessRules);
  for (const path of [folder, rules]) chmodSync(path, 0o755);
  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", port, hba_file: rules, fsync: "off" };
  const server = await startEmbedded({ folder, settings, log: silent });
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { version: "18", port, socketDir: server.connection.socketDir, superuser: server.connection.user };
}

async function assertUsable(t: TestContext, server: SystemPostgres): Promise<void> {
  const database = await open(t, server);
  const applied = await migrate(database, { now, log: silent });
  assert.equal(applied.length, readMigrations().length);
  for (const role of ["accept", "delivery", "retention"] as const) {
    const found = await database.read({ role }, (db) => db.row(sql`select current_user::text as name`));
    assert.deepEqual(found, { name: `facteur_${role}` });
  }
  const rows = await database.read({ role: "request", accountId: 1n }, (db) =>
    db.rows(sql`select id from account`),
  );
  assert.deepEqual(rows, []);
}

test("a PostgreSQL of the system serves as well as ours, with the same schema", async (t) => {
  const server = await systemPostgres(t);
  await prepare(server, "createrole");
  await assertUsable(t, server);
  const ours = await testDatabase(t);
  assert.equal(await dumpSchema(await open(t, server)), await dumpSchema(ours.database));
});

test("a server over TCP with a password is used by a user who is no superuser", async (t) => {
  const server = await embeddedOverTcp(t);
  await prepare(server, "createrole");
  await assertUsable(t, server);
});

test("a user who may not create roles is told what to run, and may go on once it was", async (t) => {
  const server = await embeddedOverTcp(t);
  await prepare(server, "");
  const database = await open(t, server);
  const refused = await migrate(database, { now, log: silent }).catch((error: Error) => error.message);
  assert.ok(typeof refused === "string");
  const statements = refused.split("\n").slice(1).join("\n");
  assert.match(statements, /^create role facteur_accept nologin;\n(create.*\n){4}grant .* to mailer;$/);
  const admin = await connect({
    socketDir: server.socketDir,
    port: server.port,
    user: server.superuser,
    database: "postgres",
    applicationName: "test",
    log: silent,
  });
  t.after(() => admin.close());
  await admin.write(operator, (tx) => tx.run(sql.script(statements)));
  await assertUsable(t, server);
});

test("a wrong password is refused with a message that does not hold it", async (t) => {
  const server = await embeddedOverTcp(t);
  await prepare(server, "");
  await assert.rejects(open(t, server, "swordfish"), (error: Error) => {
    assert.match(error.message, /127\.0\.0\.1:\d+\/mail cannot be reached: password authentication failed/);
    assert.doesNotMatch(error.message + error.stack, /swordfish/);
    return isUnavailable(error);
  });
});

test("a role that could bypass row-level security is refused", async (t) => {
  const server = await embeddedOverTcp(t);
  await prepare(server, "superuser");
  const database = await open(t, server);
  await migrate(database, { now, log: silent });
  await database.write(operator, (tx) => tx.run(sql`alter role facteur_request bypassrls`));
  await assert.rejects(
    migrate(database, { now, log: silent }),
    /alter role facteur_request nosuperuser nobypassrls nologin;/,
  );
});
