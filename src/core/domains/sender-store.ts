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
  /** Until when the link in the last confirmation mail works; null when none was sent, or it was followed. */
  confirmExpiresAt: Date | null;
  createdAt: Date;
}

/** How many senders an account may have: they are listed as a whole. */
export const sendersMax = 5000;

const columns = sql`s.account_id as "accountId", s.id, s.lookup, s.sealed, s.domain,
  s.is_domain_wide as "isDomainWide", s.is_default as "isDefault", s.is_meta as "isMeta", s.kind, s.state,
  s.file_token as "fileToken", s.confirm_expires_at as "confirmExpiresAt", s.created_at as "createdAt"`;

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
    select ${columns} from sender s where s.account_id = ${accountId} order by s.id limit ${sendersMax}`);
}

export async function countSenders(reader: Sql, accountId: bigint): Promise<number> {
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from sender s where s.account_id = ${accountId}`);
  return Number(row?.count ?? 0n);
}

/** The numbers under which messages from a domain are filed: its senders', and its own where it has no sender. */
export async function selectSenderIdsOfDomain(
  reader: Sql,
  accountId: bigint,
  domain: string,
): Promise<bigint[]> {
  const rows = await reader.rows<{ id: bigint }>(sql`
    select s.id from sender s where s.account_id = ${accountId} and s.domain = ${domain}
    union all
    select d.id from domain d where d.account_id = ${accountId} and d.name = ${domain}`);
  return rows.map((row) => row.id);
}

export async function selectSender(
  reader: Sql,
  accountId: bigint,
  key: { lookup: Buffer } | { id: bigint },
): Promise<SenderRow | undefined> {
  const condition = "id" in key ? sql`s.id = ${key.id}` : sql`s.lookup = ${key.lookup}`;
  return reader.row(sql`select ${columns} from sender s where s.account_id = ${accountId} and ${condition}`);
}

/** An address as its account finds it: by itself, or by its domain. */
export interface AskedRight {
  accountId: bigint;
  lookup: Buffer;
  wideLookup: Buffer;
  domain: string;
}

/** What decides whether an address may be sent from. */
export interface Rights {
  senders: { id: bigint; state: SenderState; kind: SenderKind; isDomainWide: boolean; isMeta: boolean }[];
  /** The domain's number when it is verified. */
  domainId: bigint | null;
}

/** The sender itself, the domain-wide sender, and the domain. */
export async function selectRights(reader: Sql, asked: AskedRight): Promise<Rights> {
  const [senders, domain] = await Promise.all([
    reader.rows<Rights["senders"][number]>(sql.named("select_rights")`
      select s.id, s.state, s.kind, s.is_domain_wide as "isDomainWide", s.is_meta as "isMeta" from sender s
      where s.account_id = ${asked.accountId} and s.lookup in (${asked.lookup}, ${asked.wideLookup})`),
    reader.row<{ id: bigint }>(sql.named("select_right_domain")`
      select d.id from domain d
      where d.account_id = ${asked.accountId} and d.name = ${asked.domain} and d.state = 'verified'`),
  ]);
  return { senders, domainId: domain?.id ?? null };
}

/** Does the account share a sender of this domain with its sub-accounts? */
export async function hasMetaSender(reader: Sql, accountId: bigint, domain: string): Promise<boolean> {
  const row = await reader.row(sql`
    select from sender s
    where s.account_id = ${accountId} and s.domain = ${domain} and s.is_meta and s.state = 'active' limit 1`);
  return row !== undefined;
}

/** Makes the senders of a domain active once the domain is verified: whoever owns a domain owns its addresses. */
export async function activateSenders(tx: Transaction, accountId: bigint, domain: string): Promise<void> {
  await tx.run(sql`
    update sender set state = 'active', confirm_hash = null, confirm_expires_at = null
    where account_id = ${accountId} and domain = ${domain} and state = 'inactive'`);
}

/** Takes back what only the domain's verification gave: the right to every address in it. */
export async function suspendDomainWide(tx: Transaction, accountId: bigint, domain: string): Promise<void> {
  await tx.run(sql`
    update sender set state = 'inactive'
    where account_id = ${accountId} and domain = ${domain} and is_domain_wide and state = 'active'`);
}

/** A domain-wide sender that was deleted counts again. */
export async function restoreDomainWide(tx: Transaction, accountId: bigint, domain: string): Promise<void> {
  await tx.run(sql`
    update sender set state = 'inactive'
    where account_id = ${accountId} and domain = ${domain} and is_domain_wide and state = 'deleted'`);
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

/** The sender that waits for a confirmation with this hash. */
export async function selectSenderByConfirmation(
  reader: Sql,
  key: { accountId: bigint; id: bigint },
  hash: Buffer,
  now: Date,
): Promise<SenderRow | undefined> {
  return reader.row(sql`
    select ${columns} from sender s
    where s.account_id = ${key.accountId} and s.id = ${key.id} and s.confirm_hash = ${hash}
      and s.confirm_expires_at > ${now} and s.state <> 'deleted'`);
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
