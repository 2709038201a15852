import { decodeWords } from "../header/index.ts";
import { fieldValue, type ReadHeader, readFields } from "../header/read-fields.ts";
import { type Entity, leavesOf, readStructure } from "../mime/structure.ts";
import { isAnswer, isAutomatic } from "./automatic.ts";
import { readDeliveryStatus } from "./delivery-status.ts";
import { readFeedback } from "./feedback.ts";
import { type FieldGroup, readFieldGroups } from "./field-groups.ts";
import { textOfPart } from "./part-text.ts";
import { moreExact } from "./reply-words.ts";
import type { Complaint, OriginalFields, ReadReport, ReportedRecipient } from "./report.ts";
import {
  isBelieved,
  isFromDaemon,
  looksLikeBounce,
  readTextBounce,
  type Subjects,
  splitCopy,
} from "./text-bounce.ts";

// A report is a few kilobytes, and what it says of itself comes before the message it is about. Nothing behind it is read:
// anybody may send one, of any length, and the whole process waits while it is read.
const octetsMax = 256 * 1024;
const headerOctetsMax = 64 * 1024;
const textCharactersMax = 64 * 1024;
// A message has one recipient; behind a list there are more.
const recipientsMax = 100;
const addressListCharactersMax = 32_768;
// Of a mail whose parts cannot be told apart.
const unreadableBytesMax = 32_768;
// A line of the header that is no field is left out; a mail with more of them is no mail.
const badLinesMax = 5;

/** Understands a mail that has come back: a delivery report, a complaint, the answer of a program, or something else. It
 *  never throws, whatever it is given. Lines end with CRLF. `isFromNobody`: it came with MAIL FROM:<>. */
export function readReport(given: Buffer, { isFromNobody }: { isFromNobody: boolean }): ReadReport {
  const { octets, header } = withHeader(given.subarray(0, octetsMax));
  if (header === null) return { kind: "other" };
  const leaves = leavesOf(readStructure(octets, header));
  const original = originalOf(octets, leaves);
  const complaint = complaintIn(octets, leaves);
  if (complaint !== null) return { kind: "complaint", complaint, original };
  const fieldOf = valuesOf(octets, header);
  const said: Subjects = {
    from: decodeWords(fieldOf("from")),
    subject: decodeWords(fieldOf("subject")),
    failedRecipients: addressesIn(fieldOf("x-failed-recipients")),
  };
  if (/^complaint about message from/i.test(said.subject) && original.size > 0) {
    return { kind: "complaint", complaint: complaintWithoutReport(original), original };
  }
  const text = textOf(octets, leaves, header);
  const isForPerson = isAnswer(fieldOf, said.subject) && !isFromDaemon(said);
  if (isForPerson && !leaves.some(isStatus)) return { kind: "automatic" };
  const reported = statusIn(octets, leaves, text);
  if (reported.length > 0) {
    const recipients = reported.map(withWords(text, said, reported));
    return { kind: "bounce", isStandard: true, recipients, original };
  }
  const isAuto = isAutomatic(fieldOf, said.subject);
  const rest: ReadReport = isAuto ? { kind: "automatic" } : { kind: "other" };
  if (!looksLikeBounce(said, text) || !isBelieved(said, text, { isFromNobody, isAuto })) return rest;
  const known = original.size > 0 ? original : fieldsIn(splitCopy(text).copy);
  const recipients = readTextBounce(text, said, known);
  return { kind: "bounce", isStandard: false, recipients, original: known };
}

function isStatus({ type }: Entity): boolean {
  return /^message\/(?:global-)?delivery-status$/.test(type);
}

function statusIn(octets: Buffer, leaves: readonly Entity[], text: string): ReportedRecipient[] {
  const parts = leaves.filter(isStatus);
  if (parts.length > 0)
    return parts.flatMap((part) => readDeliveryStatus(textOfPart(octets, part))).slice(0, recipientsMax);
  // A report whose parts have lost their types is still one.
  const at = text.search(/^(?:Reporting-MTA|Final-Recipient|Original-Recipient):/im);
  return at === -1 || !/^Action:/im.test(text)
    ? []
    : readDeliveryStatus(text.slice(at)).slice(0, recipientsMax);
}

/** Some tell people what they do not tell machines. */
function withWords(text: string, said: Subjects, all: readonly ReportedRecipient[]) {
  const failedRecipients = all.map(({ address }) => address ?? "");
  const told = readTextBounce(text, { ...said, failedRecipients }, new Map());
  return (recipient: ReportedRecipient, at: number): ReportedRecipient => {
    const words = told[at];
    if (/[a-z]/i.test(recipient.text) || recipient.replyCode !== null || words === undefined)
      return recipient;
    const status = moreExact(recipient.status, words.status);
    return { ...recipient, status, replyCode: words.replyCode, text: words.text };
  };
}

// Microsoft's programme for senders sends the message complained of, and nothing for machines.
function complaintWithoutReport(original: OriginalFields): Complaint {
  const recipients = original.get("x-hmxmroriginalrecipient") ?? [];
  return { feedbackType: "abuse", mailFrom: null, recipients: [...recipients], userAgent: null };
}

function withHeader(given: Buffer): { octets: Buffer; header: ReadHeader | null } {
  let octets = given;
  for (let dropped = 0; dropped <= badLinesMax; dropped++) {
    const until = Math.min(octets.length, headerOctetsMax);
    const header = readFields(octets, 0, until);
    if (!("badLine" in header)) {
      const isWhole = header.bodyStart < until || until === octets.length;
      return { octets, header: isWhole ? header : null };
    }
    octets = withoutLine(octets, header.badLine);
  }
  return { octets, header: null };
}

function withoutLine(octets: Buffer, line: number): Buffer {
  let start = 0;
  for (let at = 1; at < line; at++) start = octets.indexOf("\n", start) + 1;
  const end = octets.indexOf("\n", start);
  return end === -1
    ? octets.subarray(0, start)
    : Buffer.concat([octets.subarray(0, start), octets.subarray(end + 1)]);
}

function valuesOf(octets: Buffer, { fields }: ReadHeader): (lowerName: string) => string {
  return (lowerName) => {
    const field = fields.find(({ name }) => name.toLowerCase() === lowerName);
    return field === undefined ? "" : fieldValue(octets, field);
  };
}

function addressesIn(list: string): string[] {
  return list
    .slice(0, addressListCharactersMax)
    .split(/[\s,]+/)
    .map((each) => each.replace(/^<|>$/g, ""))
    .filter((each) => each.includes("@"));
}

function complaintIn(octets: Buffer, leaves: readonly Entity[]) {
  for (const part of leaves) {
    if (part.type !== "message/feedback-report") continue;
    const complaint = readFeedback(textOfPart(octets, part));
    if (complaint !== null) return complaint;
  }
  return null;
}

const originalTypes = new Set([
  "message/rfc822",
  "message/global",
  "text/rfc822-headers",
  "message/global-headers",
]);

function originalOf(octets: Buffer, leaves: readonly Entity[]): OriginalFields {
  const part = leaves.find(({ type }) => originalTypes.has(type));
  return part === undefined ? new Map() : fieldsIn(textOfPart(octets, part));
}

/** The fields of the message that a text holds, from its first field on. */
function fieldsIn(text: string): FieldGroup {
  const start = text.search(/^[!-9;-~]{2,60}:/m);
  return start === -1 ? new Map() : (readFieldGroups(text.slice(start))[0] ?? new Map());
}

/** What a person reads: the parts that are text; all there is, where they say nothing. */
function textOf(octets: Buffer, leaves: readonly Entity[], header: ReadHeader): string {
  for (const wanted of ["text/plain", "text/html"]) {
    const text = leaves
      .filter(({ type }) => type === wanted)
      .map((part) => textOfPart(octets, part))
      .join("\n\n")
      .slice(0, textCharactersMax);
    if (text.trim() !== "") return text;
  }
  return octets.toString("latin1", header.bodyStart, header.bodyStart + unreadableBytesMax);
}
