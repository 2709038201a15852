import type { Submission } from "../../../../core/messages/index.ts";
import { toHeaderText } from "../../../../mail/header/index.ts";
import type { Answer } from "../../answer.ts";
import { type Json, type JsonRecord, parseJson } from "../../json.ts";
import { ContentPool } from "./content-pool.ts";
import type { ContentDraft } from "./draft.ts";
import { type FieldsV3, messageFieldsV3, readContentV3 } from "./draft-v3.ts";
import { answerErrorV3, errorV3, invalidAddressV3, notOfType } from "./error-v3.ts";
import { fieldNames, fieldsOf } from "./fields.ts";
import {
  customIdCharactersMax,
  eventPayloadCharactersMax,
  messagesMaxV3,
  nameCharactersMax,
} from "./limits.ts";
import type { Recipient } from "./party.ts";
import type { SendError } from "./send-error.ts";
import { type GivenAddresses, givenOf, toParty } from "./send-item.ts";
import { isRecord, mergeVariables } from "./values.ts";
import { readMailboxesV3, readMailboxV3, readShortTextV3, readVariablesV3 } from "./values-v3.ts";

/** A message of Send API v3, and its addresses as they were written. */
export interface SendItemV3 {
  submission: Submission;
  given: GivenAddresses;
}

/** A call of Send API v3. One error refuses all of it: the dialect has no place for errors of single messages. */
export type SendCallV3 = { kind: "refused"; answer: Answer } | { kind: "messages"; items: SendItemV3[] };

const rootFields = fieldNames("Messages");
const recipientFields = fieldNames("Email", "Name", "Vars");

/** Reads a body of `POST /v3/send`. Never throws for what a body holds. */
export function parseSendV3(body: Buffer): SendCallV3 {
  const parsed = parseJson(body);
  if (parsed.kind === "problem") {
    const text = parsed.problem === "encoding" ? "Invalid characters detected" : "Invalid json input";
    return refused(errorV3(text));
  }
  if (!isRecord(parsed.value)) return refused(errorV3("Invalid json input"));
  const { Messages } = fieldsOf(parsed.value, rootFields);
  const records = readMessages(Messages ?? [parsed.value]);
  if (!Array.isArray(records)) return refused(records);

  const errors: SendError[] = [];
  const pool = new ContentPool(null, checkContent);
  const items: SendItemV3[] = [];
  for (const record of records) {
    items.push(...readMessage(record, pool, errors));
    if (items.length > messagesMaxV3) errors.push(errorV3("Too many recipients in Recipients"));
    if (errors[0] !== undefined) return refused(errors[0]);
  }
  return { kind: "messages", items };
}

function refused(error: SendError): SendCallV3 {
  return { kind: "refused", answer: answerErrorV3(error) };
}

function readMessages(value: Json): JsonRecord[] | SendError {
  if (!Array.isArray(value)) return notOfType("JSON array", "Messages");
  if (value.length === 0) return nobodyNamed();
  if (value.length > messagesMaxV3) return errorV3("Too many messages in Messages");
  return value.every(isRecord) ? value : notOfType("JSON object", "Messages");
}

/** Who gets one message: a single recipient of Recipients, or all of To, Cc and Bcc. */
interface Audience {
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
  variables: Record<string, unknown>;
}

function readMessage(record: JsonRecord, pool: ContentPool, errors: SendError[]): SendItemV3[] {
  const fields = fieldsOf(record, messageFieldsV3);
  if (!namesSender(fields)) errors.push(errorV3("At least FromEmail or Sender must be provided"));
  const audiences = readAudiences(fields, errors);
  const variables = fields.Vars === undefined ? {} : readVariablesV3(fields.Vars, "Vars", errors);
  const customId = readLabel(fields, "Mj-CustomID", customIdCharactersMax, errors);
  const eventPayload = readLabel(fields, "Mj-EventPayLoad", eventPayloadCharactersMax, errors);
  const draft = readContentV3(fields, errors);
  if (errors.length > 0) return [];
  const outcome = pool.contentOf(draft);
  if (outcome.kind === "errors") {
    errors.push(...outcome.errors);
    return [];
  }
  return audiences.map(({ to, cc, bcc, variables: own }) => ({
    given: { to: to.map(givenOf), cc: cc.map(givenOf), bcc: bcc.map(givenOf) },
    submission: {
      content: outcome.content,
      to: to.map(toParty),
      cc: cc.map(toParty),
      bcc: bcc.map(toParty),
      variables: mergeVariables(variables, own),
      customId,
      eventPayload,
    },
  }));
}

/** A template may bring its own From; whether it does is known when it is read. */
function namesSender(fields: FieldsV3): boolean {
  const sources = [fields.FromEmail, fields.Sender, fields["Mj-TemplateID"]];
  return sources.some((value) => value !== undefined && value !== "" && value !== false);
}

function checkContent(draft: ContentDraft, errors: SendError[]): void {
  if (draft.text !== null || draft.html !== null || draft.template !== null) return;
  errors.push(errorV3('At least "Html-part", "Text-part" or "Mj-TemplateID" must be provided.'));
}

function readAudiences(fields: FieldsV3, errors: SendError[]): Audience[] {
  const named = (["To", "Cc", "Bcc"] as const).filter((name) => (fields[name] ?? "") !== "");
  const recipients = fields.Recipients ?? [];
  if (!Array.isArray(recipients)) {
    errors.push(notOfType("JSON array", "Recipients"));
    return [];
  }
  if (recipients.length === 0 && named.includes("To")) return [readCommon(fields, errors)];
  if (recipients.length === 0) errors.push(nobodyNamed());
  if (recipients.length > messagesMaxV3) errors.push(errorV3("Too many recipients in Recipients"));
  if (recipients.length > 0 && named.length > 0) {
    errors.push(errorV3(`"Recipients" can't be used in conjunction with "${named[0]}"`));
  }
  return errors.length > 0 ? [] : recipients.flatMap((each, index) => readSingle(each, index, errors));
}

function nobodyNamed(): SendError {
  return errorV3('Missing "To" or "Recipients" property');
}

function readCommon(fields: FieldsV3, errors: SendError[]): Audience {
  const list = (name: "To" | "Cc" | "Bcc") =>
    fields[name] === undefined ? [] : readMailboxesV3(fields[name], name, errors);
  const to = list("To");
  if (to.length === 0) errors.push(nobodyNamed());
  return { to, cc: list("Cc"), bcc: list("Bcc"), variables: {} };
}

function readSingle(value: Json, index: number, errors: SendError[]): Audience[] {
  const path = `Recipients[${index}]`;
  if (!isRecord(value)) {
    errors.push(notOfType("JSON object", path));
    return [];
  }
  const { Email, Name, Vars } = fieldsOf(value, recipientFields);
  const mailbox = readMailboxV3(Email ?? "", `${path}.Email`, errors);
  const label = { path: `${path}.Name`, charactersMax: nameCharactersMax };
  const name = Name === undefined ? null : readShortTextV3(Name, label, errors);
  const variables = Vars === undefined ? {} : readVariablesV3(Vars, `${path}.Vars`, errors);
  if (mailbox === null) {
    errors.push(invalidAddressV3("", "No text in mail"));
    return [];
  }
  const to = { ...mailbox, name: toHeaderText(name ?? mailbox.name) };
  return [{ to: [to], cc: [], bcc: [], variables }];
}

function readLabel(
  fields: FieldsV3,
  path: "Mj-CustomID" | "Mj-EventPayLoad",
  charactersMax: number,
  errors: SendError[],
): string {
  const value = fields[path];
  return value === undefined ? "" : (readShortTextV3(value, { path, charactersMax }, errors) ?? "");
}
