import pg from "pg";
import {
  DatabaseError,
  DatabaseUnavailable,
  endsSession,
  isRetriable,
  isServerReport,
} from "./postgres-errors.ts";
import { type DatabaseLog, Listener, type Subscription } from "./postgres-listener.ts";
import { type Query, sql } from "./postgres-query.ts";
import { encodeValue, parserOf } from "./postgres-values.ts";

export { DatabaseError, DatabaseUnavailable, isUnavailable, violatedConstraint } from "./postgres-errors.ts";
export type { DatabaseLog, Subscription } from "./postgres-listener.ts";
export { Query, sql } from "./postgres-query.ts";
export type { Value } from "./postgres-values.ts";

/** Who acts. Each role has its own connections and only the rights it needs; `operator` owns the schema. */
export type Scope =
  | { role: "request"; accountId: bigint }
  | { role: "accept" }
  | { role: "delivery" }
  | { role: "retention" }
  | { role: "operator" };
export type Role = Scope["role"];

/** Reads rows. Column names arrive as written; `T` is trusted, since the text of the query stands beside it. */
export interface Sql {
  rows<T>(query: Query): Promise<T[]>;
  /** The first row, or undefined when there is none. */
  row<T>(query: Query): Promise<T | undefined>;
  /** How many rows the statement touched. */
  run(query: Query): Promise<number>;
}

/** A transaction that may write. Using it after its end throws. */
export interface Transaction extends Sql {
  /** Runs `work` once the transaction is on disk, in the order given. What it throws is logged, not passed on,
   *  since the transaction has happened. */
  onCommit(work: () => void | Promise<void>): void;
}

/** `retry` runs the work again from its start, a few times, when it lost against a concurrent transaction: the
 *  work must then have no effect but on its transaction. */
export type TransactionOptions = { isolation?: "repeatable read" | "serializable"; retry?: boolean };

/** Where PostgreSQL is: an address as in DATABASE_URL, or the private socket of the embedded server. */
export type DatabaseAddress =
  | { url: string }
  | { socketDir: string; port: number; user: string; database: string };

export type DatabaseOptions = DatabaseAddress & {
  applicationName: string;
  log: DatabaseLog;
  poolSizes?: Partial<Record<Role, number>>;
};

type RoleLimits = { databaseRole: string | null; connections: number; statementSecondsMax: number };

// Connections: 20 for all roles and one that listens, so that two processes fit into the 60 of the embedded
// server beside a person who looks. Statements: a request is answered within seconds or not at all; a batch of
// delivery may wait for a checkpoint; retention and migrations work through whole tables (0 = no limit).
const limitsOf: Record<Role, RoleLimits> = {
  request: { databaseRole: "facteur_request", connections: 8, statementSecondsMax: 10 },
  accept: { databaseRole: "facteur_accept", connections: 3, statementSecondsMax: 15 },
  delivery: { databaseRole: "facteur_delivery", connections: 5, statementSecondsMax: 30 },
  retention: { databaseRole: "facteur_retention", connections: 2, statementSecondsMax: 600 },
  operator: { databaseRole: null, connections: 2, statementSecondsMax: 0 },
};

/** The roles in PostgreSQL that `migrate` creates and the pools of the other scopes take on. */
export const databaseRoles = Object.values(limitsOf).flatMap(({ databaseRole }) => databaseRole ?? []);

const lockSecondsMax = 8; // shorter than a request's statement limit, so that the error says what it waited for
const idleInTransactionSecondsMax = 60; // a forgotten transaction would hold back vacuum and every lock it took
const connectSecondsMax = 5; // also how long work waits for a free connection before it is told "busy"
const connectionIdleSecondsMax = 60;
const waitersMax = 2000; // beyond this, work is refused at once: it would time out in the queue
const answerGraceSeconds = 5; // how much longer than the server we wait before the connection counts as dead
const closeSecondsMax = 15;
const attemptsMax = 5;
const attemptDelayMs = 5; // doubled with each attempt: 5, 10, 20, 40
const serverVersionMin = 150000; // PostgreSQL 15: security_invoker views, unique nulls not distinct

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
  readonly #log: DatabaseLog;
  readonly #pools: Map<Role, pg.Pool>;
  readonly #listener: Listener;
  #closing: Promise<void> | undefined;

  constructor(options: DatabaseOptions) {
    this.#address = options;
    this.#where = placeOf(options);
    this.#applicationName = options.applicationName;
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
    return await this.#withRetry(options, () =>
      this.#transact(scope, beginText(scope, "read only", options), work),
    );
  }

  /** Runs reads and writes in one transaction, which is on disk when the promise is fulfilled. */
  async write<T>(
    scope: Scope,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return await this.#withRetry(options, () =>
      this.#transact(scope, beginText(scope, "read write", options), work),
    );
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
  usage(): { role: Role; connections: number; idle: number; waiting: number }[] {
    return [...this.#pools].map(([role, pool]) => ({
      role,
      connections: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
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

  async #transact<T>(scope: Scope, begin: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#acquire(scope.role);
    const session = new Session(client, this.#where);
    try {
      await session.simple(begin);
      const result = await work(session);
      await session.commit();
      return await this.#afterCommit(session, result);
    } catch (error) {
      await session.rollback();
      throw error;
    } finally {
      client.release(session.isBroken);
    }
  }

  async #afterCommit<T>(session: Session, result: T): Promise<T> {
    for (const work of session.commitWork) {
      try {
        await work();
      } catch (error) {
        this.#log.error("database.after_commit_failed", { error });
      }
    }
    return result;
  }

  async #acquire(role: Role): Promise<pg.PoolClient> {
    const pool = this.#pools.get(role);
    if (!pool || this.#closing) throw new DatabaseUnavailable("The database is being closed.");
    if (pool.waitingCount >= waitersMax) throw busy(role);
    try {
      return await pool.connect();
    } catch (error) {
      throw (error as Error).message === "timeout exceeded when trying to connect"
        ? busy(role)
        : unreachable(error, this.#where);
    }
  }

  #pool(role: Role, connections: number): pg.Pool {
    const { databaseRole, statementSecondsMax } = limitsOf[role];
    const setUp = sessionSettings(databaseRole, statementSecondsMax);
    const pool = new pg.Pool({
      ...this.#clientConfig(statementSecondsMax),
      application_name: `${this.#applicationName} ${role}`,
      max: connections,
      idleTimeoutMillis: connectionIdleSecondsMax * 1000,
      // The pool waits for this promise, although its types say otherwise.
      onConnect: (client) => client.query(setUp) as unknown as undefined,
    });
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
      connectionTimeoutMillis: connectSecondsMax * 1000,
      ...(answerMs > 0 ? { query_timeout: answerMs } : {}),
      types: { getTypeParser: parserOf as pg.CustomTypesConfig["getTypeParser"] },
    };
  }
}

/** Tells listeners of the channel, on every node, when the transaction is on disk. At most 8000 bytes. */
export async function notify(tx: Transaction, channel: string, payload: string): Promise<void> {
  await tx.run(sql`select pg_notify(${channel}, ${payload})`);
}

class Session implements Transaction {
  readonly #client: pg.PoolClient;
  readonly #where: string;
  readonly commitWork: (() => void | Promise<void>)[] = [];
  #open = true;
  #underWay = 0;
  isBroken = false;

  constructor(client: pg.PoolClient, where: string) {
    this.#client = client;
    this.#where = where;
  }

  async rows<T>(query: Query): Promise<T[]> {
    return (await this.#send(query)).rows as T[];
  }

  async row<T>(query: Query): Promise<T | undefined> {
    return (await this.#send(query)).rows[0] as T | undefined;
  }

  async run(query: Query): Promise<number> {
    return (await this.#send(query)).rowCount ?? 0;
  }

  onCommit(work: () => void | Promise<void>): void {
    this.#assertOpen();
    this.commitWork.push(work);
  }

  async simple(text: string): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(text);
    } catch (error) {
      throw this.#translate(error, text);
    }
  }

  async commit(): Promise<void> {
    if (this.#underWay > 0) throw new Error("A transaction ended before its queries: one was not awaited.");
    this.#open = false;
    const result = await this.simple("commit").catch((error: unknown) => {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      throw new DatabaseUnavailable(error.message, { commitUnknown: true });
    });
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, not with an error.
    if (result.command === "ROLLBACK") {
      throw new Error("A query of the transaction failed and its error was caught: nothing was written.");
    }
  }

  async rollback(): Promise<void> {
    this.#open = false;
    if (this.isBroken) return;
    await this.simple("rollback").catch(() => {
      this.isBroken = true;
    });
  }

  async #send(query: Query): Promise<pg.QueryResult> {
    this.#assertOpen();
    const { text, name } = query;
    const values = query.values.map(encodeValue);
    this.#underWay += 1;
    try {
      const result = await this.#client.query(name === undefined ? { text, values } : { text, values, name });
      return Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result;
    } catch (error) {
      throw this.#translate(error, text);
    } finally {
      this.#underWay -= 1;
    }
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error("A transaction was used after its end.");
  }

  #translate(error: unknown, text: string): Error {
    if (isServerReport(error) && !endsSession(error.code)) return new DatabaseError(error, text);
    this.isBroken = true;
    return unreachable(error, this.#where);
  }
}

function beginText(scope: Scope, access: "read only" | "read write", options: TransactionOptions): string {
  const isolation = options.isolation ? ` isolation level ${options.isolation}` : "";
  const begin = `begin${isolation} ${access}`;
  return scope.role === "request" ? `${begin}; ${accountSetting(scope.accountId)}` : begin;
}

// In the same round trip as BEGIN, which is why it is text: digits only, so nothing can be smuggled in.
function accountSetting(accountId: bigint): string {
  const digits = typeof accountId === "bigint" ? accountId.toString() : "";
  if (!/^\d{1,19}$/.test(digits)) throw new TypeError("The account of a request must be a positive bigint.");
  return `select set_config('app.account', '${digits}', true)`;
}

function sessionSettings(databaseRole: string | null, statementSecondsMax: number): string {
  const settings = [
    "set timezone = 'UTC'",
    "set datestyle = 'ISO'",
    "set bytea_output = 'hex'",
    "set client_min_messages = warning",
    `set statement_timeout = '${statementSecondsMax}s'`,
    `set lock_timeout = '${lockSecondsMax}s'`,
    `set idle_in_transaction_session_timeout = '${idleInTransactionSecondsMax}s'`,
  ];
  return [...settings, ...(databaseRole ? [`set role ${databaseRole}`] : [])].join("; ");
}

function addressConfig(address: DatabaseAddress): pg.ClientConfig {
  if ("url" in address) return { connectionString: address.url };
  return { host: address.socketDir, port: address.port, user: address.user, database: address.database };
}

/** Names the place without user or password, for messages. */
function placeOf(address: DatabaseAddress): string {
  if (!("url" in address)) return `the socket in ${address.socketDir}`;
  const url = URL.canParse(address.url) ? new URL(address.url) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Error(
      "DATABASE_URL is not an address of the form postgres://user:password@host:5432/database.",
    );
  }
  return `${url.host || url.searchParams.get("host") || "localhost"}${url.pathname}`;
}

function busy(role: Role): DatabaseUnavailable {
  return new DatabaseUnavailable(`Every connection for the role ${role} is in use.`);
}

function unreachable(error: unknown, where: string): DatabaseUnavailable {
  const { message, code } = error as { message?: string; code?: string };
  if (/role "facteur_/.test(message ?? "")) {
    return new DatabaseUnavailable(
      `The database at ${where} lacks a role (${message}). Run: facteur migrate`,
    );
  }
  const reason = message || code || "no answer"; // an AggregateError of two refused addresses has no message
  return new DatabaseUnavailable(`PostgreSQL at ${where} cannot be reached: ${reason}. Check DATABASE_URL.`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
