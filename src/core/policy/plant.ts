import { setTimeout as pause } from "node:timers/promises";
import { readInbox, type SubmissionContent } from "../messages/index.ts";
import { canaryWord } from "./canary.ts";
import type { ProbeContext } from "./probe.ts";
import type { SyntheticAccounts } from "./synthetic.ts";

/** What a link and a paragraph of a canary's HTML look like, to be found again unchanged. */
export const plantedHtml = {
  link: '<a href="https://www.facteur.example/read">read</a>',
  end: "<p>the end</p>",
};

/** Sends a message whose every part is a canary, from an address that sends to the test inbox. */
export async function plantCanary(
  { acceptance, keyring }: ProbeContext,
  { first, firstAddress }: Pick<SyntheticAccounts, "first" | "firstAddress">,
): Promise<bigint> {
  const word = canaryWord(keyring);
  const party = (name: string) => ({ address: `${word}-${name}@canary.facteur.example`, name: word });
  const result = await acceptance.accept({
    accountId: first,
    submissions: [
      {
        content: { ...contentOf(word), from: { address: firstAddress, name: word } },
        to: [party("to")],
        cc: [party("cc")],
        bcc: [party("bcc")],
        variables: { [word]: word },
        customId: word,
        eventPayload: word,
      },
    ],
    isSandbox: false,
    isStrict: false,
    idempotency: null,
    answerOf: () => Buffer.alloc(0),
  });
  const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
  if (outcome?.kind === "accepted") return outcome.submission.to[0]?.id ?? 0n;
  throw outcome?.refusal ?? new Error("The canary was not accepted.");
}

/** Sends a message of the second account to one address; answers its id. */
export async function plantMessage(
  { acceptance, keyring }: ProbeContext,
  { second, secondAddress }: SyntheticAccounts,
  { to, content }: { to: string; content: Partial<SubmissionContent> },
): Promise<bigint> {
  const word = canaryWord(keyring);
  const from = { address: secondAddress, name: word };
  const empty = { cc: [], bcc: [], variables: {}, customId: "", eventPayload: "" };
  const result = await acceptance.accept({
    accountId: second,
    submissions: [
      { content: { ...plainContent(word), from, ...content }, to: [{ address: to, name: word }], ...empty },
    ],
    isSandbox: false,
    isStrict: false,
    idempotency: null,
    answerOf: () => Buffer.alloc(0),
  });
  const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
  if (outcome?.kind === "accepted") return outcome.submission.to[0]?.id ?? 0n;
  throw outcome?.refusal ?? new Error("The message of a probe was not accepted.");
}

/** An address of nobody that has had no mail before. Like all that is planted, it bears the canary's word. */
export function freshAddress({ keyring, ids, clock }: ProbeContext): string {
  return `${canaryWord(keyring)}-${ids.next(clock.now()).toString(36)}@canary.facteur.example`;
}

// Delivery into the test inbox takes milliseconds where a worker runs, and seconds on a machine with a hundred other
// things to do; where none runs, there is nothing to see.
const looksMax = 300;
const lookMs = 30;

/** What was made of a planted message, as it would have gone over the wire; null where nobody delivers. */
export async function deliveredSource(
  { database, keyring }: ProbeContext,
  accountId: bigint,
  id: bigint,
): Promise<string | null> {
  for (let look = 0; look < looksMax; look += 1) {
    const entry = await database.read({ role: "request", accountId }, (reader) =>
      readInbox(reader, keyring, { accountId, id }),
    );
    // RFC 2045 §6.7: soft line breaks and escapes are taken out before anybody looks for a link.
    if (entry !== null) return entry.source.toString("latin1").replace(/=\r\n/g, "").replaceAll("=3D", "=");
    await pause(lookMs);
  }
  return null;
}

function contentOf(word: string): SubmissionContent {
  const file = {
    contentType: "text/plain",
    filename: `${word}.txt`,
    content: Buffer.from(`${word} in a file`),
  };
  return {
    ...plainContent(`${word} in the subject`),
    text: `${word} in the text`,
    html: `<p>${word} in the HTML</p>\n${plantedHtml.link}\n${plantedHtml.end}`,
    attachments: [file],
    headers: [["X-Canary", word]],
    customCampaign: word,
  };
}

/** A content with a subject and one word of text. */
export function plainContent(subject: string): SubmissionContent {
  return {
    from: null,
    sender: null,
    replyTo: null,
    subject,
    text: "Hello",
    html: null,
    template: null,
    usesTemplateLanguage: false,
    templateErrorReporting: null,
    deliversDespiteTemplateError: false,
    attachments: [],
    inlined: [],
    headers: [],
    trackOpens: "account_default",
    trackClicks: "account_default",
    urlTags: "",
    priority: 2,
    customCampaign: "",
    deduplicatesCampaign: false,
    monitoringCategory: "",
    contactsListId: null,
  };
}
