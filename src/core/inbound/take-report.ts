import type { Database } from "../../base/database.ts";
import { assertNever } from "../../base/errors.ts";
import { type ReadReport, type ReportedRecipient, readReport } from "../../mail/report/index.ts";
import {
  type MessageName,
  type ReturnContext,
  type ReturnedBounce,
  recordBounce,
  recordComplaint,
} from "../messages/index.ts";
import { tellReturned } from "../reports/index.ts";
import { meaningOfReport } from "./bounce-meaning.ts";
import { messageComplainedOf } from "./complained-of.ts";

/** What taking a report needs of the service. */
export interface InboundContext extends Omit<ReturnContext, "now"> {
  database: Database;
}

/** What came of a mail to an address for reports. Everything but `personal` has had its effect, or has none. */
export type TakenReport =
  /** What became of the message is not on disk yet: the report is to come again. */
  | { kind: "early" }
  | { kind: "bounce" | "complaint"; isNews: boolean }
  /** A delay, or news that a message has arrived: nothing is to be done, but to tell who has asked. */
  | { kind: "progress" }
  | { kind: "automatic" }
  /** A person, it seems, has written to an address that nobody reads. */
  | { kind: "personal" };

/** Takes a mail that has come to the return path of a message. When it has answered, what follows is on disk. */
export async function takeReport(
  context: InboundContext,
  name: MessageName,
  mail: { octets: Buffer; isFromNobody: boolean },
  now: Date,
): Promise<TakenReport> {
  const report = readReport(mail.octets, mail);
  switch (report.kind) {
    case "bounce":
      return takeBounce(context, name, report, now);
    case "complaint":
      return takeComplaint(context, name, report, now);
    case "automatic":
      return { kind: "automatic" };
    case "other":
      // RFC 3834 §4: with nobody as its sender, a program has written it, whatever else it lacks.
      return { kind: mail.isFromNobody ? "automatic" : "personal" };
    default:
      return assertNever(report);
  }
}

/** Takes a mail that has come to an address for complaints: it must prove of which message it speaks. What may be a letter
 *  is `personal`, whatever words are in it: people write there of mail that was rejected. */
export async function takeComplaints(
  context: InboundContext,
  mail: { octets: Buffer; isFromNobody: boolean },
  now: Date,
): Promise<TakenReport> {
  const report = readReport(mail.octets, mail);
  if (report.kind === "bounce" && report.isStandard && mail.isFromNobody) return { kind: "automatic" };
  if (report.kind !== "complaint") return { kind: "personal" };
  const name = messageComplainedOf(context.keyring, report);
  return name === null ? { kind: "complaint", isNews: false } : takeComplaint(context, name, report, now);
}

async function takeBounce(
  { database, keyring, ids }: InboundContext,
  name: MessageName,
  { recipients, isStandard }: Extract<ReadReport, { kind: "bounce" }>,
  now: Date,
): Promise<TakenReport> {
  const failed = recipients.filter(({ action }) => action === "failed");
  const scope = { role: "inbound_account", accountId: name.accountId } as const;
  if (failed.length === 0) {
    const [first] = recipients;
    if (first !== undefined) {
      await database.write(scope, (tx) => tellReturned(tx, { keyring, now }, name, first));
    }
    return { kind: "progress" };
  }
  const bounce = worstOf(failed, isStandard);
  const effect = await database.write(scope, (tx) => recordBounce(tx, { keyring, ids, now }, name, bounce));
  return effect === "early" ? { kind: "early" } : { kind: "bounce", isNews: effect === "news" };
}

// A message has one recipient; a report that names several was written behind a list or a forwarding.
function worstOf(failed: readonly ReportedRecipient[], isStandard: boolean): ReturnedBounce {
  const read = failed.map((recipient) => {
    const { reason, isHard } = meaningOfReport(recipient);
    // Words that anybody may write are no proof that an address is dead.
    const isQuoted = recipient.replyCode !== null || recipient.status !== null;
    return { recipient, reason, isHard: isHard && (isStandard || isQuoted) };
  });
  const worst = read.find(({ isHard }) => isHard) ?? read[0];
  if (worst === undefined) throw new Error("Nobody failed.");
  const { recipient, reason, isHard } = worst;
  const { replyCode, status: enhanced, text, host } = recipient;
  // RFC 3464 §2.3.1: where a list or a forwarding had the message, it went to somebody else, and its own address is alive.
  const address = recipient.address ?? recipient.originalAddress;
  return { reason, isHard, replyCode, enhanced, text, host, address };
}

// RFC 5965 §7.3: these say that mail is unwanted. "not-spam" says the contrary, "auth-failure" speaks of nobody.
const unwanted = new Set(["abuse", "fraud", "virus", "opt-out", "other"]);

async function takeComplaint(
  { database, keyring, ids }: InboundContext,
  name: MessageName,
  { complaint }: Extract<ReadReport, { kind: "complaint" }>,
  now: Date,
): Promise<TakenReport> {
  if (!unwanted.has(complaint.feedbackType)) return { kind: "progress" };
  const scope = { role: "inbound_account", accountId: name.accountId } as const;
  const source = complaint.userAgent ?? complaint.feedbackType;
  const isNews = await database.write(scope, (tx) =>
    recordComplaint(tx, { keyring, ids, now }, name, source),
  );
  return { kind: "complaint", isNews };
}
