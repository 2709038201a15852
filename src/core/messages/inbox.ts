import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Keyring } from "../keys/index.ts";

/** A message kept in the test inbox, as it would have gone over the wire. */
export interface InboxEntry {
  id: bigint;
  messageId: bigint;
  envelope: { from: string; to: string };
  subject: string;
  /** The signed message. */
  source: Buffer;
}

interface EntryHead {
  from: string;
  to: string;
  subject: string;
  sourceBytes: number;
}

/** Keeps a message in the test inbox, sealed like all content: it goes after 6 days (P106). */
export async function keepInInbox(
  tx: Transaction,
  context: { keyring: Keyring; ids: IdSource; now: Date },
  entry: Omit<InboxEntry, "id"> & { accountId: bigint },
): Promise<bigint> {
  const id = context.ids.next(context.now);
  const { accountId, messageId, envelope, subject, source } = entry;
  const head: EntryHead = { ...envelope, subject, sourceBytes: source.length };
  const text = Buffer.from(`${JSON.stringify(head)}\n`);
  const sealed = context.keyring.sealContent(
    { table: "inbox", accountId, id },
    Buffer.concat([text, source]),
  );
  await tx.run(sql`
    insert into inbox (account_id, id, message_id, sealed) values (${accountId}, ${id}, ${messageId}, ${sealed})`);
  return id;
}

/** A page of the test inbox, newest first, before an id. Entries whose key is destroyed are left out. */
export async function listInbox(
  reader: Sql,
  keyring: Keyring,
  page: { accountId: bigint; beforeId: bigint | null; limit: number },
): Promise<InboxEntry[]> {
  const rows = await reader.rows<{ id: bigint; messageId: bigint; sealed: Buffer }>(sql`
    select i.id, i.message_id as "messageId", i.sealed from inbox i
    where i.account_id = ${page.accountId} and (${page.beforeId}::bigint is null or i.id < ${page.beforeId})
    order by i.id desc limit ${page.limit}`);
  return rows.flatMap((row) => openEntry(keyring, page.accountId, row));
}

export async function readInbox(
  reader: Sql,
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
): Promise<InboxEntry | null> {
  const row = await reader.row<{ id: bigint; messageId: bigint; sealed: Buffer }>(sql`
    select i.id, i.message_id as "messageId", i.sealed from inbox i
    where i.account_id = ${key.accountId} and i.id = ${key.id}`);
  return row === undefined ? null : (openEntry(keyring, key.accountId, row)[0] ?? null);
}

/** Empties an account's test inbox. Answers how many messages were in it. */
export async function emptyInbox(tx: Transaction, accountId: bigint): Promise<number> {
  return tx.run(sql`delete from inbox where account_id = ${accountId}`);
}

function openEntry(
  keyring: Keyring,
  accountId: bigint,
  row: { id: bigint; messageId: bigint; sealed: Buffer },
): InboxEntry[] {
  const plain = keyring.openContent({ table: "inbox", accountId, id: row.id }, row.sealed);
  if (plain === null) return [];
  const end = plain.indexOf(0x0a);
  const head = JSON.parse(plain.toString("utf8", 0, end)) as EntryHead;
  const { from, to, subject } = head;
  return [
    {
      id: row.id,
      messageId: row.messageId,
      envelope: { from, to },
      subject,
      source: plain.subarray(end + 1),
    },
  ];
}
