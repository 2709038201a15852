import { Refusal } from "../../../base/errors.ts";
import type { InlineAttachment, Party, Submission } from "../../../core/messages/index.ts";
import type { TrackingWish } from "../../../core/tracking/index.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../../mail/address/index.ts";
import { toHeaderText } from "../../../mail/header/index.ts";
import { checkMessageHeader } from "../../../mail/mime/index.ts";
import type { JsonRecord } from "../json.ts";
import { decodeBase64 } from "../mailjet/send/files.ts";
import { describesBody, forbiddenHeaders } from "../mailjet/send/headers.ts";
import { filesMegabytesMax, recipientsMax, variablesMax } from "../mailjet/send/limits.ts";
import { plainVariables } from "../mailjet/send/values.ts";
import type { NewMessageBody } from "./message-schema.ts";
import type { FieldProblem } from "./problem.ts";

type Mailbox = NewMessageBody["to"][number];

const priorities = { low: 0, "low-first": 1, high: 2, "high-first": 3 } as const;

const wishes: Record<"account" | "off" | "anonymous" | "on", TrackingWish> = {
  account: "account_default",
  off: "disabled",
  anonymous: "anonymous",
  on: "enabled",
};

/** Turns a message of our own API into what core accepts, and names every field that is wrong at once.
 *  @throws Refusal invalid */
export function submissionOf(body: NewMessageBody): Submission {
  const errors: FieldProblem[] = [];
  const party = (mailbox: Mailbox | undefined, field: string) =>
    mailbox === undefined ? null : readParty(mailbox, field, errors);
  const recipients = readRecipients(body, errors);
  const files = readFiles(body.attachments ?? [], errors);
  checkTogether(body, errors);
  const submission: Submission = {
    content: {
      from: party(body.from, "/from"),
      sender: party(body.sender, "/sender"),
      replyTo: party(body.replyTo, "/replyTo"),
      subject: body.subject === undefined ? null : toHeaderText(body.subject),
      text: body.text ?? null,
      html: body.html ?? null,
      template: body.templateId === undefined ? null : { id: BigInt(body.templateId) },
      usesTemplateLanguage: body.templateLanguage ?? false,
      templateErrorReporting: party(body.templateErrors?.reportTo, "/templateErrors/reportTo"),
      deliversDespiteTemplateError: body.templateErrors?.deliver ?? false,
      attachments: files.filter(({ contentId }) => contentId === ""),
      inlined: files.filter(({ contentId }) => contentId !== ""),
      headers: readHeaders(body.headers ?? {}, errors),
      trackOpens: wishes[body.tracking?.opens ?? "account"],
      trackClicks: wishes[body.tracking?.clicks ?? "account"],
      urlTags: body.linkParameters ?? "",
      priority: priorities[body.priority ?? "high"],
      customCampaign: body.campaign ?? "",
      deduplicatesCampaign: body.deduplicateCampaign ?? false,
      monitoringCategory: body.monitoringCategory ?? "",
      contactsListId: null,
      ...(body.purpose === "marketing" ? { isMarketing: true } : {}),
    },
    ...recipients,
    variables: plainVariables((body.variables ?? {}) as JsonRecord),
    customId: body.customId ?? "",
    eventPayload: body.eventPayload ?? "",
  };
  if (errors.length > 0) throw invalid(errors);
  return submission;
}

function invalid(errors: FieldProblem[]): Refusal {
  const sentences = errors.map(({ field, detail }) => `${field} ${detail}.`);
  return new Refusal("invalid", sentences.join(" "), { errors });
}

function readParty(mailbox: Mailbox, field: string, errors: FieldProblem[]): Party {
  const address = parseAddress(mailbox.address.trim());
  if (!isAddressProblem(address)) return { address: address.text, name: toHeaderText(mailbox.name ?? "") };
  errors.push({ field: `${field}/address`, in: "body", detail: "is not an email address" });
  return { address: "", name: "" };
}

// An address that is named twice gets the message once, in its first role.
function readRecipients(body: NewMessageBody, errors: FieldProblem[]) {
  const seen = new Set<string>();
  const read = (mailboxes: Mailbox[], field: string) =>
    mailboxes
      .map((mailbox, index) => readParty(mailbox, `${field}/${index}`, errors))
      .filter(({ address }) => {
        const parsed = parseAddress(address);
        const lookup = isAddressProblem(parsed) ? address : normaliseForLookup(parsed);
        if (seen.has(lookup)) return false;
        seen.add(lookup);
        return true;
      });
  const recipients = {
    to: read(body.to, "/to"),
    cc: read(body.cc ?? [], "/cc"),
    bcc: read(body.bcc ?? [], "/bcc"),
  };
  if (seen.size > recipientsMax) {
    const detail = `has more than ${recipientsMax} recipients together with /cc and /bcc`;
    errors.push({ field: "/to", in: "body", detail });
  }
  return recipients;
}

function checkTogether(body: NewMessageBody, errors: FieldProblem[]): void {
  const add = (field: string, detail: string) => errors.push({ field, in: "body", detail });
  if (body.text === undefined && body.html === undefined && body.templateId === undefined) {
    add("/text", "or /html or /templateId is required");
  }
  if (body.deduplicateCampaign === true && (body.campaign ?? "") === "") {
    add("/campaign", "is required with /deduplicateCampaign");
  }
  if (body.templateErrors !== undefined && body.templateLanguage !== true) {
    add("/templateErrors", "needs /templateLanguage to be true");
  }
  if (body.templateId !== undefined && BigInt(body.templateId) >= 2n ** 63n) {
    add("/templateId", "is not an id");
  }
  if (Object.keys(body.variables ?? {}).length > variablesMax) {
    add("/variables", `has more than ${variablesMax} names`);
  }
}

function readHeaders(given: Record<string, string>, errors: FieldProblem[]): [string, string][] {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(given)) {
    const lowerName = name.toLowerCase();
    const field = `/headers/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (forbiddenHeaders.has(lowerName) || describesBody(lowerName) || lowerName === "reply-to") {
      errors.push({ field, in: "body", detail: "has a field of its own, or belongs to the service" });
    } else if (checkMessageHeader(name, value) !== undefined) {
      errors.push({ field, in: "body", detail: "is not a header on one line" });
    } else if (headers.some(([known]) => known.toLowerCase() === lowerName)) {
      errors.push({ field, in: "body", detail: "is there twice, in other capitals" });
    } else {
      headers.push([name, value]);
    }
  }
  return headers;
}

// RFC 2045 §5.1; printable ASCII only, which keeps line breaks out of the header it becomes.
const mediaType = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*(?:;[\x20-\x7e\t]*)?$/;

function readFiles(
  given: NonNullable<NewMessageBody["attachments"]>,
  errors: FieldProblem[],
): InlineAttachment[] {
  const files: InlineAttachment[] = [];
  let size = 0;
  for (const [index, file] of given.entries()) {
    const field = `/attachments/${index}`;
    const content = decodeBase64(file.content);
    if (content === null) errors.push({ field: `${field}/content`, in: "body", detail: "is not base64" });
    if (!mediaType.test(file.contentType)) {
      errors.push({ field: `${field}/contentType`, in: "body", detail: "is not a media type" });
    }
    size += content?.length ?? 0;
    files.push({
      contentType: file.contentType,
      filename: toHeaderText(file.filename),
      content: content ?? Buffer.alloc(0),
      contentId: file.contentId ?? "",
    });
  }
  if (size > filesMegabytesMax * 1024 * 1024) {
    errors.push({ field: "/attachments", in: "body", detail: `has more than ${filesMegabytesMax} MB` });
  }
  return files;
}
