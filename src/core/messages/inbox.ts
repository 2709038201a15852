import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { Keyring } from "../keys/index.ts";

// What a list holds in memory at a time: a page of the largest messages would be gigabytes.
const listBytesMax = 32 * 1024 * 1024;

/** A message kept in the test inbox, as a list shows it. */
export interface InboxItem {
  id: bigint;
  messageId: bigint;
  envelope: { from: string; to: string };
  subject: string;
  sizeBytes: number;
}

/** The same with the signed message, as it would have gone over the wire. */
export interface InboxEntry extends InboxItem {
  source: Buffer;
}

interface EntryHead {
  from: string;
  to: string;
  subject: string;
  sourceBytes: number;
}

/** Keeps a message in the test inbox, once however often it is delivered there. It bears the message's own id and is
 *  sealed with the key of its hour: the six days of its content begin when the message is accepted (P106). */
export async function keepInInbox(
  tx: Transaction,
  { keyring }: { keyring: Keyring },
  entry: Omit<InboxEntry, "id" | "sizeBytes"> & { accountId: bigint },
): Promise<bigint> {
  const { accountId, messageId, envelope, subject, source } = entry;
  const head: EntryHead = { ...envelope, subject, sourceBytes: source.length };
  const text = Buffer.from(`${JSON.stringify(head)}\n`);
  const place = { table: "inbox", accountId, id: messageId };
  const sealed = keyring.sealContent(place, Buffer.concat([text, source]));
  await tx.run(sql`
    insert into inbox (account_id, id, message_id, sealed) values (${accountId}, ${messageId}, ${messageId}, ${sealed})
    on conflict do nothing`);
  return messageId;
}

/** A page of the test inbox, newest first, before an id. Entries whose key is destroyed are left out. A sealed message
 *  can only be opened whole, so the page is read a few megabytes at a time. */
export async function listInbox(
  reader: Sql,
  keyring: Keyring,
  page: { accountId: bigint; beforeId: bigint | null; limit: number },
): Promise<InboxItem[]> {
  const { accountId, beforeId, limit } = page;
  const sizes = await reader.rows<{ id: bigint; sizeBytes: number }>(sql`
    select i.id, octet_length(i.sealed) as "sizeBytes" from inbox i
    where i.account_id = ${accountId} and (${beforeId}::bigint is null or i.id < ${beforeId})
    order by i.id desc limit ${limit}`);
  const items: InboxItem[] = [];
  for (const ids of batchesOf(sizes)) {
    const rows = await reader.rows<InboxRow>(sql`
      select i.id, i.message_id as "messageId", i.sealed from inbox i
      where i.account_id = ${accountId} and i.id = any(${ids}::bigint[])
        and i.id >= ${ids.at(-1) ?? 0n} and i.id <= ${ids[0] ?? 0n}
      order by i.id desc`);
    for (const row of rows) {
      const opened = openEntry(keyring, accountId, row);
      if (opened === null) continue;
      const { source: _source, ...item } = opened;
      items.push(item);
    }
  }
  return items;
}

function batchesOf(sizes: { id: bigint; sizeBytes: number }[]): bigint[][] {
  const batches: bigint[][] = [];
  let batchBytes = Number.POSITIVE_INFINITY;
  for (const { id, sizeBytes } of sizes) {
    if (batchBytes + sizeBytes > listBytesMax) {
      batches.push([]);
      batchBytes = 0;
    }
    batches.at(-1)?.push(id);
    batchBytes += sizeBytes;
  }
  return batches;
}

export async function readInbox(
  reader: Sql,
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
): Promise<InboxEntry | null> {
  const row = await reader.row<InboxRow>(sql`
    select i.id, i.message_id as "messageId", i.sealed from inbox i
    where i.account_id = ${key.accountId} and i.id = ${key.id}`);
  return row === undefined ? null : openEntry(keyring, key.accountId, row);
}

/** Empties an account's test inbox. Answers how many messages were in it. */
export async function emptyInbox(tx: Transaction, accountId: bigint): Promise<number> {
  return tx.run(sql`delete from inbox where account_id = ${accountId}`);
}

interface InboxRow {
  id: bigint;
  messageId: bigint;
  sealed: Buffer;
}

function openEntry(
  keyring: Keyring,
  accountId: bigint,
  { id, messageId, sealed }: InboxRow,
): InboxEntry | null {
  const plain = keyring.openContent({ table: "inbox", accountId, id }, sealed);
  if (plain === null) return null;
  const end = plain.indexOf(0x0a);
  const head = JSON.parse(plain.toString("utf8", 0, end)) as EntryHead;
  const { from, to, subject, sourceBytes } = head;
  const source = plain.subarray(end + 1);
  return { id, messageId, envelope: { from, to }, subject, sizeBytes: sourceBytes, source };
}
