import type { Clock } from "../../base/clock.ts";
import { type Database, isUnavailable, type Sql } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { resubscribe, unsubscribe } from "../../core/messages/index.ts";
import type { Language } from "../../core/policy/index.ts";
import { findSuppressed } from "../../core/suppressions/index.ts";
import {
  type ReaderOf,
  readerPaths,
  readRegretToken,
  readUnsubscribeToken,
  writeRegretToken,
} from "../../core/tracking/index.ts";
import { Html, html, type PageAnswer, pageOf } from "./page.ts";
import { aboutSender, languageLinks, senderName } from "./reader-parts.ts";
import { type UnsubscribeWords, unsubscribeWords } from "./unsubscribe-words.ts";

/** What the page needs of the service. */
export interface UnsubscribeContext {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
}

/** A request for one of the pages; `token` is what stands behind the last slash. */
export interface UnsubscribeRequest {
  method: "GET" | "POST";
  token: string;
  language: Language;
}

/** Where an unsubscription is taken back, below the address of readers. */
export const regretPath = `${readerPaths.unsubscribe}back/`;

/** The page behind the unsubscribe link of a mail. GET asks and changes nothing, since scanners open every link; POST
 *  unsubscribes, from the page's button as from a mail program's (RFC 8058 §3.2: without cookies, and whatever else
 *  the body says). Works without script, and as long as the installation exists. */
export async function unsubscribePage(
  context: UnsubscribeContext,
  { method, token, language }: UnsubscribeRequest,
): Promise<PageAnswer> {
  const page = new Page(language);
  const reader = readUnsubscribeToken(context.keyring, token);
  if (reader === null) return page.useless();
  return page.unlessBusy(async () => {
    const scope = { role: "request", accountId: reader.accountId } as const;
    if (method === "GET") {
      const { sender, isGone } = await context.database.read(scope, (db) =>
        lookAt(db, context.keyring, reader),
      );
      return isGone ? page.already(sender) : page.ask(sender, token);
    }
    const { keyring, ids, clock } = context;
    return context.database.write(scope, async (tx) => {
      const outcome = await unsubscribe(tx, { keyring, ids, now: clock.now() }, reader);
      const { sender } = await lookAt(tx, keyring, reader);
      if (outcome.kind === "already") return page.already(sender);
      const regret = outcome.kind === "unsubscribed" ? outcome.regret : null;
      return page.done(sender, regret === null ? null : writeRegretToken(keyring, regret));
    });
  });
}

/** The page on which an unsubscription is taken back that was a mistake. GET asks, POST does it. Only the page that has
 *  just unsubscribed a reader leads here. */
export async function resubscribePage(
  context: UnsubscribeContext,
  { method, token, language }: UnsubscribeRequest,
): Promise<PageAnswer> {
  const page = new Page(language);
  const regret = readRegretToken(context.keyring, token);
  if (regret === null) return page.useless();
  return page.unlessBusy(async () => {
    const scope = { role: "request", accountId: regret.accountId } as const;
    const { keyring, ids, clock } = context;
    if (method === "GET") {
      const { sender } = await context.database.read(scope, (db) => lookAt(db, keyring, regret));
      return page.back(sender);
    }
    return context.database.write(scope, async (tx) => {
      const isBack = await resubscribe(tx, { keyring, ids, now: clock.now() }, regret);
      const { sender } = await lookAt(tx, keyring, regret);
      return isBack ? page.returned(sender) : page.late();
    });
  });
}

/** What every link of a mail leads to that was not made here, or not copied whole. */
export function uselessLink(language: Language): PageAnswer {
  return new Page(language).useless();
}

/** The name of the sender, "" when the account is gone; and whether its reader has left already. */
async function lookAt(
  db: Sql,
  keyring: Keyring,
  reader: ReaderOf,
): Promise<{ sender: string; isGone: boolean }> {
  const [suppressed] = await findSuppressed(db, [reader]);
  const isGone = suppressed?.cause === "unsubscribe" || suppressed?.cause === "complaint";
  return { sender: await senderName(db, keyring, reader.accountId), isGone };
}

class Page {
  readonly #language: Language;
  readonly #words: UnsubscribeWords;

  constructor(language: Language) {
    this.#language = language;
    this.#words = unsubscribeWords[language];
  }

  /** Readers and mail programs alike are told to come back when the database is away. */
  async unlessBusy(work: () => Promise<PageAnswer>): Promise<PageAnswer> {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const answer = this.#of(503, this.#words.busy.title, html`<p>${this.#words.busy.text}</p>`);
      return { ...answer, headers: { ...answer.headers, "retry-after": "60" } };
    }
  }

  ask(sender: string, token: string): PageAnswer {
    const { title, text, button } = this.#words.ask;
    const choice = html`<p><a href="${readerPaths.choice}${token}?lang=${this.#language}">${this.#words.choice}</a></p>`;
    const content = html`<p>${this.#about(text, sender)}</p>\n${form(null, button)}\n${choice}`;
    return this.#asked(200, title, content);
  }

  done(sender: string, regret: string | null): PageAnswer {
    const { title, text, regret: question, button } = this.#words.done;
    const back = `${regretPath}${regret ?? ""}?lang=${this.#language}`;
    const rest = regret === null ? new Html("") : html`<p>${question}</p>\n${form(back, button)}`;
    return this.#of(200, title, html`<p>${this.#about(text, sender)}</p>\n${rest}`);
  }

  already(sender: string): PageAnswer {
    const { title, text } = this.#words.already;
    return this.#asked(200, title, html`<p>${this.#about(text, sender)}</p>`);
  }

  back(sender: string): PageAnswer {
    const { title, text, button } = this.#words.back;
    return this.#asked(200, title, html`<p>${this.#about(text, sender)}</p>\n${form(null, button)}`);
  }

  returned(sender: string): PageAnswer {
    const { title, text } = this.#words.returned;
    return this.#of(200, title, html`<p>${this.#about(text, sender)}</p>`);
  }

  late(): PageAnswer {
    return this.#of(200, this.#words.late.title, html`<p>${this.#words.late.text}</p>`);
  }

  useless(): PageAnswer {
    return this.#asked(404, this.#words.useless.title, html`<p>${this.#words.useless.text}</p>`);
  }

  #about(text: (sender: string) => string, sender: string): Html {
    return aboutSender(text, sender, this.#words.unknownSender);
  }

  // What GET answers can be asked for in another language.
  #asked(status: number, title: string, content: Html): PageAnswer {
    return this.#of(status, title, content, languageLinks(this.#language, this.#words.languages));
  }

  #of(status: number, title: string, content: Html, navigation = new Html("")): PageAnswer {
    return pageOf(status, title, content, { language: this.#language, navigation });
  }
}

function form(action: string | null, button: string): Html {
  const target = action === null ? new Html("") : html` action="${action}"`;
  return html`<form method="post"${target}><button type="submit">${button}</button></form>`;
}
