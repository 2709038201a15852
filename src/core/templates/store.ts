import { type Query, type Sql, sql, type Transaction } from "../../base/database.ts";

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

/** The same with what it is made of; null while it has nothing in it. */
export interface StoredTemplate extends TemplateRow {
  sealedContent: Buffer | null;
}

const columns = sql`t.account_id as "accountId", t.id, t.owner_type as "ownerType", t.name, t.edit_mode as "editMode",
  t.locale, t.is_starred as "isStarred", t.categories, t.purposes, t.sealed, t.created_at as "createdAt",
  t.updated_at as "updatedAt"`;
const allColumns = sql`${columns}, t.sealed_content as "sealedContent"`;

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

/** Which templates are wanted; what is absent restricts nothing. */
export interface TemplateSelection {
  name?: string;
  ownerType?: TemplateOwner;
  editMode?: number;
  categories?: WordSelection;
  purposes?: WordSelection;
}

/** How a list of words selects: one of them, all of them, or nothing beside them. */
export interface WordSelection {
  values: string[];
  method: "containsany" | "containsall" | "issubset";
}

/** A page of an account's templates in order of their ids, without what they are made of. */
export async function selectTemplatePage(
  reader: Sql,
  accountId: bigint,
  selection: TemplateSelection,
  page: { offset: number; limit: number; isNewestFirst: boolean },
): Promise<TemplateRow[]> {
  const direction = page.isNewestFirst ? sql`desc` : sql`asc`;
  return reader.rows(sql`
    select ${columns} from template t where ${conditionOf(accountId, selection)}
    order by t.id ${direction} limit ${page.limit} offset ${page.offset}`);
}

export async function countTemplates(
  reader: Sql,
  accountId: bigint,
  selection: TemplateSelection,
): Promise<number> {
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from template t where ${conditionOf(accountId, selection)}`);
  return Number(row?.count ?? 0n);
}

function conditionOf(accountId: bigint, selection: TemplateSelection): Query {
  const { name, ownerType, editMode, categories, purposes } = selection;
  const conditions = [sql`t.account_id = ${accountId}`];
  if (name !== undefined) conditions.push(sql`t.name = ${name}`);
  if (ownerType !== undefined) conditions.push(sql`t.owner_type = ${ownerType}`);
  if (editMode !== undefined) conditions.push(sql`t.edit_mode = ${editMode}`);
  if (categories !== undefined) conditions.push(wordsCondition(sql`t.categories`, categories));
  if (purposes !== undefined) conditions.push(wordsCondition(sql`t.purposes`, purposes));
  return sql.join(conditions, " and ");
}

function wordsCondition(column: Query, { values, method }: WordSelection): Query {
  switch (method) {
    case "containsany":
      return sql`${column} && ${values}::text[]`;
    case "containsall":
      return sql`${column} @> ${values}::text[]`;
    case "issubset":
      return sql`${column} <@ ${values}::text[]`;
  }
}

export async function selectTemplate(
  reader: Sql,
  accountId: bigint,
  key: TemplateKey,
): Promise<StoredTemplate | undefined> {
  return reader.row(sql`
    select ${allColumns} from template t where t.account_id = ${accountId} and ${keyCondition(key)}`);
}

/** The same, kept from being changed by others until the transaction ends: what is sealed is written as a whole. */
export async function lockTemplate(
  tx: Transaction,
  accountId: bigint,
  key: TemplateKey,
): Promise<StoredTemplate | undefined> {
  return tx.row(sql`
    select ${allColumns} from template t where t.account_id = ${accountId} and ${keyCondition(key)} for update`);
}

function keyCondition(key: TemplateKey): Query {
  return "id" in key ? sql`t.id = ${key.id}` : sql`t.owner_type = ${key.ownerType} and t.name = ${key.name}`;
}

/** Finds a template by its name, whichever owner type it has. */
export async function selectTemplateNamed(
  reader: Sql,
  accountId: bigint,
  name: string,
): Promise<StoredTemplate | undefined> {
  return reader.row(sql`
    select ${allColumns} from template t where t.account_id = ${accountId} and t.name = ${name} order by t.id limit 1`);
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

/** Writes what a template is made of. */
export async function updateTemplateContent(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  sealedContent: Buffer,
  updatedAt: Date,
): Promise<void> {
  await tx.run(sql`
    update template set sealed_content = ${sealedContent}, updated_at = ${updatedAt}
    where account_id = ${key.accountId} and id = ${key.id}`);
}

export async function deleteTemplate(tx: Transaction, accountId: bigint, id: bigint): Promise<boolean> {
  return (await tx.run(sql`delete from template where account_id = ${accountId} and id = ${id}`)) > 0;
}
