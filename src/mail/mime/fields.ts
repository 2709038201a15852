import { Refusal } from "../../base/errors.ts";
import {
  type AddressProblem,
  formatMailboxField,
  isAddressProblem,
  type Mailbox,
  needsSmtpUtf8,
  parseMailboxList,
} from "../address/index.ts";
import { checkHeader, formatField, type HeaderProblem } from "../header/index.ts";

/** A header field to write: text as its reader shall see it, or people. */
export type HeaderInput = readonly [name: string, value: string | { readonly mailboxes: readonly Mailbox[] }];

/** Why a header cannot be part of a message. */
export interface MessageHeaderProblem {
  readonly problem: HeaderProblem["problem"] | AddressProblem["problem"] | "composed" | "secret";
  readonly message: string;
}

/** The fields of a head, with CRLF, as text: UTF-8 only if an address needs it. */
export interface WrittenFields {
  readonly fields: string;
  readonly needsSmtpUtf8: boolean;
}

/** Written here from what the body is, so that nobody else may. */
const composedFields: ReadonlySet<string> = new Set([
  "mime-version",
  "content-type",
  "content-transfer-encoding",
  "content-disposition",
  "content-id",
]);

/** A blind copy is in the envelope only (RFC 5322 §3.6.3). */
const secretFields: ReadonlySet<string> = new Set(["bcc", "resent-bcc"]);

const mailboxFields: ReadonlySet<string> = new Set([
  ...["from", "sender", "reply-to", "to", "cc", "disposition-notification-to"],
  ...["resent-from", "resent-sender", "resent-to", "resent-cc"],
]);

/** RFC 5322 §3.6, RFC 2369 §3.1, RFC 8058: at most one of each. */
const singleFields: ReadonlySet<string> = new Set([
  ...["date", "from", "sender", "reply-to", "to", "cc", "message-id", "in-reply-to", "references", "subject"],
  ...["list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-post"],
  ...["list-owner", "list-archive"],
]);

const requiredFields = ["date", "from", "message-id"];

interface ResolvedField {
  readonly name: string;
  readonly value: string | readonly Mailbox[];
}

/** Says why buildMessage would refuse a header, or nothing. What passes here is written, so a message that was taken
 *  does not fail for its headers when it is composed. */
export function checkMessageHeader(name: string, value: string): MessageHeaderProblem | undefined {
  const field = resolve(name, value);
  return "problem" in field ? field : undefined;
}

/** Writes the fields in the order given.
 *  @throws Refusal header_invalid when one cannot be written, header_duplicate when one of RFC 5322 §3.6 stands
 *  twice, header_missing without Date, From or Message-ID, or without Sender when From has several mailboxes */
export function writeFields(headers: readonly HeaderInput[]): WrittenFields {
  const resolved = headers.map(([name, value]) => {
    const field = resolve(name, value);
    if ("problem" in field) {
      throw new Refusal("header_invalid", `${field.message}.`, { name, problem: field.problem });
    }
    return field;
  });
  // A list of nobody writes no field.
  const written = resolved.filter(({ value }) => typeof value === "string" || value.length > 0);
  refuseDuplicates(written);
  refuseMissing(written.filter(({ value }) => value.length > 0));
  return {
    fields: written.map(writeField).join(""),
    needsSmtpUtf8: written.some(({ value }) => typeof value !== "string" && needsSmtpUtf8(value)),
  };
}

/** Text of a field that holds mailboxes becomes these: encoded words, quotes and folds are then made anew. */
function resolve(name: string, value: HeaderInput[1]): ResolvedField | MessageHeaderProblem {
  const key = name.toLowerCase();
  if (composedFields.has(key)) return { problem: "composed", message: `${name} is written by the composer` };
  if (secretFields.has(key))
    return { problem: "secret", message: `${name} would show blind copies to everyone` };
  if (typeof value === "string" && !mailboxFields.has(key)) {
    return checkHeader(name, value) ?? { name, value: value.trim() };
  }
  const problem = checkHeader(name, "");
  if (problem !== undefined) return problem;
  const mailboxes = typeof value === "string" ? parseMailboxList(value) : value.mailboxes;
  return isAddressProblem(mailboxes) ? mailboxes : { name, value: mailboxes };
}

function writeField({ name, value }: ResolvedField): string {
  return typeof value === "string" ? formatField(name, value) : formatMailboxField(name, value);
}

function refuseDuplicates(fields: readonly ResolvedField[]): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    const key = name.toLowerCase();
    if (seen.has(key) && singleFields.has(key)) {
      throw new Refusal("header_duplicate", `A message has only one ${name}.`, { name });
    }
    seen.add(key);
  }
}

function refuseMissing(filled: readonly ResolvedField[]): void {
  const fieldOf = (key: string) => filled.find(({ name }) => name.toLowerCase() === key);
  // RFC 5322 §3.6.2: with several authors, Sender says who is answerable.
  const required = (fieldOf("from")?.value.length ?? 0) > 1 ? [...requiredFields, "sender"] : requiredFields;
  for (const name of required) {
    if (fieldOf(name) === undefined) {
      throw new Refusal("header_missing", `A message needs the header ${name}.`, { name });
    }
  }
}
