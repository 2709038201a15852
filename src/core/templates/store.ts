import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** Whose a template is: of one key, of all keys of the account's owner, or of everybody. */
export const templateOwners = ["apikey", "user", "global"] as const;
export type TemplateOwner = (typeof templateOwners)[number];

export interface TemplateRow {
  accountId: bigint;
  id: bigint;
  ownerType: TemplateOwner;
  name: string;
  editMode: number;
  locale: string;
  isStarred: boolean;
  categories: string[];
  purposes: string[];
  sealed: Buffer;
  createdAt: Date;
  updatedAt: Date;
}

const columns = sql`t.account_id as "accountId", t.id, t.owner_type as "ownerType", t.name, t.edit_mode as "editMode",
  t.locale, t.is_starred as "isStarred", t.categories, t.purposes, t.sealed, t.created_at as "createdAt",
  t.updated_at as "updatedAt"`;

/** Which template: by its number, or by owner and name. */
export type TemplateKey = { id: bigint } | { ownerType: TemplateOwner; name: string };

/** Adds a template; answers false when the owner has one of this name. */
export async function insertTemplate(tx: Transaction, row: TemplateRow): Promise<boolean> {
  const count = await tx.run(sql`
    insert into template (account_id, id, owner_type, name, edit_mode, locale, is_starred, categories, purposes, sealed,
      created_at, updated_at)
    values (${row.accountId}, ${row.id}, ${row.ownerType}, ${row.name}, ${row.editMode}, ${row.locale},
      ${row.isStarred}, ${row.categories}::text[], ${row.purposes}::text[], ${row.sealed}, ${row.createdAt},
      ${row.updatedAt})
    on conflict (account_id, owner_type, name) do nothing`);
  return count > 0;
}

/** All templates of an account, by id. Content stays sealed. */
export async function selectTemplates(reader: Sql, accountId: bigint): Promise<TemplateRow[]> {
  return reader.rows(sql`
    select ${columns} from template t where t.account_id = ${accountId} order by t.id limit 10000`);
}

export async function selectTemplate(
  reader: Sql,
  accountId: bigint,
  key: TemplateKey,
): Promise<TemplateRow | undefined> {
  const condition =
    "id" in key ? sql`t.id = ${key.id}` : sql`t.owner_type = ${key.ownerType} and t.name = ${key.name}`;
  return reader.row(sql`select ${columns} from template t where t.account_id = ${accountId} and ${condition}`);
}

/** Finds a template by its name, whichever owner type it has. */
export async function selectTemplateNamed(
  reader: Sql,
  accountId: bigint,
  name: string,
): Promise<TemplateRow | undefined> {
  return reader.row(sql`
    select ${columns} from template t where t.account_id = ${accountId} and t.name = ${name} order by t.id limit 1`);
}

/** Writes a changed template; answers false when the new name is taken. */
export async function updateTemplate(tx: Transaction, row: TemplateRow): Promise<boolean> {
  const count = await tx.run(sql`
    update template t set owner_type = ${row.ownerType}, name = ${row.name}, edit_mode = ${row.editMode},
      locale = ${row.locale}, is_starred = ${row.isStarred}, categories = ${row.categories}::text[],
      purposes = ${row.purposes}::text[], sealed = ${row.sealed}, updated_at = ${row.updatedAt}
    where t.account_id = ${row.accountId} and t.id = ${row.id} and not exists (
      select from template o where o.account_id = ${row.accountId} and o.owner_type = ${row.ownerType}
        and o.name = ${row.name} and o.id <> ${row.id})`);
  return count > 0;
}

export async function deleteTemplate(tx: Transaction, accountId: bigint, id: bigint): Promise<boolean> {
  return (await tx.run(sql`delete from template where account_id = ${accountId} and id = ${id}`)) > 0;
}
