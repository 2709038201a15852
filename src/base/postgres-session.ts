import { unreachable } from "./postgres-address.ts";
import type { Batch, BatchMaker, BatchResult, DriverConnection } from "./postgres-batch.ts";
import {
  DatabaseError,
  DatabaseUnavailable,
  endsSession,
  isConnectionLoss,
  isServerReport,
  isStalePlan,
} from "./postgres-errors.ts";
import type { Query } from "./postgres-query.ts";
import { encodeValue } from "./postgres-values.ts";

/** Who acts. Each role has its own connections and only the rights it needs: `relay` follows what happens, for webhooks
 *  and figures; `operator` owns the schema. */
export type Scope =
  | { role: "request"; accountId: bigint }
  | { role: "accept" }
  /** The port for mail from others: the rights of accepting and of requests, over connections of its own. */
  | { role: "inbound" }
  | { role: "inbound_account"; accountId: bigint }
  | { role: "delivery" }
  | { role: "relay" }
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

/** The part of the driver's pooled client that a transaction needs. */
export interface PooledClient {
  query(query: string | DriverQuery): Promise<DriverResult | DriverResult[]>;
  query(batch: Batch): unknown;
  on(event: "error", handler: () => void): unknown;
  off(event: "error", handler: () => void): unknown;
  release(destroy: boolean): void;
  /** Where it writes to. */
  connection: DriverConnection & { stream: { cork(): void; uncork(): void } };
}
type DriverQuery = { text: string; values: (string | Buffer | null)[]; name?: string };
type DriverResult = { rows: unknown[]; rowCount: number | null; command: string };

// A kept plan is as good as what was known of the tables when it was made. One made while the queue was empty reads the
// whole queue, and PostgreSQL would keep it until the next vacuum. Made anew, it costs a fifth of a millisecond.
const planMsMax = 2000;
const plansSince = new WeakMap<PooledClient, number>();

/** One transaction on one connection. */
export class Session implements Transaction {
  readonly #client: PooledClient;
  readonly #where: string;
  readonly #Batch: BatchMaker;
  /** What waits for the commit. */
  readonly commitWork: (() => void | Promise<void>)[] = [];
  readonly #broke: () => void;
  #open = true;
  #underWay = 0;
  #isBroken = false;

  constructor(client: PooledClient, where: string, makeBatch: BatchMaker) {
    this.#client = client;
    this.#where = where;
    this.#Batch = makeBatch;
    // Between two queries nobody else hears that the connection broke, and an unheard "error" ends the process.
    this.#broke = () => {
      this.#isBroken = true;
    };
    client.on("error", this.#broke);
  }

  /** Gives the connection back, or drops it when it is broken. */
  release(): void {
    this.#client.off("error", this.#broke);
    this.#client.release(this.#isBroken);
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

  /** Begins the transaction, with plans that are not too old. */
  async begin(text: string): Promise<void> {
    this.#discardOldPlans();
    await this.simple(text);
  }

  // Not in one text with what begins: the transaction would have begun with what was discarded, and have no isolation level
  // left to choose. Both leave in one packet.
  #discardOldPlans(): void {
    const now = performance.now();
    const since = plansSince.get(this.#client);
    const isOld = since !== undefined && now - since > planMsMax;
    if (since === undefined || isOld) plansSince.set(this.#client, now);
    if (!isOld) return;
    this.#gather();
    this.#client.query("discard plans").catch(this.#broke);
  }

  /** Runs statements as one transaction in one packet, without beginning or committing it in words: PostgreSQL does so
   *  at the end of the packet. Fulfilled when it is on disk. */
  async batch(queries: readonly Query[], access: "read" | "write"): Promise<BatchResult[]> {
    this.#assertOpen();
    this.#open = false;
    this.#gather();
    this.#discardOldPlans();
    let batch: Batch | undefined;
    try {
      return await new Promise((resolve, reject) => {
        batch = new this.#Batch(this.#client.connection, queries, (error, results = []) => {
          if (error === null) resolve(results);
          else reject(error);
        });
        this.#client.query(batch);
      });
    } catch (error) {
      if (batch?.leavesDoubt) this.#isBroken = true;
      const translated = this.#translate(error, batch?.failed?.text ?? "");
      throw access === "write" ? commitUnknownOf(translated) : translated;
    }
  }

  /** Runs text of our own that has no parameters. */
  async simple(text: string): Promise<DriverResult> {
    this.#gather();
    try {
      return lastOf(await this.#client.query(text));
    } catch (error) {
      throw this.#translate(error, text);
    }
  }

  /** Ends a read without waiting: what comes next on this connection waits behind it. */
  endRead(): void {
    this.#end();
    this.#gather();
    this.#client.query("commit").catch(this.#broke);
  }

  /** Fulfilled when the transaction is on disk. */
  async commit(): Promise<void> {
    this.#end();
    const result = await this.simple("commit").catch((error: unknown) => {
      throw commitUnknownOf(error);
    });
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, not with an error.
    if (result.command === "ROLLBACK") {
      throw new Error("A query of the transaction failed and its error was caught: nothing was written.");
    }
  }

  /** Undoes everything; never throws, since an error is already on its way. */
  async rollback(): Promise<void> {
    this.#open = false;
    if (this.#isBroken) return; // closing the connection undoes it as well
    await this.simple("rollback").catch(this.#broke);
  }

  #end(): void {
    if (this.#underWay > 0) throw new Error("A transaction ended before its queries: one was not awaited.");
    this.#open = false;
  }

  async #send(query: Query): Promise<DriverResult> {
    this.#assertOpen();
    const { text, name } = query;
    const values = query.values.map(encodeValue);
    this.#underWay += 1;
    this.#gather();
    try {
      return lastOf(await this.#client.query({ text, values, ...(name === undefined ? {} : { name }) }));
    } catch (error) {
      throw this.#translate(error, text);
    } finally {
      this.#underWay -= 1;
    }
  }

  // What is asked for in one turn leaves in one packet: BEGIN with the first questions, and all that Promise.all asks.
  // PostgreSQL then wakes up once for all of it, and so do we.
  #gather(): void {
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error("A transaction was used after its end.");
  }

  #translate(error: unknown, text: string): Error {
    if (isServerReport(error) && !endsSession(error.code)) {
      // A prepared statement of before a migration: the next connection prepares it anew.
      if (isStalePlan(error)) this.#isBroken = true;
      return new DatabaseError(error, text);
    }
    if (!isServerReport(error) && !isConnectionLoss(error)) return error as Error;
    this.#isBroken = true;
    return unreachable(error, this.#where);
  }
}

// Whatever broke the connection: the transaction may have happened.
function commitUnknownOf(error: unknown): unknown {
  return error instanceof DatabaseUnavailable
    ? new DatabaseUnavailable(error.message, { commitUnknown: true })
    : error;
}

// A script of several statements has a result for each.
function lastOf(result: DriverResult | DriverResult[]): DriverResult {
  return Array.isArray(result) ? (result.at(-1) ?? nothing) : result;
}

const nothing: DriverResult = { rows: [], rowCount: 0, command: "" };

/** The statement that begins the transaction and says for which account it is. */
export function beginText(
  scope: Scope,
  access: "read only" | "read write",
  options: TransactionOptions,
): string {
  const isolation = options.isolation ? ` isolation level ${options.isolation}` : "";
  const begin = `begin${isolation} ${access}`;
  return "accountId" in scope ? `${begin}; ${accountSetting(scope.accountId)}` : begin;
}

// In the same round trip as BEGIN, which is why it is text: digits only, so nothing can be smuggled in.
function accountSetting(accountId: bigint): string {
  const digits = typeof accountId === "bigint" ? accountId.toString() : "";
  if (!/^\d{1,19}$/.test(digits)) throw new TypeError("The account of a request must be a positive bigint.");
  return `select set_config('app.account', '${digits}', true)`;
}
