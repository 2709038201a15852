import { isUnavailable, type Sql } from "../../base/database.ts";
import {
  type ConsentProof,
  type ConsentPurpose,
  consentPurposes,
  openProof,
  selectLatestConsents,
} from "../../core/consent/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { withdrawConsent } from "../../core/messages/index.ts";
import type { Language } from "../../core/policy/index.ts";
import { type ReaderOf, readUnsubscribeToken } from "../../core/tracking/index.ts";
import { type ChoiceWords, choiceWords } from "./choice-words.ts";
import { Html, html, type PageAnswer, pageOf } from "./page.ts";
import { aboutSender, languageLinks, senderName } from "./reader-parts.ts";
import { type UnsubscribeContext, type UnsubscribeRequest, uselessLink } from "./unsubscribe.ts";
import { unsubscribeWords } from "./unsubscribe-words.ts";

/** A request for the page; what is decided stands in the query, so that the form needs no fields. */
export interface ChoiceRequest extends UnsubscribeRequest {
  purpose: unknown;
  decision: unknown;
}

/** The page on which a reader sees whether the sender may tell them apart, and takes that back with one click (GDPR art.
 *  7(3)). Nobody agrees here: the link stands in a mail that the sender has written, so the sender may know it, and could
 *  agree in the reader's name. GET changes nothing; POST that takes back nothing we know neither. Works without script,
 *  without a cookie, and as long as the account exists. */
export async function choicePage(
  context: UnsubscribeContext,
  { method, token, language, purpose, decision }: ChoiceRequest,
): Promise<PageAnswer> {
  const reader = readUnsubscribeToken(context.keyring, token);
  if (reader === null) return uselessLink(language);
  const wanted =
    method === "POST" && decision === "withdrawn"
      ? consentPurposes.find((each) => each === purpose)
      : undefined;
  const scope = { role: "request", accountId: reader.accountId } as const;
  const { database, keyring, ids, clock } = context;
  try {
    if (wanted === undefined) {
      return await database.read(scope, async (db) => pageFor(language, await lookAt(db, keyring, reader)));
    }
    return await database.write(scope, async (tx) => {
      await withdrawConsent(tx, { keyring, ids, now: clock.now() }, reader, wanted);
      return pageFor(language, await lookAt(tx, keyring, reader), true);
    });
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const { title, text } = unsubscribeWords[language].busy;
    const answer = pageOf(503, title, html`<p>${text}</p>`, { language, navigation: new Html("") });
    return { ...answer, headers: { ...answer.headers, "retry-after": "60" } };
  }
}

interface Standing {
  sender: string;
  /** What is in force, by purpose; absent where nothing was agreed to, or not any more. */
  given: Map<ConsentPurpose, { since: Date; proof: ConsentProof }>;
}

async function lookAt(db: Sql, keyring: Keyring, reader: ReaderOf): Promise<Standing> {
  const sender = await senderName(db, keyring, reader.accountId);
  const given: Standing["given"] = new Map();
  if (!keyring.has(reader.accountId)) return { sender, given };
  for (const latest of await selectLatestConsents(db, [reader])) {
    if (latest.decision !== "given") continue;
    given.set(latest.purpose, { since: latest.decidedAt, proof: openProof(keyring, latest) });
  }
  return { sender, given };
}

function pageFor(language: Language, standing: Standing, isSaved = false): PageAnswer {
  const words = choiceWords[language];
  const parts = [
    ...(isSaved ? [html`<p role="status"><strong>${words.saved}</strong></p>`] : []),
    html`<p>${aboutSender(words.text, standing.sender, words.unknownSender)}</p>`,
    ...consentPurposes.map((purpose) => partOf(purpose, { words, language, standing })),
    html`<p>${aboutSender(words.agreeing, standing.sender, words.unknownSender)}</p>`,
  ];
  const content = new Html(parts.map(({ text }) => text).join("\n"));
  return pageOf(200, words.title, content, {
    language,
    navigation: languageLinks(language, words.languages),
  });
}

function partOf(
  purpose: ConsentPurpose,
  { words, language, standing }: { words: ChoiceWords; language: Language; standing: Standing },
): Html {
  const { title, given, open, withdraw } = words.purposes[purpose];
  const present = standing.given.get(purpose);
  const about = (text: (sender: string) => string) => aboutSender(text, standing.sender, words.unknownSender);
  if (present === undefined)
    return html`<h2>${title}</h2>
<p>${about(open)}</p>`;
  const day = present.since.toISOString().slice(0, 10);
  return html`<h2>${title}</h2>
<p>${about((sender) => given(sender, day))}</p>
<p>${words.proof(present.proof.how, present.proof.wording)}</p>
${form(`?purpose=${purpose}&decision=withdrawn&lang=${language}`, withdraw)}`;
}

function form(action: string, button: string): Html {
  return html`<form method="post" action="${action}"><button type="submit">${button}</button></form>`;
}
