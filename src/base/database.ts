import pg from "pg";
import { PoolTallies, type PoolUsage } from "./pool-tally.ts";
import { type DatabaseAddress, placeOf, unreachable } from "./postgres-address.ts";
import { batchesOf } from "./postgres-batch.ts";
import { DatabaseUnavailable, isRetriable } from "./postgres-errors.ts";
import { Gathering } from "./postgres-gathering.ts";
import { type DatabaseLog, Listener, type Subscription } from "./postgres-listener.ts";
import { type Query, sql } from "./postgres-query.ts";
import {
  beginText,
  type PooledClient,
  type Role,
  type Scope,
  Session,
  type Sql,
  type Transaction,
  type TransactionOptions,
} from "./postgres-session.ts";
import { parserOf } from "./postgres-values.ts";

export type { DatabaseAddress } from "./postgres-address.ts";
export { DatabaseError, DatabaseUnavailable, isUnavailable, violatedConstraint } from "./postgres-errors.ts";
export type { DatabaseLog, Subscription } from "./postgres-listener.ts";
export { Query, sql } from "./postgres-query.ts";
export type { Role, Scope, Sql, Transaction, TransactionOptions } from "./postgres-session.ts";
export type { Value } from "./postgres-values.ts";

export type DatabaseOptions = DatabaseAddress & {
  applicationName: string;
  log: DatabaseLog;
  poolSizes?: Partial<Record<Role, number>>;
  /** How long to wait for the server, or for a free connection, before the caller is told "busy". */
  waitSecondsMax?: number;
};

type RoleLimits = {
  databaseRole: string | null;
  connections: number;
  statementSecondsMax: number;
  /** Its statements are few and prepared, and their parameters do not change what the best plan is: planning each
   *  execution anew took as long as executing it. */
  keepsPlans: boolean;
};

// Connections: 27 for all roles and one that listens, so that two processes fit into the 60 of the embedded
// server beside a person who looks. Statements: a request is answered within seconds or not at all; a batch of
// delivery may wait for a checkpoint; retention and migrations work through whole tables (0 = no limit).
const limitsOf: Record<Role, RoleLimits> = {
  request: { databaseRole: "facteur_request", connections: 8, statementSecondsMax: 10, keepsPlans: false },
  accept: { databaseRole: "facteur_accept", connections: 3, statementSecondsMax: 15, keepsPlans: true },
  // Whoever floods the port for mail from others waits for these, and nobody who hands in mail or asks the API does.
  inbound: { databaseRole: "facteur_accept", connections: 2, statementSecondsMax: 15, keepsPlans: true },
  inbound_account: {
    databaseRole: "facteur_request",
    connections: 2,
    statementSecondsMax: 10,
    keepsPlans: false,
  },
  delivery: { databaseRole: "facteur_delivery", connections: 5, statementSecondsMax: 30, keepsPlans: true },
  relay: { databaseRole: "facteur_relay", connections: 3, statementSecondsMax: 30, keepsPlans: false },
  retention: {
    databaseRole: "facteur_retention",
    connections: 2,
    statementSecondsMax: 600,
    keepsPlans: false,
  },
  operator: { databaseRole: null, connections: 2, statementSecondsMax: 0, keepsPlans: false },
};

/** The roles in PostgreSQL that `migrate` creates and the pools of the other scopes take on. */
export const databaseRoles = [
  ...new Set(Object.values(limitsOf).flatMap(({ databaseRole }) => databaseRole ?? [])),
];

// A batch of contents unnested in FROM takes 5 MB; at the default of 4 it spilled to disk: 34 ms, not 21.
const workMemoryMegabytes = 16;
const lockSecondsMax = 8; // shorter than a request's statement limit, so that the error says what it waited for
const idleInTransactionSecondsMax = 60; // a forgotten transaction would hold back vacuum and every lock it took
const waitSecondsDefault = 5;
const connectionIdleSecondsMax = 60;
const waitersMax = 2000; // beyond this, work is refused at once: it would time out in the queue
const answerGraceSeconds = 5; // how much longer than the server we wait before the connection counts as dead
const closeSecondsMax = 15;
const attemptsMax = 5;
const attemptDelayMs = 5; // doubled with each attempt: 5, 10, 20, 40
const serverVersionMin = 150000; // PostgreSQL 15: security_invoker views, unique nulls not distinct

const DriverBatch = batchesOf(pg.Query);

/** Opens the database and checks that it answers and is recent enough. */
export async function connect(options: DatabaseOptions): Promise<Database> {
  const database = new Database(options);
  try {
    await database.read({ role: "operator" }, checkServer);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function checkServer(db: Sql): Promise<void> {
  const server = await db.row<{ version: number; name: string; encoding: string }>(sql`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
      current_setting('server_encoding') as encoding`);
  if (!server || server.version < serverVersionMin) {
    throw new Error(`PostgreSQL 15 or newer is needed; this server is ${server?.name ?? "unknown"}.`);
  }
  if (server.encoding !== "UTF8") {
    throw new Error(`The database must have the encoding UTF8, not ${server.encoding}.`);
  }
}

/** One PostgreSQL, with a pool of connections for each role. */
export class Database {
  readonly #address: DatabaseAddress;
  readonly #where: string;
  readonly #applicationName: string;
  readonly #waitMs: number;
  readonly #log: DatabaseLog;
  readonly #pools: Map<Role, pg.Pool>;
  readonly #tallies = new PoolTallies();
  readonly #listener: Listener;
  #closing: Promise<void> | undefined;

  constructor(options: DatabaseOptions) {
    this.#address = options;
    this.#where = placeOf(options);
    this.#applicationName = options.applicationName;
    this.#waitMs = (options.waitSecondsMax ?? waitSecondsDefault) * 1000;
    this.#log = options.log;
    const roles = Object.keys(limitsOf) as Role[];
    this.#pools = new Map(
      roles.map((role) => [role, this.#pool(role, options.poolSizes?.[role] ?? limitsOf[role].connections)]),
    );
    const open = () =>
      new pg.Client({ ...this.#clientConfig(0), application_name: `${this.#applicationName} listen` });
    this.#listener = new Listener(open, options.log);
  }

  /** Runs reads in one read-only transaction. */
  async read<T>(scope: Scope, work: (db: Sql) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const begin = beginText(scope, "read only", options);
    return await this.#withRetry(options, () => this.#read(scope.role, begin, work));
  }

  /** Runs reads and writes in one transaction, which is on disk when the promise is fulfilled. */
  async write<T>(
    scope: Scope,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const begin = beginText(scope, "read write", options);
    return await this.#withRetry(options, () => this.#write(scope.role, begin, work));
  }

  /** Runs writes as `write` does, in one round trip instead of four. All statements must be asked for before the first of
   *  them is answered: none may depend on what another one finds. Not for requests and what else has to say
   *  whose it is. */
  async writeAtOnce<T>(
    scope: Exclude<Scope, { accountId: bigint }>,
    work: (tx: Transaction) => Promise<T>,
    options: Pick<TransactionOptions, "retry"> = {},
  ): Promise<T> {
    return await this.#withRetry(options, () => this.#atOnce(scope.role, "write", work));
  }

  /** Runs reads in one round trip, each on what is there at its moment. Like `writeAtOnce`. */
  async readAtOnce<T>(
    scope: Exclude<Scope, { accountId: bigint }>,
    work: (db: Sql) => Promise<T>,
    options: Pick<TransactionOptions, "retry"> = {},
  ): Promise<T> {
    return await this.#withRetry(options, () => this.#atOnce(scope.role, "read", work));
  }

  /** Runs one statement outside any transaction: those that PostgreSQL refuses within one, such as VACUUM. */
  async alone(scope: Scope, query: Query): Promise<number> {
    const session = await this.#acquire(scope.role);
    try {
      return await session.run(query);
    } finally {
      session.release();
    }
  }

  /** Calls `heard` with the payload of each notification on the channel (see `notify`). The connection is renewed
   *  when it breaks; what was sent meanwhile is lost, so `resumed` is called for the listener to look itself. */
  async listen(
    channel: string,
    heard: (payload: string) => void,
    resumed?: () => void,
  ): Promise<Subscription> {
    return await this.#listener.listen(channel, heard, resumed);
  }

  /** How busy each pool is, for the metrics. */
  usage(): PoolUsage[] {
    return [...this.#pools].map(([role, pool]) => ({
      role,
      connections: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      ...this.#tallies.of(role),
    }));
  }

  /** Refuses new work, waits a bounded time for what is under way, and closes every connection. */
  async close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    await this.#closing;
  }

  async #closeAll(): Promise<void> {
    await this.#listener.close();
    const ended = Promise.all([...this.#pools.values()].map((pool) => pool.end()));
    const { promise: late, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => resolve("late"), closeSecondsMax * 1000);
    const outcome = await Promise.race([ended, late]);
    clearTimeout(timer);
    if (outcome === "late") this.#log.warn("database.close_timed_out", { usage: this.usage() });
  }

  async #withRetry<T>(options: TransactionOptions, attempt: () => Promise<T>): Promise<T> {
    const attempts = options.retry ? attemptsMax : 1;
    for (let number = 1; ; number += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (number >= attempts || !isRetriable(error)) throw error;
        await pause(attemptDelayMs * 2 ** (number - 1) * (0.5 + Math.random()));
      }
    }
  }

  // BEGIN travels with the first query and COMMIT is not waited for: one round trip instead of three (385 µs
  // became 125 µs on a local socket). Harmless for reads: if BEGIN fails, so does the whole.
  async #read<T>(role: Role, begin: string, work: (db: Sql) => Promise<T>): Promise<T> {
    const session = await this.#acquire(role);
    try {
      const begun = session.begin(begin);
      const [result] = await Promise.all([work(session), begun]);
      session.endRead();
      return result;
    } catch (error) {
      await session.rollback();
      throw error;
    } finally {
      session.release();
    }
  }

  // BEGIN is waited for: were it to fail alone, the first query behind it would be a transaction of its own.
  async #write<T>(role: Role, begin: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const session = await this.#acquire(role);
    let result: T;
    try {
      await session.begin(begin);
      result = await work(session);
      await session.commit();
    } catch (error) {
      await session.rollback();
      throw error;
    } finally {
      session.release();
    }
    await this.#afterCommit(session.commitWork);
    return result;
  }

  async #atOnce<T>(role: Role, access: "read" | "write", work: (tx: Transaction) => Promise<T>): Promise<T> {
    const session = await this.#acquire(role);
    const gathering = new Gathering();
    let result: T;
    try {
      const working = work(gathering);
      // What fails before anything is sent: then nothing is.
      await Promise.race([working, allAsked()]);
      const [found] = await Promise.all([working, answer(session, access, gathering)]);
      result = found;
    } finally {
      session.release();
    }
    await this.#afterCommit(gathering.commitWork);
    return result;
  }

  async #afterCommit(commitWork: Session["commitWork"]): Promise<void> {
    for (const work of commitWork) {
      try {
        await work();
      } catch (error) {
        this.#log.error("database.after_commit_failed", { error });
      }
    }
  }

  async #acquire(role: Role): Promise<Session> {
    const pool = this.#pools.get(role);
    if (!pool || this.#closing) throw new DatabaseUnavailable("The database is being closed.");
    const tally = this.#tallies.of(role);
    const startedAt = performance.now();
    try {
      if (pool.waitingCount >= waitersMax) throw busy(role);
      // The driver's types say nothing of what its connection keeps.
      const client = (await pool.connect()) as unknown as PooledClient;
      tally.acquired += 1;
      tally.waitedMs += performance.now() - startedAt;
      return new Session(client, this.#where, DriverBatch);
    } catch (error) {
      tally.refused += 1;
      if (error instanceof DatabaseUnavailable) throw error;
      throw (error as Error).message === "timeout exceeded when trying to connect"
        ? busy(role)
        : unreachable(error, this.#where);
    }
  }

  #pool(role: Role, connections: number): pg.Pool {
    const { statementSecondsMax } = limitsOf[role];
    const setUp = sessionSettings(limitsOf[role]);
    const pool = new pg.Pool({
      ...this.#clientConfig(statementSecondsMax),
      application_name: `${this.#applicationName} ${role}`,
      max: connections,
      idleTimeoutMillis: connectionIdleSecondsMax * 1000,
      // The pool waits for this promise, although its types say otherwise.
      onConnect: (client) => client.query(setUp) as unknown as undefined,
    });
    // For as long as it lives: the pool takes its own listener off in one turn and we add ours in the next, and an error
    // heard by nobody in between would end the process. The connection is unusable then, and the next query says so.
    pool.on("connect", (client) => client.on("error", () => undefined));
    // An idle connection broke; the pool drops it and opens another one when it is needed.
    pool.on("error", () => this.#log.warn("database.connection_lost", { role }));
    return pool;
  }

  #clientConfig(statementSecondsMax: number): pg.ClientConfig {
    const answerMs = statementSecondsMax === 0 ? 0 : (statementSecondsMax + answerGraceSeconds) * 1000;
    return {
      ...addressConfig(this.#address),
      pipeline: true, // Promise.all within a transaction costs one round trip
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: this.#waitMs,
      ...(answerMs > 0 ? { query_timeout: answerMs } : {}),
      types: { getTypeParser: parserOf as pg.CustomTypesConfig["getTypeParser"] },
    };
  }
}

/** Tells listeners of the channel, on every node, when the transaction is on disk. At most 8000 bytes. */
export async function notify(tx: Transaction, channel: string, payload: string): Promise<void> {
  await tx.run(sql`select pg_notify(${channel}, ${payload})`);
}

// Every promise that can be kept without an answer is kept before the next tick.
function allAsked(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

async function answer(session: Session, access: "read" | "write", gathering: Gathering): Promise<void> {
  const queries = gathering.close();
  if (queries.length === 0) return;
  try {
    gathering.settle(await session.batch(queries, access));
  } catch (error) {
    gathering.fail(error);
    throw error;
  }
}

function addressConfig(address: DatabaseAddress): pg.ClientConfig {
  if ("url" in address) return { connectionString: address.url };
  return { host: address.socketDir, port: address.port, user: address.user, database: address.database };
}

function sessionSettings({ databaseRole, statementSecondsMax, keepsPlans }: RoleLimits): string {
  const settings = [
    "set timezone = 'UTC'",
    "set datestyle = 'ISO'",
    "set bytea_output = 'hex'",
    "set client_min_messages = warning",
    `set plan_cache_mode = ${keepsPlans ? "force_generic_plan" : "auto"}`,
    `set work_mem = '${workMemoryMegabytes}MB'`,
    `set statement_timeout = '${statementSecondsMax}s'`,
    `set lock_timeout = '${lockSecondsMax}s'`,
    `set idle_in_transaction_session_timeout = '${idleInTransactionSecondsMax}s'`,
  ];
  return [...settings, ...(databaseRole ? [`set role ${databaseRole}`] : [])].join("; ");
}

function busy(role: Role): DatabaseUnavailable {
  return new DatabaseUnavailable(`Every connection for the role ${role} is in use.`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
