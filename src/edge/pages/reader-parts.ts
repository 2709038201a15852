import type { Sql } from "../../base/database.ts";
import { openAccount, selectAccount } from "../../core/accounts/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { type Language, languages } from "../../core/policy/index.ts";
import { Html, html } from "./page.ts";

/** The name of the account a mail came from; "" when the account is gone. Loads its keys. */
export async function senderName(db: Sql, keyring: Keyring, accountId: bigint): Promise<string> {
  await keyring.load(db, [accountId]);
  const row = keyring.has(accountId) ? await selectAccount(db, accountId) : undefined;
  return row === undefined ? "" : openAccount(keyring, row).name;
}

/** A sentence about a sender: the name stands out, and is escaped with the sentence it is put into. */
export function aboutSender(text: (sender: string) => string, sender: string, unknown: string): Html {
  if (sender === "") return html`${text(unknown)}`;
  const mark = "\u0000";
  const [before = "", after = ""] = text(mark).split(mark);
  return html`${before}<strong>${sender}</strong>${after}`;
}

const names: Record<Language, string> = { en: "English", fr: "Français", de: "Deutsch" };

/** Links to the same page in the other languages. */
export function languageLinks(current: Language, label: string): Html {
  const items = languages.map((each) => {
    const mark = each === current ? new Html(' aria-current="true"') : new Html("");
    return html`<li><a href="?lang=${each}" hreflang="${each}" lang="${each}"${mark}>${names[each]}</a></li>`;
  });
  return html`<nav aria-label="${label}"><ul>${new Html(items.map(({ text }) => text).join(""))}</ul></nav>\n`;
}
