import type { Keyring } from "../keys/index.ts";
import type { TemplateRow } from "./store.ts";

/** What a template is made of; null for a part it does not have. */
export interface TemplateContent {
  html: string | null;
  text: string | null;
  /** MJML as a text, or as the tree an editor keeps. */
  mjml: unknown;
  /** From, Subject, Reply-To: defaults that a message's own values win over. */
  headers: Record<string, string>;
}

/** What is sealed in a template's row: the customer's work, and who wrote it. */
export interface TemplateSealed extends TemplateContent {
  author: string;
  copyright: string;
  description: string;
  presets: string;
  generatesText: boolean;
}

/** A template without anything in it. */
export const emptyTemplate: TemplateSealed = {
  html: null,
  text: null,
  mjml: null,
  headers: {},
  author: "",
  copyright: "",
  description: "",
  presets: "",
  generatesText: false,
};

export function sealTemplate(
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
  sealed: TemplateSealed,
): Buffer {
  return keyring.sealIdentity({ table: "template", ...key }, JSON.stringify(sealed));
}

/** Opens a template. The account's keys must be loaded. */
export function openTemplate(keyring: Keyring, row: TemplateRow): TemplateSealed {
  const place = { table: "template", accountId: row.accountId, id: row.id };
  return JSON.parse(keyring.openIdentity(place, row.sealed).toString()) as TemplateSealed;
}
