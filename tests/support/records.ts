import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { type Core, openCore } from "../../src/app.ts";
import { sql } from "../../src/base/database.ts";
import { createLog } from "../../src/base/log.ts";
import { readRootKey } from "../../src/config/secrets.ts";
import { type HistoryEntry, readHistory } from "../../src/core/messages/index.ts";
import type { TestService } from "./service.ts";

/** What a service has on record of a message. */
export interface MessageRecord {
  id: bigint;
  state: string;
  reason: number | null;
  attempts: number;
  wasUnknown: boolean;
}

const patienceMs = 30_000;
const finalStates = new Set(["sent", "bounced", "blocked", "cancelled", "expired", "unknown"]);
const operator = { role: "operator" } as const;

/** The database of a running service, seen by its operator. */
export class Records {
  readonly core: Core;

  private constructor(core: Core) {
    this.core = core;
  }

  static async open({ dataFolder, env }: TestService): Promise<Records> {
    const rootKey = await readRootKey({ kind: "file", file: `${dataFolder}/secrets/root.key` });
    const log = createLog({ level: "silent" });
    const databaseUrl = env.DATABASE_URL ?? null;
    return new Records(await openCore({ dataFolder, databaseUrl, rootKey, log, delivers: false }));
  }

  async close(): Promise<void> {
    await this.core[Symbol.asyncDispose]();
  }

  async message(id: bigint): Promise<MessageRecord> {
    const row = await this.core.database.read(operator, (reader) =>
      reader.row<MessageRecord>(sql`
        select m.id, m.state, m.reason, m.attempts, m.was_unknown as "wasUnknown" from message m where m.id = ${id}`),
    );
    assert.ok(row !== undefined, `There is no message ${id}.`);
    return row;
  }

  async messages(): Promise<MessageRecord[]> {
    return this.core.database.read(operator, (reader) =>
      reader.rows<MessageRecord>(sql`
        select m.id, m.state, m.reason, m.attempts, m.was_unknown as "wasUnknown"
        from message m join account a on a.id = m.account_id and not a.is_synthetic order by m.id`),
    );
  }

  /** Waits until a message has a state, and answers its record. */
  async reached(id: bigint, state: string): Promise<MessageRecord> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const record = await this.message(id);
      if (record.state === state) return record;
      if (performance.now() > end || finalStates.has(record.state)) {
        const history = JSON.stringify(await this.historyText(id));
        assert.fail(`Message ${id} is ${record.state}, not ${state}: ${history}`);
      }
      await pause(50);
    }
  }

  /** Waits until a message has been attempted so often. */
  async attempted(id: bigint, attempts: number): Promise<MessageRecord> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const record = await this.message(id);
      if (record.attempts >= attempts) return record;
      if (performance.now() > end)
        assert.fail(`Message ${id} has ${record.attempts} attempts, not ${attempts}.`);
      await pause(50);
    }
  }

  /** Waits until nothing is queued any more. */
  async emptied(): Promise<void> {
    const end = performance.now() + 4 * patienceMs;
    while ((await this.count("delivery")) > 0) {
      if (performance.now() > end) assert.fail(`${await this.count("delivery")} messages are still queued.`);
      await pause(100);
    }
  }

  async count(table: string): Promise<number> {
    const row = await this.core.database.read(operator, (reader) =>
      reader.row<{ count: bigint }>(sql`
        select count(*) as count from ${sql.identifier(table)} r
        join account a on a.id = r.account_id and not a.is_synthetic`),
    );
    return Number(row?.count ?? 0n);
  }

  /** What happened to a message, oldest first, with the words of both sides. */
  async history(id: bigint): Promise<HistoryEntry[]> {
    const { database, keyring } = this.core;
    return database.read(operator, async (reader) => {
      const row = await reader.row<{ accountId: bigint }>(sql`
        select m.account_id as "accountId" from message m where m.id = ${id}`);
      const accountId = row?.accountId ?? 0n;
      await keyring.load(reader, [accountId]);
      return readHistory(reader, { keyring, accountId }, id);
    });
  }

  /** The history in short: `deferred 451 4.7.1 Later`. */
  async historyText(id: bigint): Promise<string[]> {
    const entries = await this.history(id);
    return entries.map(({ kind, replyCode, enhanced, text, detail }) =>
      [kind, replyCode, enhanced, text ?? detail].filter((part) => part !== null).join(" "),
    );
  }
}
