import { isAddressProblem, parseMailboxList } from "../../../../mail/address/index.ts";
import { checkMessageHeader } from "../../../../mail/mime/index.ts";
import type { Json } from "../../json.ts";
import { headersMax, nameCharactersMax } from "./limits.ts";
import type { PartyDraft } from "./party.ts";
import {
  forbiddenHeader,
  headerPath,
  invalidAddress,
  mismatch,
  type SendError,
  tooMany,
} from "./send-error.ts";
import { isLongerThan, readRecord } from "./values.ts";

/** The caller's own headers, and the Reply-To that stood among them. */
export interface HeadersDraft {
  headers: [name: string, value: string][];
  replyTo: PartyDraft | null;
}

/** Headers that have a property of their own or belong to the service, by Mailjet's list. Any case is refused. */
export const forbiddenHeaders: ReadonlySet<string> = new Set(
  `From Sender Subject To Cc Bcc Return-Path Delivered-To DKIM-Signature DomainKey-Status Received-SPF
   Authentication-Results Received X-Mailjet-Prio X-Mailjet-Debug User-Agent X-Mailer X-MJ-CustomID
   X-MJ-EventPayload X-MJ-Vars X-MJ-TemplateErrorDeliver X-MJ-TemplateErrorReporting X-MJ-TemplateLanguage
   X-Mailjet-TrackOpen X-Mailjet-TrackClick X-MJ-TemplateID X-MJ-WorkflowID X-Feedback-Id X-Mailjet-Segmentation
   List-Id X-MJ-MID X-MJ-ErrorMessage Date X-CSA-Complaints Message-Id X-Mailjet-Campaign
   X-MJ-StatisticsContactsListID`
    .toLowerCase()
    .split(/\s+/),
);

/** Headers that describe how the body is encoded. Clients that copy all headers of a message they have built send
 *  them along; the body is encoded anew, so they are passed over. */
export function describesBody(lowerName: string): boolean {
  return lowerName === "mime-version" || lowerName.startsWith("content-");
}

/** Headers of Send API v3.1. */
export function readHeaders(value: Json, errors: SendError[]): HeadersDraft {
  const draft: HeadersDraft = { headers: [], replyTo: null };
  const record = readRecord(value, { path: "Headers", expected: "Headers" }, errors) ?? {};
  const entries = Object.entries(record);
  if (entries.length > headersMax) {
    errors.push(tooMany(headersMax, "Headers"));
    return draft;
  }
  for (const [name, text] of entries) {
    const path = headerPath(name);
    if (forbiddenHeaders.has(name.toLowerCase())) errors.push(forbiddenHeader(name));
    else if (text === null) continue;
    else if (typeof text !== "string") errors.push(mismatch("string", path));
    else readHeader(draft, [name, text], errors);
  }
  return draft;
}

function readHeader(draft: HeadersDraft, [name, value]: [string, string], errors: SendError[]): void {
  const lowerName = name.toLowerCase();
  if (describesBody(lowerName)) return;
  if (lowerName === "reply-to") {
    draft.replyTo = readReplyTo(value);
    if (draft.replyTo === null && value.trim() !== "") errors.push(invalidAddress(value, headerPath(name)));
  } else if (checkMessageHeader(name, value) === undefined && !repeats(draft, lowerName)) {
    draft.headers.push([name, value]);
  } else {
    // Names and values that would break out of their line end here. Mailjet has no code for them.
    errors.push(mismatch("header", headerPath(name)));
  }
}

/** "References" and "references" are one field, which a message has once (RFC 5322 §3.6). */
export function repeats(draft: HeadersDraft, lowerName: string): boolean {
  return draft.headers.some(([known]) => known.toLowerCase() === lowerName);
}

/** The first mailbox of a Reply-To, or null when there is none that can be read. */
export function readReplyTo(value: string): PartyDraft | null {
  const list = parseMailboxList(value);
  const first = isAddressProblem(list) ? undefined : list[0];
  if (first === undefined || isLongerThan(first.name ?? "", nameCharactersMax)) return null;
  return { address: first.address.text, name: first.name ?? "" };
}
