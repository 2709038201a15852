import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** A request's Idempotency-Key with the answer it will get. */
export interface IdempotencyRow {
  accountId: bigint;
  keyHash: Buffer;
  bodyHash: Buffer;
  answerId: bigint;
  sealedAnswer: Buffer;
  createdAt: Date;
}

// Rows that others may be writing at this moment are written in one order, so that two groups cannot lock each other out.
function inOrder<Row>(rows: Row[], nameOf: (row: Row) => string): Row[] {
  return rows
    .map((row) => ({ row, name: nameOf(row) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ row }) => row);
}

/** Claims keys; answers those that were free, or last used before `expired`. The others belong to a request that came
 *  first; one that is being committed at this moment is waited for. */
export async function insertIdempotency(
  tx: Transaction,
  claimed: IdempotencyRow[],
  expired: Date,
): Promise<Set<string>> {
  if (claimed.length === 0) return new Set();
  const rows = inOrder(claimed, idempotencyName);
  const inserted = await tx.rows<{ accountId: bigint; keyHash: Buffer }>(sql`
    insert into idempotency as i (account_id, key_hash, body_hash, answer_id, sealed_answer, created_at)
    select * from unnest(
      ${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.keyHash)}::bytea[],
      ${rows.map((r) => r.bodyHash)}::bytea[], ${rows.map((r) => r.answerId)}::bigint[],
      ${rows.map((r) => r.sealedAnswer)}::bytea[], ${rows.map((r) => r.createdAt)}::timestamptz[])
    on conflict (account_id, key_hash) do update set body_hash = excluded.body_hash, answer_id = excluded.answer_id,
      sealed_answer = excluded.sealed_answer, created_at = excluded.created_at
      where i.created_at <= ${expired}
    returning i.account_id as "accountId", i.key_hash as "keyHash"`);
  return new Set(inserted.map((row) => idempotencyName(row)));
}

export function idempotencyName(row: { accountId: bigint; keyHash: Buffer }): string {
  return `${row.accountId}/${row.keyHash.toString("hex")}`;
}

export async function selectIdempotency(
  reader: Sql,
  accountId: bigint,
  keyHash: Buffer,
): Promise<IdempotencyRow | undefined> {
  return reader.row(sql.named("select_idempotency")`
    select i.account_id as "accountId", i.key_hash as "keyHash", i.body_hash as "bodyHash",
      i.answer_id as "answerId", i.sealed_answer as "sealedAnswer", i.created_at as "createdAt"
    from idempotency i where i.account_id = ${accountId} and i.key_hash = ${keyHash}`);
}

/** A campaign, as it is stored. */
export interface CampaignRow {
  accountId: bigint;
  id: bigint;
  lookup: Buffer;
  sealedName: Buffer;
  createdAt: Date;
}

/** Makes campaigns that are not there yet; answers the id of each, new or not, by its name. */
export async function insertCampaigns(tx: Transaction, wanted: CampaignRow[]): Promise<Map<string, bigint>> {
  if (wanted.length === 0) return new Map();
  const rows = inOrder(wanted, campaignName);
  const accountIds = rows.map((r) => r.accountId);
  const lookups = rows.map((r) => r.lookup);
  await tx.run(sql`
    insert into campaign (account_id, id, lookup, sealed_name, created_at)
    select * from unnest(${accountIds}::bigint[], ${rows.map((r) => r.id)}::bigint[], ${lookups}::bytea[],
      ${rows.map((r) => r.sealedName)}::bytea[], ${rows.map((r) => r.createdAt)}::timestamptz[])
    on conflict (account_id, lookup) do nothing`);
  const found = await tx.rows<{ accountId: bigint; lookup: Buffer; id: bigint }>(sql`
    select c.account_id as "accountId", c.lookup, c.id
    from unnest(${accountIds}::bigint[], ${lookups}::bytea[]) as f (account_id, lookup)
    join campaign c on c.account_id = f.account_id and c.lookup = f.lookup`);
  return new Map(found.map((row) => [campaignName(row), row.id]));
}

export function campaignName(row: { accountId: bigint; lookup: Buffer }): string {
  return `${row.accountId}/${row.lookup.toString("hex")}`;
}

/** Remembers recipients of campaigns that must reach nobody twice; answers those who are new to theirs. */
export async function insertCampaignRecipients(
  tx: Transaction,
  rows: { accountId: bigint; campaignId: bigint; lookup: Buffer; createdAt: Date }[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const inserted = await tx.rows<{ accountId: bigint; campaignId: bigint; lookup: Buffer }>(sql`
    insert into campaign_recipient (account_id, campaign_id, lookup, created_at)
    select distinct on (1, 2, 3) * from unnest(
      ${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.campaignId)}::bigint[],
      ${rows.map((r) => r.lookup)}::bytea[], ${rows.map((r) => r.createdAt)}::timestamptz[])
    on conflict do nothing
    returning account_id as "accountId", campaign_id as "campaignId", lookup`);
  return new Set(inserted.map((row) => campaignRecipientName(row)));
}

export function campaignRecipientName(row: {
  accountId: bigint;
  campaignId: bigint;
  lookup: Buffer;
}): string {
  return `${row.accountId}/${row.campaignId}/${row.lookup.toString("hex")}`;
}
