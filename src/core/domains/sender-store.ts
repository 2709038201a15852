import { type Sql, sql, type Transaction } from "../../base/database.ts";

export type SenderState = "inactive" | "active" | "deleted";
export type SenderKind = "transactional" | "bulk" | "unknown";

export interface SenderRow {
  accountId: bigint;
  id: bigint;
  lookup: Buffer;
  sealed: Buffer;
  domain: string;
  isDomainWide: boolean;
  isDefault: boolean;
  isMeta: boolean;
  kind: SenderKind;
  state: SenderState;
  fileToken: string;
  createdAt: Date;
}

const columns = sql`s.account_id as "accountId", s.id, s.lookup, s.sealed, s.domain,
  s.is_domain_wide as "isDomainWide", s.is_default as "isDefault", s.is_meta as "isMeta", s.kind, s.state,
  s.file_token as "fileToken", s.created_at as "createdAt"`;

/** Adds a sender; answers false when the account has it already. */
export async function insertSender(tx: Transaction, row: SenderRow): Promise<boolean> {
  const count = await tx.run(sql`
    insert into sender (account_id, id, lookup, sealed, domain, is_domain_wide, is_default, is_meta, kind, state,
      file_token, created_at)
    values (${row.accountId}, ${row.id}, ${row.lookup}, ${row.sealed}, ${row.domain}, ${row.isDomainWide},
      ${row.isDefault}, ${row.isMeta}, ${row.kind}, ${row.state}, ${row.fileToken}, ${row.createdAt})
    on conflict (account_id, lookup) do nothing`);
  return count > 0;
}

export async function selectSenders(reader: Sql, accountId: bigint): Promise<SenderRow[]> {
  return reader.rows(sql`
    select ${columns} from sender s where s.account_id = ${accountId} order by s.id limit 5000`);
}

export async function selectSender(
  reader: Sql,
  accountId: bigint,
  key: { lookup: Buffer } | { id: bigint },
): Promise<SenderRow | undefined> {
  const condition = "id" in key ? sql`s.id = ${key.id}` : sql`s.lookup = ${key.lookup}`;
  return reader.row(sql`select ${columns} from sender s where s.account_id = ${accountId} and ${condition}`);
}

/** What decides whether an address may be sent from: the sender itself, the domain-wide sender, and the domain. Of the
 *  account, and of its parent where the parent's senders are for all its accounts. */
export async function selectRights(
  reader: Sql,
  asked: { accountId: bigint; lookup: Buffer; wideLookup: Buffer; domain: string },
): Promise<{ senders: { id: bigint; state: SenderState; isDomainWide: boolean }[]; domainId: bigint | null }> {
  const [senders, domain] = await Promise.all([
    reader.rows<{ id: bigint; state: SenderState; isDomainWide: boolean }>(sql.named("select_rights")`
      select s.id, s.state, s.is_domain_wide as "isDomainWide" from sender s
      where s.account_id = ${asked.accountId} and s.lookup in (${asked.lookup}, ${asked.wideLookup})`),
    reader.row<{ id: bigint }>(sql.named("select_right_domain")`
      select d.id from domain d
      where d.account_id = ${asked.accountId} and d.name = ${asked.domain} and d.state = 'verified'`),
  ]);
  return { senders, domainId: domain?.id ?? null };
}

/** What may change of a sender. Null leaves it as it is. */
export interface SenderChange {
  sealed: Buffer | null;
  kind: SenderKind | null;
  isDefault: boolean | null;
  state: SenderState | null;
  isMeta: boolean | null;
}

export async function updateSender(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  change: SenderChange,
): Promise<boolean> {
  const count = await tx.run(sql`
    update sender set sealed = coalesce(${change.sealed}::bytea, sealed), kind = coalesce(${change.kind}::text, kind),
      is_default = coalesce(${change.isDefault}::boolean, is_default),
      is_meta = coalesce(${change.isMeta}::boolean, is_meta),
      state = coalesce(${change.state}::text, state)
    where account_id = ${key.accountId} and id = ${key.id}`);
  return count > 0;
}

/** Only one sender is the default. */
export async function clearDefault(tx: Transaction, accountId: bigint): Promise<void> {
  await tx.run(sql`update sender set is_default = false where account_id = ${accountId} and is_default`);
}

/** Notes the hash of a confirmation link and how long it is good for. */
export async function setConfirmation(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  hash: Buffer,
  expiresAt: Date,
): Promise<void> {
  await tx.run(sql`
    update sender set confirm_hash = ${hash}, confirm_expires_at = ${expiresAt}
    where account_id = ${key.accountId} and id = ${key.id}`);
}

/** Takes a confirmation: the link works once. */
export async function takeConfirmation(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  hash: Buffer,
  now: Date,
): Promise<boolean> {
  const count = await tx.run(sql`
    update sender set state = 'active', confirm_hash = null, confirm_expires_at = null
    where account_id = ${key.accountId} and id = ${key.id} and confirm_hash = ${hash}
      and confirm_expires_at > ${now} and state <> 'deleted'`);
  return count > 0;
}
