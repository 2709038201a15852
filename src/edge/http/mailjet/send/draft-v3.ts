import type { TrackingWish } from "../../../../core/tracking/index.ts";
import { toHeaderText } from "../../../../mail/header/index.ts";
import { checkMessageHeader } from "../../../../mail/mime/index.ts";
import type { Json } from "../../json.ts";
import type { ContentDraft } from "./draft.ts";
import { errorV3, notOfType } from "./error-v3.ts";
import { type Fields, fieldNames } from "./fields.ts";
import { type FileDraft, filesOfV3, readFiles } from "./files.ts";
import { describesBody, forbiddenHeaders, type HeadersDraft, readReplyTo, repeats } from "./headers.ts";
import {
  campaignCharactersMax,
  categoryCharactersMax,
  headersMax,
  nameCharactersMax,
  subjectCharactersMax,
} from "./limits.ts";
import type { PartyDraft } from "./party.ts";
import { quoted, type SendError, tooMany } from "./send-error.ts";
import { isRecord } from "./values.ts";
import {
  readChoiceV3,
  readFlagV3,
  readMailboxV3,
  readShortTextV3,
  readTemplateV3,
  readTextV3,
} from "./values-v3.ts";

const contentNames = [
  "FromEmail",
  "FromName",
  "Sender",
  "Subject",
  "Text-part",
  "Html-part",
  "Mj-TemplateID",
  "Mj-TemplateLanguage",
  "MJ-TemplateErrorReporting",
  "MJ-TemplateErrorDeliver",
  "Attachments",
  "Inline_attachments",
  "Mj-prio",
  "Mj-campaign",
  "Mj-deduplicatecampaign",
  "Mj-trackopen",
  "Mj-trackclick",
  "Mj-MonitoringCategory",
  "Headers",
] as const;

const envelopeNames = ["Recipients", "To", "Cc", "Bcc", "Vars", "Mj-CustomID", "Mj-EventPayLoad"] as const;

type ContentName = (typeof contentNames)[number];

/** What a message of Send API v3 may say. */
export type FieldsV3 = Fields<ContentName | (typeof envelopeNames)[number]>;

/** The properties of a message, `Mj-templateid` as well as `MJ-TemplateID`. */
export const messageFieldsV3 = fieldNames(...contentNames, ...envelopeNames);

const priorities = [0, 1, 2, 3] as const;
const trackings = [0, 1, 2] as const;
// Not the values of the SMTP header, where 0 is off and 1 is on.
const wishes: Record<(typeof trackings)[number], TrackingWish> = {
  0: "account_default",
  1: "disabled",
  2: "enabled",
};

type Reader<Value> = (value: Json, path: string, errors: SendError[]) => Value;

/** Reads the content of a message of Send API v3. */
export function readContentV3(fields: FieldsV3, errors: SendError[]): ContentDraft {
  const read = <Value>(name: ContentName, reader: Reader<Value>): Value | null => {
    const value = fields[name];
    return value === undefined ? null : reader(value, name, errors);
  };
  const headers = read("Headers", readHeadersV3);
  const subject = read("Subject", upTo(subjectCharactersMax));
  const trackOpens = read("Mj-trackopen", oneOf(trackings));
  const trackClicks = read("Mj-trackclick", oneOf(trackings));
  const campaign = read("Mj-campaign", upTo(campaignCharactersMax));
  const text = read("Text-part", readTextV3);
  const html = read("Html-part", readTextV3);
  const template = read("Mj-TemplateID", readTemplateV3);
  return {
    from: readFrom(fields, errors),
    sender: read("Sender", readSender),
    replyTo: headers?.replyTo ?? null,
    replyToHeader: null,
    subject: subject === null ? null : toHeaderText(subject),
    // In v3 a template overrides the parts of the message; in v3.1 the two contradict each other.
    text: template === null ? text : null,
    html: template === null ? html : null,
    template,
    usesTemplateLanguage: read("Mj-TemplateLanguage", readFlagV3),
    templateErrorReporting: read("MJ-TemplateErrorReporting", readMailboxV3),
    deliversDespiteTemplateError: read("MJ-TemplateErrorDeliver", readFlagV3),
    attachments: read("Attachments", readFilesV3) ?? [],
    inlined: read("Inline_attachments", readFilesV3) ?? [],
    headers: headers?.headers ?? [],
    trackOpens: trackOpens === null ? null : wishes[trackOpens],
    trackClicks: trackClicks === null ? null : wishes[trackClicks],
    urlTags: null,
    priority: read("Mj-prio", oneOf(priorities)),
    customCampaign: campaign,
    // Without a campaign there is nothing to be a duplicate in; v3 has no error for it.
    deduplicatesCampaign: read("Mj-deduplicatecampaign", readFlagV3) === true && campaign !== null,
    monitoringCategory: read("Mj-MonitoringCategory", upTo(categoryCharactersMax)),
    contactsListId: null,
  };
}

function readFrom(fields: FieldsV3, errors: SendError[]): PartyDraft | null {
  const mailbox =
    fields.FromEmail === undefined ? null : readMailboxV3(fields.FromEmail, "FromEmail", errors);
  const name =
    fields.FromName === undefined ? null : upTo(nameCharactersMax)(fields.FromName, "FromName", errors);
  return mailbox === null ? null : { address: mailbox.address, name: toHeaderText(name ?? mailbox.name) };
}

/** `true` stands for the account's default sender for Mailjet. There is none here: From must be one that the
 *  account may use, so it needs no other to speak for it, and the property is passed over. */
function readSender(value: Json, path: string, errors: SendError[]): PartyDraft | null {
  if (typeof value === "string" && value.includes("@")) return readMailboxV3(value, path, errors);
  readFlagV3(value, path, errors);
  return null;
}

function readFilesV3(value: Json, path: string, errors: SendError[]): FileDraft[] {
  return readFiles(value, { path, shape: filesOfV3 }, errors);
}

function upTo(charactersMax: number): Reader<string | null> {
  return (value, path, errors) => readShortTextV3(value, { path, charactersMax }, errors);
}

function oneOf<Choice extends number>(choices: readonly Choice[]): Reader<Choice | null> {
  return (value, path, errors) => readChoiceV3(value, { path, choices }, errors);
}

function readHeadersV3(value: Json, path: string, errors: SendError[]): HeadersDraft {
  const draft: HeadersDraft = { headers: [], replyTo: null };
  const isEmpty = value === "" || (Array.isArray(value) && value.length === 0);
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (!isRecord(value) && !isEmpty) errors.push(notOfType("JSON object", path));
  if (entries.length > headersMax) errors.push(tooMany(headersMax, path));
  for (const [name, text] of entries) {
    if (typeof text === "string") readHeaderV3(draft, [name, text], errors);
    else if (text !== null) errors.push(errorV3(`Header [${quoted(name)}] is not string type`));
  }
  return draft;
}

/** Headers that belong to the service are passed over: v3 has no error for them. */
function readHeaderV3(draft: HeadersDraft, [name, value]: [string, string], errors: SendError[]): void {
  const lowerName = name.toLowerCase();
  if (forbiddenHeaders.has(lowerName) || describesBody(lowerName)) return;
  if (lowerName === "reply-to") {
    draft.replyTo = readReplyTo(value);
    if (draft.replyTo === null && value.trim() !== "") errors.push(errorV3(`Header [${name}] is not valid`));
  } else if (checkMessageHeader(name, value) === undefined && !repeats(draft, lowerName)) {
    draft.headers.push([name, value]);
  } else {
    errors.push(errorV3(`Header [${quoted(name)}] is not valid`));
  }
}
