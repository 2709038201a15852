import type { TrackingWish } from "../../../../core/tracking/index.ts";
import { toHeaderText } from "../../../../mail/header/index.ts";
import type { Json, JsonRecord } from "../../json.ts";
import { type Fields, fieldNames, fieldsOf } from "./fields.ts";
import { type FileDraft, filesOfV31, readFiles } from "./files.ts";
import { readHeaders } from "./headers.ts";
import {
  campaignCharactersMax,
  categoryCharactersMax,
  customIdCharactersMax,
  eventPayloadCharactersMax,
  subjectCharactersMax,
  urlTagsCharactersMax,
  variablesMax,
} from "./limits.ts";
import { type PartyDraft, type Recipient, readMainRecipients, readParty, readRecipients } from "./party.ts";
import { mismatch, notAllowed, type SendError, tooMany } from "./send-error.ts";
import { plainVariables, readFlag, readId, readRecord, readShortText, readText } from "./values.ts";

/** What Globals or a message say of the content. Null: nothing. */
export interface ContentDraft {
  from: PartyDraft | null;
  sender: PartyDraft | null;
  replyTo: PartyDraft | null;
  /** From Headers; the property wins. */
  replyToHeader: PartyDraft | null;
  subject: string | null;
  text: string | null;
  html: string | null;
  template: { id: bigint } | { name: string } | null;
  usesTemplateLanguage: boolean | null;
  templateErrorReporting: PartyDraft | null;
  deliversDespiteTemplateError: boolean | null;
  attachments: FileDraft[];
  inlined: FileDraft[];
  headers: [name: string, value: string][];
  trackOpens: TrackingWish | null;
  trackClicks: TrackingWish | null;
  urlTags: string | null;
  priority: 0 | 1 | 2 | 3 | null;
  customCampaign: string | null;
  deduplicatesCampaign: boolean | null;
  monitoringCategory: string | null;
  contactsListId: bigint | null;
}

/** Globals or one message, read but not yet merged. */
export interface Draft {
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
  /** Null when no property of the content is given: the message then has the content of Globals. */
  content: ContentDraft | null;
  hasContentErrors: boolean;
  variables: Record<string, unknown>;
  customId: string | null;
  eventPayload: string | null;
}

const contentNames = [
  "From",
  "Sender",
  "ReplyTo",
  "Subject",
  "TextPart",
  "HTMLPart",
  "TemplateID",
  "TemplateLanguage",
  "TemplateErrorReporting",
  "TemplateErrorDeliver",
  "Attachments",
  "InlinedAttachments",
  "Headers",
  "TrackOpens",
  "TrackClicks",
  "URLTags",
  "Priority",
  "CustomCampaign",
  "DeduplicateCampaign",
  "MonitoringCategory",
  "StatisticsContactsListID",
] as const;

const envelopeNames = ["To", "Cc", "Bcc", "Variables", "CustomID", "EventPayload"] as const;

type ContentName = (typeof contentNames)[number];
type MessageName = ContentName | (typeof envelopeNames)[number];

const messageFields = fieldNames<MessageName>(...envelopeNames, ...contentNames);

const trackingWishes = ["account_default", "disabled", "enabled"] as const satisfies TrackingWish[];
const priorities = [0, 1, 2, 3] as const;

/** Reads Globals: all properties of a message except To. */
export function readGlobals(record: JsonRecord, errors: SendError[]): Draft {
  return readDraft([], fieldsOf(record, messageFields), errors);
}

/** Reads one message. */
export function readMessage(record: JsonRecord, errors: SendError[]): Draft {
  const fields = fieldsOf(record, messageFields);
  return readDraft(readMainRecipients(fields.To, errors), fields, errors);
}

function readDraft(to: Recipient[], fields: Fields<MessageName>, errors: SendError[]): Draft {
  const draft: Draft = {
    to,
    cc: fields.Cc === undefined ? [] : readRecipients(fields.Cc, "Cc", errors),
    bcc: fields.Bcc === undefined ? [] : readRecipients(fields.Bcc, "Bcc", errors),
    content: null,
    hasContentErrors: false,
    variables: fields.Variables === undefined ? {} : readVariables(fields.Variables, errors),
    customId: readLabel(fields.CustomID, "CustomID", customIdCharactersMax, errors),
    eventPayload: readLabel(fields.EventPayload, "EventPayload", eventPayloadCharactersMax, errors),
  };
  if (!contentNames.some((name) => fields[name] !== undefined)) return draft;
  const before = errors.length;
  draft.content = readContent(fields, errors);
  draft.hasContentErrors = errors.length > before;
  return draft;
}

function readContent(fields: Fields<ContentName>, errors: SendError[]): ContentDraft {
  const headers = fields.Headers === undefined ? null : readHeaders(fields.Headers, errors);
  const templateId = readOptional(fields, "TemplateID", readId, errors);
  const subject = readLabel(fields.Subject, "Subject", subjectCharactersMax, errors);
  return {
    from: readOptional(fields, "From", readParty, errors),
    sender: readOptional(fields, "Sender", readParty, errors),
    replyTo: readOptional(fields, "ReplyTo", readParty, errors),
    replyToHeader: headers?.replyTo ?? null,
    subject: subject === null ? null : toHeaderText(subject),
    text: readOptional(fields, "TextPart", readText, errors),
    html: readOptional(fields, "HTMLPart", readText, errors),
    template: templateId === null ? null : { id: templateId },
    usesTemplateLanguage: readOptional(fields, "TemplateLanguage", readFlag, errors),
    templateErrorReporting: readOptional(fields, "TemplateErrorReporting", readParty, errors),
    deliversDespiteTemplateError: readOptional(fields, "TemplateErrorDeliver", readFlag, errors),
    attachments: readFilesOf(fields, "Attachments", errors),
    inlined: readFilesOf(fields, "InlinedAttachments", errors),
    headers: headers?.headers ?? [],
    trackOpens: readOptional(fields, "TrackOpens", readTracking, errors),
    trackClicks: readOptional(fields, "TrackClicks", readTracking, errors),
    urlTags: readLabel(fields.URLTags, "URLTags", urlTagsCharactersMax, errors),
    priority: readOptional(fields, "Priority", readPriority, errors),
    customCampaign: readLabel(fields.CustomCampaign, "CustomCampaign", campaignCharactersMax, errors),
    deduplicatesCampaign: readOptional(fields, "DeduplicateCampaign", readFlag, errors),
    monitoringCategory: readLabel(
      fields.MonitoringCategory,
      "MonitoringCategory",
      categoryCharactersMax,
      errors,
    ),
    contactsListId: readOptional(fields, "StatisticsContactsListID", readId, errors),
  };
}

function readOptional<Name extends ContentName, Value>(
  fields: Fields<Name>,
  name: Name,
  read: (value: Json, path: string, errors: SendError[]) => Value | null,
  errors: SendError[],
): Value | null {
  const value = fields[name];
  return value === undefined ? null : read(value, name, errors);
}

function readFilesOf<Name extends "Attachments" | "InlinedAttachments">(
  fields: Fields<Name>,
  path: Name,
  errors: SendError[],
): FileDraft[] {
  const value = fields[path];
  return value === undefined ? [] : readFiles(value, { path, shape: filesOfV31 }, errors);
}

function readLabel(
  value: Json | undefined,
  path: string,
  charactersMax: number,
  errors: SendError[],
): string | null {
  return value === undefined ? null : readShortText(value, { path, charactersMax }, errors);
}

function readVariables(value: Json, errors: SendError[]): Record<string, unknown> {
  const record = readRecord(value, { path: "Variables", expected: "Variables" }, errors) ?? {};
  if (Object.keys(record).length > variablesMax) errors.push(tooMany(variablesMax, "Variables"));
  return plainVariables(record);
}

function readTracking(value: Json, path: string, errors: SendError[]): TrackingWish | null {
  const text = readText(value, path, errors);
  const wish = trackingWishes.find((each) => each === text);
  if (text !== null && wish === undefined) errors.push(notAllowed(text, trackingWishes, path));
  return wish ?? null;
}

function readPriority(value: Json, path: string, errors: SendError[]): 0 | 1 | 2 | 3 | null {
  const priority = priorities.find((each) => each === value);
  if (priority !== undefined) return priority;
  const isInteger = Number.isInteger(value) || typeof value === "bigint";
  errors.push(isInteger ? notAllowed(String(value), priorities, path) : mismatch("int", path));
  return null;
}
