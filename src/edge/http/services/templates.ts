import { type Transaction, violatedConstraint } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import {
  type TemplateKey as CoreKey,
  countTemplates,
  deleteTemplate,
  insertTemplate,
  lockTemplate,
  openDescription,
  openTemplateContent,
  type StoredTemplate,
  sealDescription,
  sealTemplateContent,
  selectTemplate,
  selectTemplatePage,
  type TemplateDescription,
  type TemplateRow,
  updateTemplate,
  updateTemplateContent,
} from "../../../core/templates/index.ts";
import type { Change, Page, Part } from "../mailjet/resources/page.ts";
import type {
  TemplateChange,
  TemplateContent,
  TemplateFilter,
  TemplateKey,
  TemplateRecord,
  TemplateServices,
} from "../mailjet/resources/template-services.ts";
import type { Principal } from "../principal.ts";
import { changes, isMaster, making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** Mailjet's `template` with its `detailcontent`. Each account has its own; none sees another's. */
export function templateServices(context: ServiceContext): TemplateServices {
  return {
    listTemplates: (principal, filter, page) => listTemplates(context, principal, filter, page),
    readTemplate: async (principal, key) => {
      const row = await read(context, principal, key);
      return row === null ? null : recordOf(row, openDescription(context.keyring, row));
    },
    createTemplate: (principal, template) => createTemplate(context, principal, template),
    updateTemplate: (principal, key, change) => changeTemplate(context, principal, key, change),
    removeTemplate: (principal, key) =>
      writeOwn(context, principal, async (tx) => {
        const row = await selectTemplate(tx, principal.accountId, coreKey(key));
        if (row === undefined || !(await deleteTemplate(tx, principal.accountId, row.id))) return false;
        await note(tx, context, principal, { action: "template.deleted", subjectId: row.id });
        return true;
      }),
    readTemplateContent: async (principal, key) => {
      const row = await read(context, principal, key);
      return row === null ? null : openTemplateContent(context.keyring, row);
    },
    writeTemplateContent: (principal, key, content) => writeContent(context, principal, key, content),
  };
}

function coreKey(key: TemplateKey): CoreKey {
  return key.kind === "id" ? { id: key.id } : { ownerType: key.ownerType, name: key.name };
}

async function listTemplates(
  context: ServiceContext,
  principal: Principal,
  filter: TemplateFilter,
  page: Page,
): Promise<Part<TemplateRecord>> {
  const { accountId } = principal;
  return readOwn(context, principal, async (reader) => {
    const [rows, total] = await Promise.all([
      page.wantsRows ? selectTemplatePage(reader, accountId, filter, page) : [],
      page.wantsTotal || !page.wantsRows ? countTemplates(reader, accountId, filter) : 0,
    ]);
    return { rows: rows.map((row) => recordOf(row, openDescription(context.keyring, row))), total };
  });
}

async function read(
  context: ServiceContext,
  principal: Principal,
  key: TemplateKey,
): Promise<StoredTemplate | null> {
  const row = await readOwn(context, principal, (reader) =>
    selectTemplate(reader, principal.accountId, coreKey(key)),
  );
  return row ?? null;
}

async function createTemplate(
  context: ServiceContext,
  principal: Principal,
  template: TemplateChange & { name: string },
): ReturnType<TemplateServices["createTemplate"]> {
  checkChange(principal, template);
  const { accountId } = principal;
  return writeOwn(context, principal, async (tx) => {
    const { keyring, ids, now } = making(context);
    const id = ids.nextSmall(now);
    const record = { ...blank(accountId), id, createdAt: now, changedAt: now, ...template };
    const row = rowOf(accountId, record, sealDescription(keyring, { accountId, id }, descriptionOf(record)));
    if (!(await insertTemplate(tx, row))) return { kind: "exists" };
    await note(tx, context, principal, { action: "template.created", subjectId: id });
    return { kind: "created", template: record };
  });
}

async function changeTemplate(
  context: ServiceContext,
  principal: Principal,
  key: TemplateKey,
  change: TemplateChange,
): Promise<Change<TemplateRecord> | { kind: "exists" }> {
  checkChange(principal, change);
  const { keyring, clock } = context;
  const { accountId } = principal;
  const work = async (tx: Transaction): Promise<Change<TemplateRecord> | { kind: "exists" }> => {
    const row = await lockTemplate(tx, accountId, coreKey(key));
    if (row === undefined) return { kind: "unknown" };
    const old = recordOf(row, openDescription(keyring, row));
    if (!changes(old, change)) return { kind: "unchanged" };
    const record = { ...old, ...change, changedAt: clock.now() };
    const sealed = sealDescription(keyring, row, descriptionOf(record));
    if (!(await updateTemplate(tx, rowOf(accountId, record, sealed)))) return { kind: "exists" };
    await note(tx, context, principal, { action: "template.changed", subjectId: row.id });
    return { kind: "changed", value: record };
  };
  return writeOwn(context, principal, work).catch((error: unknown) => {
    // Another request has just taken the name.
    if (violatedConstraint(error) !== undefined) return { kind: "exists" };
    throw error;
  });
}

async function writeContent(
  context: ServiceContext,
  principal: Principal,
  key: TemplateKey,
  content: Partial<TemplateContent>,
): Promise<TemplateContent | null> {
  const { keyring, clock } = context;
  return writeOwn(context, principal, async (tx) => {
    const row = await lockTemplate(tx, principal.accountId, coreKey(key));
    if (row === undefined) return null;
    const changed = { ...openTemplateContent(keyring, row), ...content };
    await updateTemplateContent(tx, row, sealTemplateContent(keyring, row, changed), clock.now());
    await note(tx, context, principal, { action: "template.content_changed", subjectId: row.id });
    return changed;
  });
}

// A list of a thousand templates shows them all: 64 KB each are what fits.
const descriptionBytesMax = 64 * 1024;
// An index over the name has to take it, and lists have to show it.
const nameCharactersMax = 255;
const localeCharactersMax = 35; // RFC 5646 §4.4.1
// 1 drag and drop, 2 HTML, 3 saved section, 4 MJML.
const editModeMax = 4;

function checkChange(principal: Principal, change: TemplateChange): void {
  const { name, ownerType, editMode, locale } = change;
  if (name !== undefined && (name.trim() === "" || name.length > nameCharactersMax)) {
    throw new Refusal("invalid", `A template's name has 1 to ${nameCharactersMax} characters.`, {
      field: "Name",
    });
  }
  if (editMode !== undefined && (editMode < 1 || editMode > editModeMax)) {
    throw new Refusal("invalid", "A template's EditMode is 1, 2, 3 or 4.", { field: "EditMode" });
  }
  if (locale !== undefined && locale.length > localeCharactersMax) {
    throw new Refusal("invalid", `A locale has at most ${localeCharactersMax} characters.`, {
      field: "Locale",
    });
  }
  const texts = [change.author, change.copyright, change.description, change.presets];
  if (texts.some((text) => Buffer.byteLength(text ?? "") > descriptionBytesMax / texts.length)) {
    throw new Refusal("invalid", "The description of a template is too long.", { field: "Description" });
  }
  if (ownerType === "global") {
    throw new Refusal("forbidden", "Global templates belong to the operator of this service.");
  }
  if (ownerType === "user" && !isMaster(principal)) {
    throw new Refusal(
      "forbidden",
      "Only the primary key pair of the main account may own templates as user.",
    );
  }
}

function blank(accountId: bigint): Omit<TemplateRecord, "id" | "name" | "createdAt" | "changedAt"> {
  return {
    ownerType: "apikey",
    ownerId: accountId,
    author: "",
    copyright: "",
    description: "",
    editMode: 1,
    isStarred: false,
    generatesText: true,
    locale: "en_US",
    presets: "",
    categories: [],
    purposes: [],
  };
}

function descriptionOf(record: TemplateRecord): TemplateDescription {
  const { author, copyright, description, presets, generatesText } = record;
  return { author, copyright, description, presets, generatesText };
}

function rowOf(accountId: bigint, record: TemplateRecord, sealed: Buffer): TemplateRow {
  const { id, ownerType, name, editMode, locale, isStarred, categories, purposes, createdAt, changedAt } =
    record;
  const plain = { id, ownerType, name, editMode, locale, isStarred, categories, purposes, createdAt };
  return { ...plain, accountId, sealed, updatedAt: changedAt };
}

function recordOf(row: TemplateRow, description: TemplateDescription): TemplateRecord {
  const { accountId, id, ownerType, name, editMode, locale, isStarred, categories, purposes } = row;
  const plain = { id, ownerType, name, editMode, locale, isStarred, categories, purposes };
  return { ...plain, ...description, ownerId: accountId, createdAt: row.createdAt, changedAt: row.updatedAt };
}
