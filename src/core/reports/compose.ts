import { dateOf } from "../../base/ids.ts";
import { isAddressProblem, type Mailbox, parseAddress } from "../../mail/address/index.ts";
import { formatDate, formatMessageId } from "../../mail/header/index.ts";
import { writeReport } from "../../mail/report/index.ts";
import type { MessageIdentity, Original, Party, ReportMail, ReportTerms } from "../messages/index.ts";
import { statusOf } from "./status.ts";
import { replyOf, subjectOf, type Told, wordsOf } from "./words.ts";

/** Everything a report is made from. */
export interface ReportMaterial {
  /** The report's own. */
  id: bigint;
  now: Date;
  told: Told;
  terms: ReportTerms;
  messageId: bigint;
  identity: MessageIdentity;
  original: Original | null;
  /** Is it given back whole? */
  isWhole: boolean;
  attemptedAt: Date | null;
  retryUntil: Date | null;
}

/** Who reports. */
export interface Reporter {
  /** The name this service gives itself to other servers. */
  reportingMta: string;
  sender: Party;
}

/** Composes a report; null when its recipient is none that can be written to. */
export function composeReport(
  { reportingMta, sender }: Reporter,
  material: ReportMaterial,
): ReportMail | null {
  const { id, now, told, terms, messageId, identity, original, isWhole, attemptedAt, retryUntil } = material;
  const to = mailboxOf({ address: terms.to, name: "" });
  const from = mailboxOf(sender);
  if (to === null || from === null) return null;
  const handedInAt = dateOf(messageId);
  const message = writeReport({
    from,
    to,
    subject: subjectOf(told),
    date: now,
    messageId: formatMessageId(`report.${id.toString(36)}`, from.address.domain),
    reportingMta,
    envelopeId: terms.envelopeId ?? null,
    arrivedAt: handedInAt,
    recipient: {
      action: told.action,
      status: statusOf(told.action, told),
      address: identity.address,
      originalRecipient: terms.originalRecipient ?? null,
      remoteMta: told.host,
      diagnostic: diagnosticOf(told),
      attemptedAt,
      retryUntil,
    },
    words: wordsOf(told, {
      reportingMta,
      address: identity.address,
      subject: identity.subject,
      handedInAt: formatDate(handedInAt),
      retryUntil: retryUntil === null ? null : formatDate(retryUntil),
    }),
    original: original === null ? null : { ...original, isWhole },
  });
  return { to: terms.to, from: from.address.text, message };
}

/** Is the message to be returned whole, as far as it is asked for? RFC 3461 §4.3: RET is about failures; of anything else the
 *  header is enough to know the message by, and so it is where the client has not said what it wants. */
export function asksForWhole({ action }: Told, { ret }: ReportTerms): boolean {
  return action === "failed" && ret === "full";
}

function diagnosticOf(told: Told): { type: "smtp" | "x-facteur"; text: string } | null {
  if (told.replyCode !== null) return { type: "smtp", text: replyOf(told) };
  const seen = told.text ?? told.detail;
  return seen === null || seen === "" ? null : { type: "x-facteur", text: seen };
}

function mailboxOf({ address: text, name }: Party): Mailbox | null {
  const address = parseAddress(text);
  return isAddressProblem(address) ? null : { name, address };
}
