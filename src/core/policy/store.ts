import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { Evidence } from "./evidence.ts";

const columns = sql`e.id, e.probe, e.at, e.outcome, e.detail, e.checks, e.previous, e.hash`;

export async function lockEvidence(tx: Transaction): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('promise_evidence'))`);
}

export async function insertEvidence(tx: Transaction, row: Evidence): Promise<void> {
  await tx.run(sql`
    insert into promise_evidence (id, probe, at, outcome, detail, checks, previous, hash)
    values (${row.id}, ${row.probe}, ${row.at}, ${row.outcome}, ${row.detail}, ${row.checks}, ${row.previous},
      ${row.hash})`);
}

export async function selectLastHash(reader: Sql): Promise<{ id: bigint; hash: Buffer } | undefined> {
  return reader.row(sql`select e.id, e.hash from promise_evidence e order by e.id desc limit 1`);
}

export async function selectChain(reader: Sql, afterId: bigint, limit: number): Promise<Evidence[]> {
  return reader.rows(sql`
    select ${columns} from promise_evidence e where e.id > ${afterId} order by e.id limit ${limit}`);
}

export async function deleteEvidence(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from promise_evidence where at < ${before}`);
}

/** What each probe found last. */
export async function selectLatest(reader: Sql): Promise<Evidence[]> {
  return reader.rows(sql`
    select distinct on (e.probe) ${columns} from promise_evidence e order by e.probe, e.at desc, e.id desc`);
}

/** How a probe's day went: its worst finding. */
export interface ProbeDay {
  probe: string;
  /** 2026-11-23 */
  day: string;
  isBroken: boolean;
  isKept: boolean;
}

export async function selectDays(reader: Sql, since: Date): Promise<ProbeDay[]> {
  return reader.rows(sql`
    select e.probe, e.at::date::text as day, bool_or(e.outcome = 'broken') as "isBroken",
      bool_or(e.outcome = 'kept') as "isKept"
    from promise_evidence e where e.at >= ${since}
    group by e.probe, e.at::date`);
}
