import { dateOf } from "../../base/ids.ts";
import { isAddressProblem, type Mailbox, parseAddress } from "../../mail/address/index.ts";
import { formatDate, formatMessageId } from "../../mail/header/index.ts";
import { writeReport } from "../../mail/report/index.ts";
import type { MessageIdentity, Original, Party, ReportMail, ReportTerms } from "../messages/index.ts";
import { statusOf } from "./status.ts";
import { subjectOf, type Told, wordsOf } from "./words.ts";

// A message that is returned whole is sent a second time; what it was is told by its header as well.
const returnedBytesMax = 1024 * 1024;

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
  const { id, now, told, terms, messageId, identity, original, attemptedAt, retryUntil } = material;
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
    original: original === null ? null : { ...original, isWhole: isReturnedWhole(told, terms, original) },
  });
  return { to: terms.to, from: from.address.text, message };
}

// RFC 3461 §4.3: RET is about failures; of anything else the header is enough to know the message by, and so it is where
// the client has not said what it wants.
function isReturnedWhole({ action }: Told, { ret }: ReportTerms, { hasBody, octets }: Original): boolean {
  return action === "failed" && ret === "full" && hasBody && octets.length <= returnedBytesMax;
}

function diagnosticOf({
  replyCode,
  enhanced,
  text,
  detail,
}: Told): { type: "smtp" | "x-facteur"; text: string } | null {
  if (replyCode === null) {
    const seen = text ?? detail;
    return seen === null || seen === "" ? null : { type: "x-facteur", text: seen };
  }
  const said = text ?? "";
  // Servers that were quoted by others already have their codes in the words.
  const isWhole = said.startsWith(String(replyCode));
  const words = isWhole
    ? said
    : [replyCode, enhanced, said].filter((each) => each !== null && each !== "").join(" ");
  return { type: "smtp", text: words };
}

function mailboxOf({ address: text, name }: Party): Mailbox | null {
  const address = parseAddress(text);
  return isAddressProblem(address) ? null : { name, address };
}
