import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { AccountState } from "./store.ts";

/** A link to sign in, which has not been followed yet. */
export interface SignInLinkRow {
  accountId: bigint;
  id: bigint;
  tokenHash: Buffer;
  expiresAt: Date;
}

export interface SessionRow {
  accountId: bigint;
  id: bigint;
  secretHash: Buffer;
  createdAt: Date;
  /** When it ends unless it is used before. */
  endsAt: Date;
}

/** A session with what decides whether it may be used. */
export interface SessionWithAccount extends SessionRow {
  accountState: AccountState;
  parentId: bigint | null;
}

const columns = sql`s.account_id as "accountId", s.id, s.secret_hash as "secretHash", s.created_at as "createdAt",
  s.ends_at as "endsAt"`;

export async function insertSignInLink(tx: Transaction, row: SignInLinkRow): Promise<void> {
  await tx.run(sql`
    insert into sign_in_link (account_id, id, token_hash, expires_at)
    values (${row.accountId}, ${row.id}, ${row.tokenHash}, ${row.expiresAt})`);
}

/** Takes a link out for good: of two who follow it at the same moment, one finds it. */
export async function takeSignInLink(tx: Transaction, tokenHash: Buffer): Promise<SignInLinkRow | undefined> {
  return tx.row(sql`
    delete from sign_in_link l where l.token_hash = ${tokenHash}
    returning l.account_id as "accountId", l.id, l.token_hash as "tokenHash", l.expires_at as "expiresAt"`);
}

export async function insertSession(tx: Transaction, row: SessionRow): Promise<void> {
  await tx.run(sql`
    insert into session (account_id, id, secret_hash, created_at, ends_at)
    values (${row.accountId}, ${row.id}, ${row.secretHash}, ${row.createdAt}, ${row.endsAt})`);
}

/** A session by the hash of its cookie, with its account: what every request needs, in one look. */
export async function selectSessionByHash(
  reader: Sql,
  secretHash: Buffer,
): Promise<SessionWithAccount | undefined> {
  return reader.row(sql.named("select_session_by_hash")`
    select ${columns}, a.state as "accountState", a.parent_id as "parentId"
    from session s join account a on a.id = s.account_id
    where s.secret_hash = ${secretHash}`);
}

export async function selectSession(
  reader: Sql,
  key: { accountId: bigint; id: bigint },
): Promise<SessionRow | undefined> {
  return reader.row(sql`
    select ${columns} from session s where s.account_id = ${key.accountId} and s.id = ${key.id}`);
}

/** Puts the end of a session off. One that has been ended stays so: its row is gone. */
export async function extendSession(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  endsAt: Date,
): Promise<void> {
  await tx.run(sql`
    update session set ends_at = ${endsAt}
    where account_id = ${key.accountId} and id = ${key.id} and ends_at < ${endsAt}`);
}

export async function deleteSession(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
): Promise<boolean> {
  return (await tx.run(sql`delete from session where account_id = ${key.accountId} and id = ${key.id}`)) > 0;
}

/** Ends all sessions of an account and takes back its links; answers how many of each there were. */
export async function deleteSignIns(
  tx: Transaction,
  accountId: bigint,
): Promise<{ sessions: number; links: number }> {
  const links = await tx.run(sql`delete from sign_in_link where account_id = ${accountId}`);
  const sessions = await tx.run(sql`delete from session where account_id = ${accountId}`);
  return { sessions, links };
}
