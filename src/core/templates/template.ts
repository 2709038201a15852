import type { Keyring } from "../keys/index.ts";
import type { StoredTemplate, TemplateRow } from "./store.ts";

/** What a template is made of; null for a part it does not have. */
export interface TemplateContent {
  html: string | null;
  text: string | null;
  /** MJML as a text, or as the tree an editor keeps. */
  mjml: unknown;
  /** From, Subject, Reply-To: defaults that a message's own values win over. */
  headers: Record<string, string>;
}

/** What is said of a template, and by whom: sealed in its row. */
export interface TemplateDescription {
  author: string;
  copyright: string;
  description: string;
  presets: string;
  generatesText: boolean;
}

/** A template without anything in it. */
export const emptyTemplate: TemplateContent = { html: null, text: null, mjml: null, headers: {} };

type Key = Pick<TemplateRow, "accountId" | "id">;

export function sealDescription(keyring: Keyring, key: Key, description: TemplateDescription): Buffer {
  return keyring.sealIdentity(placeOf("template", key), JSON.stringify(description));
}

export function sealTemplateContent(keyring: Keyring, key: Key, content: TemplateContent): Buffer {
  return keyring.sealIdentity(placeOf("template_content", key), JSON.stringify(content));
}

/** Opens what is said of a template. The account's keys must be loaded. */
export function openDescription(keyring: Keyring, row: TemplateRow): TemplateDescription {
  const plain = keyring.openIdentity(placeOf("template", row), row.sealed);
  return JSON.parse(plain.toString()) as TemplateDescription;
}

/** Opens what a template is made of. The account's keys must be loaded. */
export function openTemplateContent(keyring: Keyring, row: StoredTemplate): TemplateContent {
  if (row.sealedContent === null) return emptyTemplate;
  const plain = keyring.openIdentity(placeOf("template_content", row), row.sealedContent);
  return JSON.parse(plain.toString()) as TemplateContent;
}

// The two are bound to places of their own: one never opens as the other.
function placeOf(table: string, { accountId, id }: Key): { table: string; accountId: bigint; id: bigint } {
  return { table, accountId, id };
}
