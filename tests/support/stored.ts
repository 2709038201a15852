import { type Database, sql } from "../../src/base/database.ts";
import { type ContentFrame, decodeContent } from "../../src/core/messages/frame.ts";
import type { MessageIdentity } from "../../src/core/messages/message.ts";
import type { World } from "./world.ts";

type Row = { contentId: bigint; sealed: Buffer; content: Buffer };

async function rowOf(database: Database, accountId: bigint, id: bigint): Promise<Row> {
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<Row>(sql`
      select m.content_id as "contentId", m.sealed, c.sealed as content
      from message m join content c on c.account_id = m.account_id and c.id = m.content_id
      where m.account_id = ${accountId} and m.id = ${id}`),
  );
  if (row === undefined) throw new Error(`There is no message ${id}.`);
  return row;
}

/** What is sealed in the row of a message. */
export async function identityOf(
  { database, keyring }: World,
  accountId: bigint,
  id: bigint,
): Promise<MessageIdentity> {
  const { sealed } = await rowOf(database, accountId, id);
  return JSON.parse(
    keyring.openIdentity({ table: "message", accountId, id }, sealed).toString(),
  ) as MessageIdentity;
}

/** The content a message points at. */
export async function decodeFrame(
  { database, keyring }: World,
  accountId: bigint,
  id: bigint,
): Promise<ContentFrame> {
  const { contentId, content } = await rowOf(database, accountId, id);
  const bytes = keyring.openContent({ table: "content", accountId, id: contentId }, content);
  if (bytes === null) throw new Error(`The content ${contentId} cannot be read.`);
  return decodeContent(bytes);
}
