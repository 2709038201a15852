import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { emptyDatabase, silent, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { connect, type Database, sql } from "./database.ts";
import { dumpSchema, type Migration, migrate, readMigrations } from "./migrate.ts";

const operator = { role: "operator" } as const;
const now = new Date("2026-11-23T12:00:00Z");
const safe = "-- safe with the previous release: yes — it only adds\n";

function writeFiles(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "facteur-migrations-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function read(t: TestContext, files: Record<string, string>): Migration[] {
  return readMigrations(writeFiles(t, files));
}

async function up(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  return await migrate(database, { now, log: silent, migrations });
}

const first = { "0001-letters.sql": `${safe}create table letter (id int primary key);` };
const second = {
  "0002-stamps.sql": `${safe}create table stamp (id int primary key); insert into stamp values (1);`,
};

test("new migrations are applied in order, once, and noted with checksum and the given time", async (t) => {
  const { database } = await emptyDatabase(t);
  assert.deepEqual(await up(database, read(t, first)), ["0001-letters.sql"]);
  assert.deepEqual(await up(database, read(t, { ...first, ...second })), ["0002-stamps.sql"]);
  assert.deepEqual(await up(database, read(t, { ...first, ...second })), []);
  const noted = await database.read(operator, (db) =>
    db.rows(sql`select number, name, length(checksum) as digits, applied_at from migration order by number`),
  );
  assert.deepEqual(noted, [
    { number: 1, name: "letters", digits: 64, applied_at: now },
    { number: 2, name: "stamps", digits: 64, applied_at: now },
  ]);
});

test("a migration that fails leaves nothing of itself, and the error names file and line", async (t) => {
  const { database } = await emptyDatabase(t);
  const bad = { "0002-bad.sql": `${safe}create table half (id int);\nselect nonsense;` };
  await assert.rejects(up(database, read(t, { ...first, ...bad })), /0002-bad\.sql:3 failed: .*nonsense/);
  const found = await database.read(operator, (db) =>
    db.row(sql`select to_regclass('letter') is not null as letter, to_regclass('half') is not null as half`),
  );
  assert.deepEqual(found, { letter: true, half: false });
});

test("a migration that changed after it was applied is refused", async (t) => {
  const { database } = await emptyDatabase(t);
  await up(database, read(t, first));
  const changed = { "0001-letters.sql": `${first["0001-letters.sql"]} -- a thought` };
  await assert.rejects(up(database, read(t, changed)), /0001-letters\.sql changed after it was applied/);
});

test("other line ends do not make another migration", (t) => {
  const text = first["0001-letters.sql"];
  const checksums = [text, text.replaceAll("\n", "\r\n")].map(
    (each) => read(t, { "0001-letters.sql": each })[0]?.checksum,
  );
  assert.equal(checksums[0], checksums[1]);
});

test("a database that a newer release migrated is refused", async (t) => {
  const { database } = await emptyDatabase(t);
  await up(database, read(t, { ...first, ...second }));
  await assert.rejects(up(database, read(t, first)), /newer release \(0002-stamps\.sql is unknown/);
});

test("a migration whose number was left out is applied when it comes, whatever came before it", async (t) => {
  const { database } = await emptyDatabase(t);
  const third = { "0030-letters-of-stamps.sql": `${safe}alter table letter add stamp int;` };
  assert.deepEqual(await up(database, read(t, { ...first, ...third })), Object.keys({ ...first, ...third }));
  assert.deepEqual(await up(database, read(t, { ...first, ...second, ...third })), Object.keys(second));
});

test("a database with a migration whose file is missing is refused", async (t) => {
  const { database } = await emptyDatabase(t);
  await up(database, read(t, { ...first, ...second }));
  await assert.rejects(up(database, read(t, second)), /0001-letters\.sql, whose file is missing/);
});

test("a number twice, a wrong name and a first line without a word on safety are refused", (t) => {
  assert.throws(
    () => read(t, { ...first, "0001-stamps.sql": safe }),
    /0001-letters\.sql and 0001-stamps\.sql have the same number/,
  );
  assert.throws(() => read(t, { "1-letters.sql": safe }), /not named like/);
  assert.throws(() => read(t, { "0001-letters.sql": "create table letter ();" }), /first line .* must say/);
  assert.throws(
    () => read(t, { "0001-letters.sql": "-- safe with the previous release: maybe — who knows" }),
    /must say/,
  );
  const unsafe = read(t, {
    "0001-letters.sql": "-- safe with the previous release: no — it renames a column\n",
  });
  assert.deepEqual(
    unsafe.map(({ isSafeWithPrevious }) => isSafeWithPrevious),
    [false],
  );
});

test("processes that migrate at the same moment apply each step once", async (t) => {
  const { database, connection } = await emptyDatabase(t);
  const other = await connect({ ...connection, applicationName: "test", log: silent });
  t.after(() => other.close());
  const migrations = read(t, { ...first, ...second });
  const applied = await Promise.all([
    up(database, migrations),
    up(other, migrations),
    up(database, migrations),
  ]);
  assert.deepEqual(applied.flat().sort(), ["0001-letters.sql", "0002-stamps.sql"]);
});

const ourRoles = sql`select r.rolname as name from pg_roles r where starts_with(r.rolname, 'facteur_')
  and not r.rolsuper and not r.rolbypassrls and not r.rolcanlogin order by 1`;

test("databases of one cluster may be migrated at the same moment", async (t) => {
  const made = await Promise.all([1, 2, 3, 4].map(() => emptyDatabase(t)));
  const migrations = read(t, first);
  await Promise.all(made.map(({ database }) => up(database, migrations)));
  const roles = await made[0]!.database.read(operator, (db) => db.rows<{ name: string }>(ourRoles));
  for (const name of [
    "facteur_accept",
    "facteur_delivery",
    "facteur_relay",
    "facteur_request",
    "facteur_retention",
  ]) {
    assert.ok(
      roles.some((role) => role.name === name),
      name,
    );
  }
});

// A user of the server who is no superuser, with a database of its own.
async function asUser(t: TestContext, rights: string): Promise<Database> {
  const { database, connection }: TestDatabase = await emptyDatabase(t);
  const user = sql.identifier(`owner_of_${connection.database}`);
  await database.write(operator, async (tx) => {
    await tx.run(sql`create role ${user} login ${sql.script(rights)}`);
    await tx.run(sql`alter database ${sql.identifier(connection.database)} owner to ${user}`);
  });
  const own = await connect({
    ...connection,
    user: `owner_of_${connection.database}`,
    applicationName: "test",
    log: silent,
  });
  t.after(async () => {
    await own.close();
    const admin = await connect({
      ...connection,
      database: "postgres",
      applicationName: "test",
      log: silent,
    });
    await admin.write(operator, (tx) => tx.run(sql`drop role ${user}`)); // its database is gone by now
    await admin.close();
  });
  return own;
}

test("a user without the right to give itself the roles is told what a superuser must run", async (t) => {
  await up((await emptyDatabase(t)).database, read(t, first)); // so that the roles exist in the cluster
  const own = await asUser(t, "nocreaterole");
  await assert.rejects(up(own, read(t, first)), (error: Error) => {
    assert.match(error.message, /may not create the roles.*Let a superuser run:/);
    assert.match(
      error.message,
      /grant facteur_request, facteur_accept, facteur_delivery, facteur_relay, facteur_retention to owner_of_/,
    );
    return true;
  });
});

test("a user who was given the roles migrates without being a superuser", async (t) => {
  const own = await asUser(
    t,
    "in role facteur_request, facteur_accept, facteur_delivery, facteur_relay, facteur_retention",
  );
  assert.deepEqual(await up(own, read(t, first)), ["0001-letters.sql"]);
  const name = await own.read({ role: "accept" }, (db) => db.row(sql`select current_user::text as name`));
  assert.deepEqual(name, { name: "facteur_accept" });
});

test("a database that is not migrated says so when a role is missing", async (t) => {
  const own = await asUser(t, "nocreaterole");
  await assert.rejects(
    own.read({ role: "delivery" }, (db) => db.rows(sql`select 1`)),
    /lacks a role.*facteur_delivery.*Run: facteur migrate/,
  );
});

test("the dump tells all that a migration can make, without dated partitions", async (t) => {
  const { database } = await emptyDatabase(t);
  const text = `${safe}
    create table parcel (id bigint not null, kind text not null default 'small' check (kind <> ''), body bytea,
      twice bigint generated always as (id * 2) stored, primary key (id)) partition by range (id);
    alter table parcel alter column body set storage external;
    create table parcel_20261123 partition of parcel for values from (0) to (10);
    create index parcel_kind on parcel (kind) where kind <> 'small';
    comment on table parcel is 'What''s sent.';
    comment on column parcel.kind is 'Size.';
    alter table parcel enable row level security;
    create policy tenant on parcel for select to facteur_request using (id > 0);
    grant select, insert on parcel to facteur_request;
    grant update (kind) on parcel to facteur_delivery;
    create view small as select p.id from parcel p where p.kind = 'small';
    create function twice(n int) returns int language sql immutable as 'select n * 2';
    revoke all on function twice(int) from public;`;
  await up(database, read(t, { "0001-parcels.sql": text }));
  const dump = await dumpSchema(database);
  for (const part of [
    "create table parcel (\n  id bigint not null,\n  kind text default 'small'::text not null,\n  body bytea storage external,",
    "twice bigint generated always as ((id * 2)) stored",
    "partition by RANGE (id);",
    "CREATE INDEX parcel_kind ON ONLY public.parcel USING btree (kind) WHERE (kind <> 'small'::text);",
    "comment on table parcel is 'What''s sent.';",
    "comment on column parcel.kind is 'Size.';",
    "create policy tenant on parcel for select to facteur_request using ((id > 0));",
    "grant insert, select on parcel to facteur_request;",
    "grant update (kind) on parcel to facteur_delivery;",
    "create view small as",
    "CREATE OR REPLACE FUNCTION public.twice(n integer)",
    "constraint parcel_kind_check CHECK ((kind <> ''::text))",
    "create table migration (",
  ]) {
    assert.ok(dump.includes(part), `${part}\n\nis missing from\n\n${dump}`);
  }
  assert.doesNotMatch(dump, /parcel_20261123|to public/);
});

test("two databases with the same migrations have the same dump", async (t) => {
  const [one, two] = [await testDatabase(t), await emptyDatabase(t)];
  await migrate(two.database, { now, log: silent });
  assert.equal(await dumpSchema(one.database), await dumpSchema(two.database));
});
