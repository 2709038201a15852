import { setTimeout as pause } from "node:timers/promises";
import { connect, type Database, type DatabaseAddress, type Query, sql } from "../../src/base/database.ts";
import { silent } from "../support/database.ts";
import type { EventRow, MessageRow } from "./ledger.ts";

// Longer than a PostgreSQL that dies again and again stays away.
const patienceMs = 60_000;
const restMs = 300;
const operator = { role: "operator" } as const;

/** What waits, seen from outside. */
export interface QueueState {
  queued: number;
  claimed: number;
}

/** The database, asked directly: nothing of the service takes part in the count. What the probes of the promises send
 *  is left out. */
export class Books {
  readonly #addressOf: () => DatabaseAddress;
  #database: Database | null = null;

  /** @param addressOf where the database is at this moment: it may have come back elsewhere */
  constructor(addressOf: () => DatabaseAddress) {
    this.#addressOf = addressOf;
  }

  async close(): Promise<void> {
    await this.#database?.close();
    this.#database = null;
  }

  async queue(): Promise<QueueState> {
    const row = await this.#row<{ queued: bigint; claimed: bigint }>(sql`
      select count(*) as queued, count(d.claimed_by) as claimed
      from delivery d join account a on a.id = d.account_id and not a.is_synthetic`);
    return { queued: Number(row?.queued ?? 0n), claimed: Number(row?.claimed ?? 0n) };
  }

  async messages(): Promise<MessageRow[]> {
    return this.#rows(sql`
      select m.id, m.domain, m.state, m.attempts, m.was_unknown as "wasUnknown"
      from message m join account a on a.id = m.account_id and not a.is_synthetic`);
  }

  async events(): Promise<EventRow[]> {
    return this.#rows(sql`
      select e.id, e.message_id as "messageId", e.kind
      from event e join account a on a.id = e.account_id and not a.is_synthetic order by e.id`);
  }

  async eventsOf(messageIds: bigint[]): Promise<EventRow[]> {
    return this.#rows(sql`
      select e.id, e.message_id as "messageId", e.kind from event e
      where e.message_id = any(${messageIds}::bigint[])`);
  }

  async usage(): Promise<number> {
    const row = await this.#row<{ sum: bigint }>(sql`
      select coalesce(sum(u.accepted), 0)::bigint as sum
      from usage_day u join account a on a.id = u.account_id and not a.is_synthetic`);
    return Number(row?.sum ?? 0n);
  }

  /** Messages that a node has claimed. */
  async claimedBy(nodeId: number): Promise<bigint[]> {
    const rows = await this.#rows<{ id: bigint }>(sql`
      select d.id from delivery d join account a on a.id = d.account_id and not a.is_synthetic
      where d.claimed_by = ${nodeId}`);
    return rows.map(({ id }) => id);
  }

  /** How many of these messages are still in the queue. */
  async queuedAmong(ids: bigint[]): Promise<number> {
    return (await this.#rows(sql`select d.id from delivery d where d.id = any(${ids}::bigint[])`)).length;
  }

  /** How many lanes each node holds; free ones under null. */
  async lanes(): Promise<Map<number | null, number>> {
    const rows = await this.#rows<{ nodeId: number | null; count: bigint }>(sql`
      select l.node_id as "nodeId", count(*) as count from lane l group by l.node_id`);
    return new Map(rows.map(({ nodeId, count }) => [nodeId, Number(count)]));
  }

  /** Lets a node look as if it had not been heard of for a time. */
  async silence(nodeId: number, minutes: number): Promise<void> {
    await this.#insist((database) =>
      database.write(operator, (tx) =>
        tx.run(
          sql`update node set seen_at = seen_at - make_interval(mins => ${minutes}) where id = ${nodeId}`,
        ),
      ),
    );
  }

  #rows<T>(query: Query): Promise<T[]> {
    return this.#insist((database) => database.read(operator, (reader) => reader.rows<T>(query)));
  }

  async #row<T>(query: Query): Promise<T | undefined> {
    return (await this.#rows<T>(query))[0];
  }

  // The database is killed all the time.
  async #insist<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        this.#database ??= await connect({ ...this.#addressOf(), applicationName: "crash", log: silent });
        return await work(this.#database);
      } catch (error) {
        if (performance.now() > until) throw error;
        await this.close();
        await pause(restMs);
      }
    }
  }
}
