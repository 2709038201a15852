import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { silent } from "../../tests/support/database.ts";
import { makeCheckout, type Started, startProcess } from "../../tests/support/embedded-process.ts";
import { connect, type Database, sql } from "./database.ts";
import { type EmbeddedPostgres, startEmbedded } from "./embedded-postgres.ts";
import { markOf } from "./postgres-process.ts";

const operator = { role: "operator" } as const;
const nobody = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

let parent: string;
let folder: string; // below a folder that only its owner enters

before(async () => {
  parent = mkdtempSync(join(tmpdir(), "facteur-embedded-")); // mkdtemp makes it 0700
  folder = join(parent, "data", "postgres");
  const server = await startEmbedded({ folder, log: silent });
  await withDatabase(server.connection, (database) =>
    database.write(operator, (tx) => tx.run(sql`create table kept (id bigint primary key, text text)`)),
  );
  await server.stop();
});
after(() => rmSync(parent, { recursive: true, force: true }));

async function withDatabase<T>(
  connection: EmbeddedPostgres["connection"],
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await connect({ ...connection, applicationName: "test", log: silent });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function rowsKept({ connection }: Pick<Started, "connection">): Promise<bigint | undefined> {
  return await withDatabase(connection, async (database) => {
    const found = await database.read(operator, (db) =>
      db.row<{ count: bigint }>(sql`select count(*) from kept`),
    );
    return found?.count;
  });
}

async function until(holds: () => boolean, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!holds() && performance.now() < end) await pause(20);
  assert.ok(holds(), "waited in vain");
}

async function untilAnswered(connection: EmbeddedPostgres["connection"]): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await rowsKept({ connection }).catch(() => undefined)) !== undefined) return;
    await pause(50);
  }
}

test("the server runs as somebody else than root, and only its user reaches data and socket", async (t) => {
  const server = await startEmbedded({ folder, log: silent });
  t.after(() => server.stop());
  const data = statSync(join(folder, "cluster"));
  const socket = statSync(server.connection.socketDir);
  assert.notEqual(data.uid, 0);
  assert.equal(socket.uid, data.uid);
  assert.equal(data.mode & 0o777, 0o700);
  assert.equal(socket.mode & 0o777, 0o700);
  assert.equal(await rowsKept(server), 0n);
});

test("an ordinary user starts it from a clone below a 0700 folder, without install scripts", async (t) => {
  const ids = isRoot ? nobody : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const checkout = makeCheckout(ids);
  t.after(() => rmSync(join(checkout.folder, ".."), { recursive: true, force: true }));
  const run = startProcess({ folder: join(checkout.folder, "data"), ids, checkout });
  const started = await run.started;
  const version = await withDatabase(started.connection, (database) =>
    database.read(operator, (db) => db.row<{ name: string }>(sql`select current_user as name`)),
  );
  await run.tell("stop");
  assert.equal(version?.name, "facteur");
  assert.equal(markOf(started.serverPid), undefined);
});

test("a server left by a killed process is joined", async () => {
  const first = startProcess({ folder });
  const { serverPid } = await first.started;
  await first.kill();
  const second = startProcess({ folder });
  const joined = await second.started;
  await second.tell("stop");
  assert.deepEqual([joined.reused, joined.serverPid], [true, serverPid]);
  assert.equal(markOf(serverPid), undefined);
});

test("acknowledged rows survive a kill of the process and of the server", async (t) => {
  const first = startProcess({ folder });
  const started = await first.started;
  const database = await connect({ ...started.connection, applicationName: "test", log: silent });
  t.after(() => database.close());
  let acknowledged = 0n;
  const writing = (async () => {
    for (let id = 1n; ; id += 1n) {
      await database.write(operator, (tx) => tx.run(sql`insert into kept values (${id}, 'row')`));
      acknowledged = id;
    }
  })().catch(() => undefined);
  await until(() => acknowledged > 100n);
  process.kill(started.serverPid, "SIGKILL");
  await first.kill();
  await writing;
  const second = startProcess({ folder });
  const restarted = await second.started;
  const kept = await rowsKept(restarted);
  await second.tell("stop");
  assert.equal(restarted.reused, false);
  // The last insert may have been on disk without our having heard of it.
  assert.ok(kept === acknowledged || kept === acknowledged + 1n, `${kept} of ${acknowledged}`);
});

test("two processes that start at once make one database and share its server", async (t) => {
  const fresh = mkdtempSync(join(tmpdir(), "facteur-embedded-"));
  t.after(() => rmSync(fresh, { recursive: true, force: true }));
  const [one, two] = [startProcess({ folder: fresh }), startProcess({ folder: fresh })];
  const started = await Promise.all([one.started, two.started]);
  assert.equal(started[0].serverPid, started[1].serverPid);
  assert.deepEqual(started.map(({ reused }) => reused).sort(), [false, true]);
  await one.tell("stop");
  assert.ok(markOf(started[0].serverPid), "the other process still uses the server");
  await two.tell("stop");
  assert.equal(markOf(started[0].serverPid), undefined);
});

test("a process that ends without stopping the server does not leave it behind", async () => {
  const run = startProcess({ folder });
  const { serverPid } = await run.started;
  await run.tell("exit");
  await until(() => markOf(serverPid) === undefined);
});

test("a signal to the process's group does not reach the server", async (t) => {
  const server = await startEmbedded({ folder, log: silent });
  t.after(() => server.stop());
  const group = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[2];
  assert.equal(group(server.pid), String(server.pid));
});

test("a server that dies is started again behind the same socket", async (t) => {
  const server = await startEmbedded({ folder, log: silent });
  t.after(() => server.stop());
  const died = server.pid;
  process.kill(died, "SIGKILL");
  await until(() => server.pid !== died);
  assert.equal(typeof (await rowsKept(server)), "bigint");
});

test("the log of the server holds no value of a statement, parameter or row", async (t) => {
  const server = await startEmbedded({ folder, log: silent });
  t.after(() => server.stop());
  const canary = "canary@example.org";
  await withDatabase(server.connection, async (database) => {
    const row = sql`insert into kept values (-1, ${canary})`;
    await database.write(operator, (tx) => tx.run(row));
    await assert.rejects(
      database.write(operator, (tx) => tx.run(sql`insert into kept values (-1, ${canary})`)),
    );
    await assert.rejects(database.read(operator, (db) => db.run(sql`select ${canary}::bigint`)));
    await assert.rejects(
      database.read(operator, (db) => db.run(sql`select pg_sleep(0.01), ${sql.literal(canary)}::bigint`)),
    );
    const running = database.read(operator, (db) => db.run(sql`select pg_sleep(9), ${sql.literal(canary)}`));
    await database.read(operator, async (db) => {
      const sleeper = sql`select a.pid from pg_stat_activity a where a.query like 'select pg_sleep(9)%'`;
      for (let found: { pid: number } | undefined; !found; ) {
        found = await db.row<{ pid: number }>(sleeper);
        if (found) process.kill(found.pid, "SIGKILL"); // the server logs what the dead process was running
      }
    });
    await assert.rejects(running);
  });
  await until(() =>
    readFileSync(join(folder, "postgres.log"), "utf8").includes("was terminated by signal 9"),
  );
  await untilAnswered(server.connection);
  const logs = readdirSync(folder).filter((name) => name.startsWith("postgres.log"));
  for (const name of logs) assert.doesNotMatch(readFileSync(join(folder, name), "utf8"), /canary/);
});

test("the server does not inherit our environment, which may hold secrets", async () => {
  const run = startProcess({ folder, env: { FACTEUR_ROOT_KEY: "canary" } });
  const { serverPid } = await run.started;
  const environment = readFileSync(`/proc/${serverPid}/environ`, "utf8");
  await run.tell("stop");
  assert.match(environment, /LC_ALL=C/);
  assert.doesNotMatch(environment, /canary/);
});

test("a note of a dead server whose number now belongs to another process does not prevent the start", async (t) => {
  const note = join(folder, "cluster", "postmaster.pid");
  writeFileSync(note, `${process.pid}\n${folder}/cluster\n1\n5432\n/nowhere\n\n\nready   \n`);
  const server = await startEmbedded({ folder, log: silent });
  t.after(() => server.stop());
  assert.equal(server.reused, false);
});

test("a socket folder that vanished under a left server leads to a restart", async (t) => {
  const left = startProcess({ folder });
  const { connection, serverPid } = await left.started;
  await left.kill();
  rmSync(connection.socketDir, { recursive: true });
  const server = await startEmbedded({ folder, log: silent });
  t.after(() => server.stop());
  assert.notEqual(server.pid, serverPid);
  assert.equal(typeof (await rowsKept(server)), "bigint");
});

test("data of another version of PostgreSQL are refused with what to do", async () => {
  const note = join(folder, "cluster", "PG_VERSION");
  writeFileSync(note, "17\n");
  try {
    await assert.rejects(
      startEmbedded({ folder, log: silent }),
      /PostgreSQL 17, this release brings 18.*facteur backup/,
    );
  } finally {
    writeFileSync(note, "18\n");
  }
});

test("files that are not a database are left alone", async (t) => {
  const other = mkdtempSync(join(tmpdir(), "facteur-embedded-"));
  t.after(() => rmSync(other, { recursive: true, force: true }));
  mkdirSync(join(other, "cluster"));
  writeFileSync(join(other, "cluster", "letter.txt"), "mine");
  if (isRoot) mkdirSync(join(other, "programs"));
  await assert.rejects(startEmbedded({ folder: other, log: silent }), /not a database/);
  assert.equal(readFileSync(join(other, "cluster", "letter.txt"), "utf8"), "mine");
});

test("nothing is left in the temporary folder after a stop", async () => {
  const server = await startEmbedded({ folder, log: silent });
  const { socketDir } = server.connection;
  await server.stop();
  assert.throws(() => statSync(socketDir), { code: "ENOENT" });
});
