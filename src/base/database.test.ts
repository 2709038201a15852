import assert from "node:assert/strict";
import { createServer } from "node:net";
import test, { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { emptyDatabase, silent } from "../../tests/support/database.ts";
import {
  connect,
  type Database,
  DatabaseError,
  DatabaseUnavailable,
  isUnavailable,
  notify,
  type Sql,
  sql,
  type Transaction,
  violatedConstraint,
} from "./database.ts";
import { markOf } from "./postgres-process.ts";
import { createRoles } from "./postgres-roles.ts";

const operator = { role: "operator" } as const;
const shared = await emptyDatabase({ after });
const { database } = shared;
await createRoles(database);
await database.write(operator, (tx) =>
  tx.run(
    sql.script(`
        create table note (account_id bigint not null, id bigint not null, text text not null, primary key (account_id, id));
        create table counter (id int primary key, value int not null check (value >= 0));
        insert into counter values (1, 0), (2, 0);
        insert into note values (1, 1, 'of one'), (2, 2, 'of two');
        alter table note enable row level security;
        create policy tenant on note to facteur_request using (account_id = current_setting('app.account')::bigint);
        create policy service on note to facteur_delivery using (true);
        grant select, insert on note to facteur_request, facteur_delivery;
        grant select, update on counter to facteur_request`),
  ),
);

test("each scope acts as its own role", async () => {
  const roleOf = async (scope: Parameters<Database["read"]>[0]) =>
    (await database.read(scope, (db) => db.row<{ name: string }>(sql`select current_user::text as name`)))
      ?.name;
  assert.equal(await roleOf({ role: "request", accountId: 1n }), "facteur_request");
  assert.equal(await roleOf({ role: "accept" }), "facteur_accept");
  assert.equal(await roleOf({ role: "delivery" }), "facteur_delivery");
  assert.equal(await roleOf({ role: "retention" }), "facteur_retention");
  assert.equal(await roleOf(operator), "facteur");
});

test("a request sees its own account only, and the next one on the same connection does not inherit it", async (t) => {
  const one = await connect({
    ...shared.connection,
    poolSizes: { request: 1 },
    applicationName: "test",
    log: silent,
  });
  t.after(() => one.close());
  const notes = (accountId: bigint) =>
    one.read({ role: "request", accountId }, (db) => db.rows(sql`select text from note order by id`));
  assert.deepEqual(await notes(1n), [{ text: "of one" }]);
  assert.deepEqual(await notes(2n), [{ text: "of two" }]);
  assert.deepEqual(await notes(3n), []);
  assert.deepEqual(await database.read({ role: "delivery" }, (db) => db.run(sql`select from note`)), 2);
});

test("a request cannot write into another account", async () => {
  const write = database.write({ role: "request", accountId: 1n }, (tx) =>
    tx.run(sql`insert into note values (2, 9, 'x')`),
  );
  await assert.rejects(write, { code: "42501" });
});

test("an account that is no positive bigint never reaches SQL", async () => {
  for (const accountId of [-1n, "1'; drop table note; --", 1] as bigint[]) {
    await assert.rejects(
      database.read({ role: "request", accountId }, (db) => db.rows(sql`select 1`)),
      TypeError,
    );
  }
});

test("a read cannot write", async () => {
  await assert.rejects(
    database.read(operator, (db) => db.run(sql`update counter set value = 9`)),
    { code: "25006" },
  );
});

test("an error undoes the whole transaction", async () => {
  const failing = database.write(operator, async (tx) => {
    await tx.run(sql`insert into note values (7, 1, 'gone')`);
    throw new Error("thought again");
  });
  await assert.rejects(failing, /thought again/);
  assert.equal(await database.read(operator, (db) => db.run(sql`select from note where account_id = 7`)), 0);
});

test("a caught error of a query does not pass for a commit", async () => {
  const careless = database.write(operator, async (tx) => {
    await tx.run(sql`insert into note values (8, 1, 'gone')`);
    await tx.run(sql`select 1 / 0`).catch(() => undefined);
  });
  await assert.rejects(careless, /nothing was written/);
});

test("a transaction is of no use after its end", async () => {
  let kept: Transaction | undefined;
  await database.write(operator, async (tx) => {
    kept = tx;
  });
  await assert.rejects(kept!.run(sql`select 1`), /after its end/);
  assert.throws(() => kept!.onCommit(() => undefined), /after its end/);
});

test("a query that was not awaited fails the transaction", async () => {
  const hasty = database.write(operator, async (tx) => {
    void tx.run(sql`insert into note values (9, 1, 'gone')`);
  });
  await assert.rejects(hasty, /was not awaited/);
  assert.equal(await database.read(operator, (db) => db.run(sql`select from note where account_id = 9`)), 0);
});

test("what waits for the commit happens in order, after it, and not after a failure", async () => {
  const heard: string[] = [];
  const seen = () => database.read(operator, (db) => db.run(sql`select from note where account_id = 10`));
  await database.write(operator, async (tx) => {
    tx.onCommit(async () => {
      heard.push(`first sees ${await seen()}`);
    });
    tx.onCommit(() => {
      throw new Error("logged, not passed on");
    });
    tx.onCommit(() => {
      heard.push("third");
    });
    await tx.run(sql`insert into note values (10, 1, 'here')`);
    heard.push(`inside others see ${await seen()}`);
  });
  const failing = database.write(operator, async (tx) => {
    tx.onCommit(() => {
      heard.push("never");
    });
    throw new Error("no");
  });
  await assert.rejects(failing);
  assert.deepEqual(heard, ["inside others see 0", "first sees 1", "third"]);
});

test("queries of one transaction may travel together", async () => {
  const found = await database.read(operator, (db) =>
    Promise.all(
      [1n, 2n, 3n].map((id) => db.row<{ id: bigint }>(sql.named("together")`select ${id}::int8 as id`)),
    ),
  );
  assert.deepEqual(found, [{ id: 1n }, { id: 2n }, { id: 3n }]);
});

async function increment(options: { retry?: boolean }): Promise<void> {
  await database.write(
    operator,
    async (tx) => {
      const found = await tx.row<{ value: number }>(sql`select value from counter where id = 1`);
      await pause(5);
      await tx.run(sql`update counter set value = ${(found?.value ?? 0) + 1} where id = 1`);
    },
    { isolation: "serializable", ...options },
  );
}

test("a transaction that lost against another is run again when it may be", async () => {
  await Promise.all([increment({ retry: true }), increment({ retry: true }), increment({ retry: true })]);
  const found = await database.read(operator, (db) => db.row(sql`select value from counter where id = 1`));
  assert.deepEqual(found, { value: 3 });
});

test("without that, the loser is told so, as something that may pass", async () => {
  const outcomes = await Promise.allSettled([increment({}), increment({}), increment({})]);
  const lost = outcomes.filter((outcome) => outcome.status === "rejected");
  assert.ok(lost.length > 0);
  assert.ok(lost.every(({ reason }) => reason.code === "40001" && isUnavailable(reason)));
});

test("a transaction has its isolation on a connection whose plans are old", async () => {
  const levels = () =>
    database.read(operator, (db) => db.row(sql`select current_setting('transaction_isolation') as level`), {
      isolation: "repeatable read",
    });
  assert.deepEqual(await levels(), { level: "repeatable read" });
  // Plans are made anew after two seconds.
  await pause(2100);
  assert.deepEqual(await levels(), { level: "repeatable read" });
});

test("an error names the constraint and the statement, and no value", async () => {
  const canary = "canary@example.org";
  const fails = async (query: ReturnType<typeof sql>) => {
    const error = await database.write(operator, (tx) => tx.run(query)).catch((reason: unknown) => reason);
    assert.ok(error instanceof DatabaseError);
    assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)}`, /canary/);
    return error;
  };
  const taken = await fails(sql`insert into note values (1, 1, ${canary})`);
  assert.equal(violatedConstraint(taken), "note_pkey");
  assert.equal(taken.query, "insert into note values (1, 1, $1)");
  assert.equal((await fails(sql`select ${canary}::bigint`)).code, "22P02");
  assert.equal((await fails(sql`select ${`{"a": ${canary}`}::jsonb`)).code, "22P02");
  assert.equal((await fails(sql`select ${canary}::timestamptz`)).code, "22007");
  assert.equal(violatedConstraint(await fails(sql`update counter set value = -1`)), "counter_value_check");
  assert.equal(violatedConstraint(new Error("other")), undefined);
});

test("a connection that breaks between two queries costs its transaction only", async () => {
  const broken = database.write({ role: "delivery" }, async (tx) => {
    const own = await tx.row<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await database.write(operator, (other) => other.run(sql`select pg_terminate_backend(${own?.pid ?? 0})`));
    await pause(50);
    await tx.run(sql`select 1`);
  });
  await assert.rejects(broken, (error) => isUnavailable(error) && error instanceof DatabaseUnavailable);
  assert.equal(await database.read({ role: "delivery" }, (db) => db.run(sql`select 1`)), 1);
});

test("a connection that breaks while it changes hands costs a transaction, not the process", async (t) => {
  const one = await connect({
    ...shared.connection,
    poolSizes: { delivery: 1 },
    applicationName: "test",
    log: silent,
  });
  t.after(() => one.close());
  const delivery = { role: "delivery" } as const;
  const pidOf = (db: Sql) => db.row<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  await one.read(delivery, async (db) => {
    const pid = (await pidOf(db))!.pid;
    process.kill(pid, "SIGTERM");
    // Without a turn of the event loop: the COMMIT of this read is the first to meet the broken socket.
    while (markOf(pid) !== undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  });
  // Asked for at once: the driver hands the connection over before the failed write is told.
  await assert.rejects(one.read(delivery, pidOf), DatabaseUnavailable);
  assert.ok(await one.read(delivery, pidOf), "the next one has a connection of its own");
});

test("whoever waits too long for a connection is told that all are in use", async (t) => {
  const one = await connect({
    ...shared.connection,
    poolSizes: { accept: 1 },
    waitSecondsMax: 0.2,
    applicationName: "test",
    log: silent,
  });
  t.after(() => one.close());
  const { promise: freed, resolve: free } = Promise.withResolvers<void>();
  const holding = one.write({ role: "accept" }, () => freed);
  await assert.rejects(
    one.write({ role: "accept" }, async () => undefined),
    (error) => isUnavailable(error) && /accept is in use/.test((error as Error).message),
  );
  free();
  await holding;
});

test("a statement or a lock that takes too long ends with an error that may pass", async () => {
  const limits = await database.read({ role: "request", accountId: 1n }, (db) =>
    db.row(sql`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle`),
  );
  assert.deepEqual(limits, { statement: "10s", lock: "8s", idle: "1min" });
  const slow = database.read(operator, async (db) => {
    await db.run(sql`select set_config('statement_timeout', '20ms', true)`);
    await db.run(sql`select pg_sleep(1)`);
  });
  await assert.rejects(slow, (error) => isUnavailable(error));
});

test("an unreachable server is named without the password", async () => {
  const attempt = connect({
    url: "postgres://bob:hunter2@127.0.0.1:1/mail",
    applicationName: "test",
    log: silent,
  });
  await assert.rejects(attempt, (error: Error) => {
    assert.match(error.message, /127\.0\.0\.1:1\/mail cannot be reached.*DATABASE_URL/);
    assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)}`, /hunter2/);
    return isUnavailable(error);
  });
  const nonsense = connect({ url: "bob:hunter2 at home", applicationName: "test", log: silent });
  await assert.rejects(
    nonsense,
    (error: Error) => /DATABASE_URL/.test(error.message) && !/hunter2/.test(error.message),
  );
});

test("a server that accepts connections and says nothing does not hold us for good", async (t) => {
  const mute = createServer(() => undefined).listen(0, "127.0.0.1");
  t.after(() => mute.close());
  await new Promise((resolve) => mute.once("listening", resolve));
  const { port } = mute.address() as { port: number };
  const started = performance.now();
  await assert.rejects(
    connect({
      waitSecondsMax: 0.2,
      url: `postgres://bob@127.0.0.1:${port}/mail`,
      applicationName: "test",
      log: silent,
    }),
    (error) => isUnavailable(error),
  );
  assert.ok(performance.now() - started < 4000);
});

test("a notification is heard once its transaction is on disk, also after the connection was renewed", async (t) => {
  const heard: string[] = [];
  const { promise: resumed, resolve } = Promise.withResolvers<void>();
  const subscription = await database.listen("wake", (payload) => heard.push(payload), resolve);
  t.after(() => subscription.close());
  await database.write(operator, (tx) => notify(tx, "wake", "one"));
  for (let look = 0; look < 500 && heard.length < 1; look += 1) await pause(10);
  await assert.rejects(
    database.write(operator, async (tx) => {
      await notify(tx, "wake", "never");
      throw new Error("undone");
    }),
  );
  await database.write(operator, (tx) =>
    tx.run(sql`select pg_terminate_backend(a.pid) from pg_stat_activity a
      where a.application_name like '%listen' and a.datname = current_database()`),
  );
  await resumed;
  await database.write(operator, (tx) => notify(tx, "wake", "two"));
  for (let look = 0; look < 100 && heard.length < 2; look += 1) await pause(10);
  assert.deepEqual(heard, ["one", "two"]);
});

test("closing waits for what is under way and refuses what comes after", async () => {
  const own = await connect({ ...shared.connection, applicationName: "test", log: silent });
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const working = own.write(operator, async (tx) => {
    begin();
    await pause(50);
    return await tx.run(sql`select 1`);
  });
  await begun;
  const closed = own.close();
  await assert.rejects(
    own.read(operator, (db) => db.run(sql`select 1`)),
    (error) => isUnavailable(error),
  );
  assert.equal(await working, 1);
  await closed;
});

test("a commit whose answer never came is marked as unknown", async () => {
  const lost = database.write({ role: "retention" }, async (tx) => {
    const own = await tx.row<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await database.write(operator, (other) => other.run(sql`select pg_terminate_backend(${own?.pid ?? 0})`));
    await pause(50);
  });
  await assert.rejects(lost, (error) => error instanceof DatabaseUnavailable && error.commitUnknown);
});

test("a statement that PostgreSQL refuses within a transaction can run alone", async () => {
  await database.alone(operator, sql`vacuum counter`);
});

test("one name for two statements is a defect of ours, not of the connection", async () => {
  const failing = database.read(operator, async (db) => {
    await db.run(sql.named("twice")`select 1`);
    await db.run(sql.named("twice")`select 2`);
  });
  await assert.rejects(
    failing,
    (error) => /must be unique/.test((error as Error).message) && !isUnavailable(error),
  );
});

test("a statement prepared before a migration changed its result fails once, as something that may pass", async (t) => {
  const one = await connect({
    ...shared.connection,
    poolSizes: { operator: 1 },
    applicationName: "test",
    log: silent,
  });
  t.after(() => one.close());
  const read = () => one.read(operator, (db) => db.row(sql.named("stale")`select * from changing`));
  await database.write(operator, (tx) => tx.run(sql`create table changing (one int)`));
  await read();
  await database.write(operator, (tx) => tx.run(sql`alter table changing add two int`));
  await assert.rejects(read(), (error) => isUnavailable(error));
  assert.equal(await read(), undefined);
});
