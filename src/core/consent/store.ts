import { type Sql, sql, type Transaction } from "../../base/database.ts";
import {
  type ConsentDecision,
  type ConsentEntry,
  type ConsentPurpose,
  type ConsentTarget,
  consentPurposes,
} from "./consent.ts";

export async function insertConsents(tx: Transaction, rows: ConsentEntry[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql.named("insert_consents")`
    insert into consent (account_id, id, lookup, purpose, decision, source, source_id, actor, decided_at, sealed)
    select * from unnest(
      ${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.id)}::bigint[],
      ${rows.map((r) => r.lookup)}::bytea[], ${rows.map((r) => r.purpose)}::text[],
      ${rows.map((r) => r.decision)}::text[], ${rows.map((r) => r.source)}::text[],
      ${rows.map((r) => r.sourceId)}::bigint[], ${rows.map((r) => r.actor)}::text[],
      ${rows.map((r) => r.decidedAt)}::timestamptz[], ${rows.map((r) => r.sealed)}::bytea[])`);
}

/** A decision without who has told of it. */
export type KnownDecision = Pick<ConsentEntry, "lookup" | "purpose" | "decision" | "decidedAt">;

/** Which of these stand in an account's history. By the index consent_reader. */
export async function selectKnown(
  reader: Sql,
  accountId: bigint,
  asked: readonly KnownDecision[],
): Promise<KnownDecision[]> {
  return reader.rows(sql`
    select distinct c.lookup, c.purpose, c.decision, c.decided_at as "decidedAt"
    from unnest(${asked.map((a) => a.lookup)}::bytea[], ${asked.map((a) => a.purpose)}::text[],
      ${asked.map((a) => a.decision)}::text[], ${asked.map((a) => a.decidedAt)}::timestamptz[])
      as a (lookup, purpose, decision, decided_at)
    join consent c on c.account_id = ${accountId} and c.lookup = a.lookup and c.purpose = a.purpose
      and c.decided_at = a.decided_at and c.decision = a.decision`);
}

/** The latest decision of a reader for a purpose. */
export interface LatestConsent extends ConsentTarget {
  id: bigint;
  purpose: ConsentPurpose;
  decision: ConsentDecision;
  decidedAt: Date;
  sealed: Buffer;
}

/** The latest decision of many readers for each purpose: that of the latest instant, whenever it came here, so that an
 *  old list that is brought in late revives nothing. Of two at the same instant, the withdrawal counts. One look into the
 *  index a reader and purpose, however long the history is. */
export async function selectLatestConsents(
  reader: Sql,
  targets: readonly ConsentTarget[],
): Promise<LatestConsent[]> {
  if (targets.length === 0) return [];
  return reader.rows(sql.named("select_latest_consents")`
    select t.account_id as "accountId", t.lookup, c.id, c.purpose, c.decision, c.decided_at as "decidedAt", c.sealed
    from unnest(${targets.map((t) => t.accountId)}::bigint[], ${targets.map((t) => t.lookup)}::bytea[])
      as t (account_id, lookup)
    cross join unnest(${consentPurposes}::text[]) as p (purpose)
    cross join lateral (
      select id, purpose, decision, decided_at, sealed from consent
      where account_id = t.account_id and lookup = t.lookup and purpose = p.purpose
      order by decided_at desc, (decision = 'withdrawn') desc, id desc limit 1) c`);
}

/** Decisions of these readers whose proof may hold their address: what an account has told always does, and without it a
 *  reader has taken back each purpose once at most. */
export async function selectNaming(
  reader: Sql,
  accountId: bigint,
  lookups: readonly Buffer[],
): Promise<Pick<ConsentEntry, "accountId" | "id" | "lookup" | "sealed">[]> {
  if (lookups.length === 0) return [];
  return reader.rows(sql`
    select c.account_id as "accountId", c.id, c.lookup, c.sealed
    from (select distinct lookup from unnest(${[...lookups]}::bytea[]) as u (lookup)) t
    cross join lateral (
      select account_id, id, lookup, sealed from consent
      where account_id = ${accountId} and lookup = t.lookup
      order by (source = 'reader'), id desc limit ${consentPurposes.length}) c`);
}

/** Lets nobody else decide for this reader until the transaction ends. */
export async function lockReader(tx: Transaction, { accountId, lookup }: ConsentTarget): Promise<void> {
  const name = `${accountId}/${lookup.toString("hex")}`;
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('consent'), hashtext(${name}))`);
}

/** A page of an account's decisions, those that came last first, before `beforeId`. */
export async function listConsents(
  reader: Sql,
  accountId: bigint,
  page: {
    beforeId: bigint | null;
    limit: number;
    lookup: Buffer | null;
    purpose: ConsentPurpose | null;
  },
): Promise<ConsentEntry[]> {
  return reader.rows(sql`
    select c.account_id as "accountId", c.id, c.lookup, c.purpose, c.decision, c.source, c.source_id as "sourceId",
      c.actor, c.decided_at as "decidedAt", c.sealed
    from consent c
    where c.account_id = ${accountId}
      and (${page.beforeId}::bigint is null or c.id < ${page.beforeId})
      and (${page.lookup}::bytea is null or c.lookup = ${page.lookup})
      and (${page.purpose}::text is null or c.purpose = ${page.purpose})
    order by c.id desc limit ${page.limit}`);
}
