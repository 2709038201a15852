import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { openAccount, selectAccount } from "../../core/accounts/index.ts";
import { record } from "../../core/audit/index.ts";
import {
  type ConfirmationLink,
  confirmationHours,
  confirmSender,
  lookAtConfirmation,
  readConfirmation,
  type Sender,
  type SenderBook,
} from "../../core/domains/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { html, type PageAnswer, pageOf } from "./page.ts";

/** What the page needs of the service. */
export interface ConfirmSenderContext {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  senders: SenderBook;
}

/** The page behind the link in a confirmation mail. GET shows whose wish it is and a button, and changes nothing: mail
 *  programs and scanners open links by themselves. POST confirms.
 *  @param request `word` is what stands behind the last slash of the link */
export async function confirmSenderPage(
  context: ConfirmSenderContext,
  request: { method: "GET" | "POST"; word: string },
): Promise<PageAnswer> {
  const link = readConfirmation(request.word);
  if (link === null) return uselessLink();
  return request.method === "POST" ? confirm(context, link) : ask(context, link);
}

async function ask(
  { database, keyring, clock }: ConfirmSenderContext,
  link: ConfirmationLink,
): Promise<PageAnswer> {
  const scope = { role: "request", accountId: link.accountId } as const;
  const found = await database.read(scope, async (reader) => {
    const sender = await lookAtConfirmation(reader, keyring, link, clock.now());
    if (sender === null) return null;
    const row = await selectAccount(reader, link.accountId);
    return { sender, accountName: row === undefined ? "" : openAccount(keyring, row).name };
  });
  return found === null ? uselessLink() : question(found.sender, found.accountName);
}

async function confirm(context: ConfirmSenderContext, link: ConfirmationLink): Promise<PageAnswer> {
  const { database, keyring, clock, ids, senders } = context;
  const { accountId } = link;
  const sender = await database.write({ role: "request", accountId }, async (tx) => {
    const now = clock.now();
    const confirmed = await confirmSender(tx, keyring, link, now);
    if (confirmed === null) return null;
    const subjectId = confirmed.id;
    const actor = { kind: "link" } as const;
    await record(tx, { accountId, id: ids.next(now), actor, action: "sender.confirmed", subjectId });
    return confirmed;
  });
  if (sender === null) return uselessLink();
  senders.forget(accountId);
  return pageOf(
    200,
    "The address is confirmed",
    html`<p><strong>${sender.address}</strong> may now be used as a sender. You can close this page.</p>`,
  );
}

function question({ address }: Sender, accountName: string): PageAnswer {
  const account = accountName === "" ? "An account of this service" : `The account “${accountName}”`;
  return pageOf(
    200,
    "Confirm a sender address",
    html`<p>${account} wants to send e-mail from <strong>${address}</strong>.</p>
<p>Confirm only if the address is yours and you know of this. Otherwise close this page: nothing will happen.</p>
<form method="post"><button type="submit">Confirm this address</button></form>`,
  );
}

function uselessLink(): PageAnswer {
  const hours = String(confirmationHours);
  return pageOf(
    404,
    "This link does not work",
    html`<p>It may have been used already, it may be older than ${hours} hours, or a newer mail has taken its place.</p>
<p>Whoever wants to use the address can have a new mail sent.</p>`,
  );
}
