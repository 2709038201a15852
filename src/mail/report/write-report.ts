import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";
import type { Mailbox } from "../address/index.ts";
import { foldField, formatDate, splitAtSpaces, toHeaderText } from "../header/index.ts";
import { encodeBase64 } from "../mime/base64.ts";
import { writeFields } from "../mime/fields.ts";
import type { BuiltMessage } from "../mime/index.ts";
import { toSevenBit } from "../mime/seven-bit.ts";
import { encodeText } from "../mime/transfer.ts";
import { encodeUtf8Address, encodeXtext } from "../smtp/xtext.ts";
import type { ReportedAction } from "./report.ts";

/** What a report of ours says of the one recipient it is about. */
export interface WrittenRecipient {
  action: ReportedAction;
  /** RFC 3463; of the class that goes with the action. */
  status: string;
  address: string;
  /** ORCPT, decoded. */
  originalRecipient: { readonly type: string; readonly address: string } | null;
  /** The server that has answered; null where none was reached. */
  remoteMta: string | null;
  /** Its reply, or what was seen from here. */
  diagnostic: { type: "smtp" | "x-facteur"; text: string } | null;
  /** When it was tried the last time; null where it was not tried. */
  attemptedAt: Date | null;
  /** Until when it is tried again; null where it is not. */
  retryUntil: Date | null;
}

/** A delivery report to write. */
export interface WrittenReport {
  from: Mailbox;
  to: Mailbox;
  subject: string;
  date: Date;
  messageId: string;
  /** The name of the server that reports. */
  reportingMta: string;
  /** ENVID, decoded; null where there was none. */
  envelopeId: string | null;
  /** When the message was handed in. */
  arrivedAt: Date;
  recipient: WrittenRecipient;
  /** What a person reads. */
  words: string;
  /** The message it is about, or its header alone, empty line included; null where neither is known any more. */
  original: { octets: Buffer; headBytes: number; isWhole: boolean } | null;
}

// Above what servers say and below a line; longer words would only push the message out of sight.
const valueCharactersMax = 900;

/** Writes a delivery report: words for a person, fields for programs, and the message it is about. Every octet of
 *  its body is ASCII: whoever wants to be told may have a server that takes no others.
 *  @see RFC 6522 §3, RFC 3464, RFC 3834 §3.1.7, RFC 6533 §3 */
export function writeReport(report: WrittenReport): BuiltMessage {
  const { from, to, subject, date, messageId } = report;
  const { fields, needsSmtpUtf8 } = writeFields([
    ["Date", formatDate(date)],
    ["From", { mailboxes: [from] }],
    ["To", { mailboxes: [to] }],
    ["Message-ID", messageId],
    ["Subject", toHeaderText(subject)],
    // RFC 3834 §3.1.7: a program answers, so that no program answers it.
    ["Auto-Submitted", "auto-replied"],
  ]);
  const parts = [wordsPart(report.words), statusPart(report), ...originalPart(report.original)];
  const content = Buffer.concat(parts);
  const boundary = boundaryFor(messageId, content);
  const type = foldField("Content-Type", [
    "multipart/report;",
    " report-type=delivery-status;",
    ` boundary="${boundary}"`,
  ]);
  const head = Buffer.from(`${fields}MIME-Version: 1.0\r\n${type}\r\n`);
  const pieces = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from("\r\n")]);
  const octets = Buffer.concat([head, ...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return {
    head: octets.subarray(0, head.length),
    body: octets.subarray(head.length),
    octets,
    needsSmtpUtf8,
    // It returns what others have written.
    isComposed: false,
  };
}

function wordsPart(words: string): Buffer {
  const { encoding, octets } = encodeText(words);
  return partOf("text/plain; charset=UTF-8", encoding, octets);
}

function statusPart({ reportingMta, envelopeId, arrivedAt, recipient }: WrittenReport): Buffer {
  const { originalRecipient: original, address, action, status, remoteMta, diagnostic } = recipient;
  const ofMessage: Field[] = [
    ["Original-Envelope-Id", envelopeId === null ? null : printable(envelopeId)],
    ["Reporting-MTA", `dns; ${reportingMta}`],
    ["Arrival-Date", formatDate(arrivedAt)],
  ];
  const ofRecipient: Field[] = [
    ["Original-Recipient", original === null ? null : uncut(typed(original.type, original.address))],
    ["Final-Recipient", typed("rfc822", address)],
    ["Action", action],
    ["Status", status],
    ["Remote-MTA", remoteMta === null ? null : `dns; ${remoteMta}`],
    ["Diagnostic-Code", diagnostic === null ? null : `${diagnostic.type}; ${diagnostic.text}`],
    ["Last-Attempt-Date", dateOrNull(recipient.attemptedAt)],
    ["Will-Retry-Until", dateOrNull(recipient.retryUntil)],
  ];
  const groups = [ofMessage, ofRecipient].map((group) => group.map(fieldOf).join(""));
  return partOf("message/delivery-status", "7bit", Buffer.from(groups.join("\r\n")));
}

type Field = readonly [name: string, value: string | null];

function fieldOf([name, value]: Field): string {
  return value === null ? "" : foldField(name, splitAtSpaces(plain(value)));
}

function dateOrNull(date: Date | null): string | null {
  return date === null ? null : formatDate(date);
}

// RFC 6533 §3: beyond ASCII an address has a type of its own, and a form in 7 bits, which any server takes.
function typed(type: string, address: string): string {
  const isPlain = isAscii(Buffer.from(address));
  if (type === "utf-8" || (type === "rfc822" && !isPlain)) return `utf-8; ${encodeUtf8Address(address)}`;
  return `${type}; ${isPlain ? address : encodeXtext(address)}`;
}

// RFC 3464 §2.3.1: optional. Half of an address, or of a character of it, is somebody else's.
function uncut(value: string): string | null {
  return value.length > valueCharactersMax ? null : value;
}

// RFC 3461 §4.4: printable ASCII. What else a client has made of it stays readable for who knows its encoding.
function printable(envelopeId: string): string {
  return /^[\x20-\x7e]*$/.test(envelopeId) ? envelopeId : encodeXtext(envelopeId);
}

// The fields of a report are ASCII on one line (RFC 3464 §2.1.1); servers answer in any language and any number of lines.
function plain(value: string): string {
  return toHeaderText(value)
    .replace(/\s+/g, " ")
    .replace(/[^\x20-\x7e]/gu, "?")
    .slice(0, valueCharactersMax)
    .trimEnd();
}

// RFC 6522 §3, RFC 6532 §3.7: a header beyond ASCII has types of its own, and those may be encoded.
function originalPart(original: WrittenReport["original"]): Buffer[] {
  if (original === null) return [];
  const { octets, headBytes, isWhole } = original;
  const head = octets.subarray(0, headBytes);
  if (!isAscii(head)) {
    const type = isWhole ? "message/global" : "message/global-headers";
    return [partOf(type, "base64", encodeBase64(isWhole ? octets : head))];
  }
  // RFC 2046 §5.2.1: message/rfc822 may not be encoded, only what is in it.
  const whole = isWhole ? narrow(octets, headBytes) : null;
  return [
    whole === null ? partOf("text/rfc822-headers", "7bit", head) : partOf("message/rfc822", "7bit", whole),
  ];
}

function narrow(octets: Buffer, headBytes: number): Buffer | null {
  return isAscii(octets) ? octets : (toSevenBit(octets, headBytes)?.octets ?? null);
}

function partOf(type: string, encoding: string, octets: Buffer): Buffer {
  const head = `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), octets]);
}

const boundaryDigits = 24;

// What is returned may hold any line, one of another report too: the boundary is made of what it encloses.
function boundaryFor(seed: string, content: Buffer): string {
  for (let attempt = 0; ; attempt++) {
    const digits = createHash("sha256").update(`${attempt} ${seed}`).digest("hex").slice(0, boundaryDigits);
    if (!content.includes(digits)) return `=_r${digits}`;
  }
}
