import PostalMime from "postal-mime";
import type { InlineAttachment, Party, SubmissionContent } from "../../../core/messages/index.ts";
import { isAddressProblem, parseMailboxList } from "../../../mail/address/index.ts";
import { decodeWords } from "../../../mail/header/index.ts";
import { fieldValue, type ReadField, readFields } from "../../../mail/header/read-fields.ts";
import { checkMessageHeader } from "../../../mail/mime/index.ts";
import { type Entity, leavesOf, readStructure } from "../../../mail/mime/structure.ts";
import type { ReadMessage } from "./read-message.ts";

/** Takes a message apart, so that it can be composed anew for each recipient: with a stored template instead of its
 *  texts, or with the values of its variables in them. Files, and fields of the author's own, come along. */
export async function contentOfTemplateMessage(message: ReadMessage): Promise<SubmissionContent> {
  const { control, content } = message;
  const { octets, headBytes, hasHtml, hasText, attachmentCount, received, ...terms } = content;
  const header = readFields(octets, 0, headBytes);
  if ("badLine" in header) throw new Error("A header that was read cannot be read.");
  const parts = await readParts(octets, readStructure(octets, header));
  const hasTemplate = control.template !== null;
  return {
    ...terms,
    replyTo: replyToOf(octets, header.fields),
    // As in Send API v3, a template stands for the parts of the message.
    text: hasTemplate ? null : parts.text,
    html: hasTemplate ? null : parts.html,
    // An empty subject leaves the place to that of the template.
    subject: terms.subject === "" ? null : terms.subject,
    template: control.template,
    usesTemplateLanguage: control.usesTemplateLanguage,
    templateErrorReporting: control.templateErrorReporting,
    deliversDespiteTemplateError: control.deliversDespiteTemplateError,
    attachments: parts.files
      .filter(({ contentId }) => contentId === "")
      .map(({ contentId: _, ...file }) => file),
    inlined: parts.files.filter(({ contentId }) => contentId !== ""),
    headers: ownHeaders(octets, header.fields),
    urlTags: "",
  };
}

interface Parts {
  text: string | null;
  html: string | null;
  files: InlineAttachment[];
}

async function readParts(octets: Buffer, entity: Entity): Promise<Parts> {
  const texts: string[] = [];
  const htmls: string[] = [];
  const files: InlineAttachment[] = [];
  for (const leaf of leavesOf(entity)) {
    const isRead = leaf.disposition !== "attachment";
    if (isRead && leaf.type === "text/plain") texts.push((await parsePart(octets, leaf)).text ?? "");
    else if (isRead && leaf.type === "text/html") htmls.push((await parsePart(octets, leaf)).html ?? "");
    else files.push(await readFile(octets, leaf));
  }
  return {
    text: texts.length === 0 ? null : texts.join("\n"),
    html: htmls.length === 0 ? null : htmls.join("\n"),
    files,
  };
}

// One leaf at a time: the parser takes half a second for a large file, which base64 of our own decodes at once.
async function readFile(octets: Buffer, leaf: Entity): Promise<InlineAttachment> {
  const isPlain = leaf.encoding !== "quoted-printable";
  const { attachments } = await parsePart(octets, leaf, isPlain ? leaf.header.bodyStart : leaf.end);
  const [file] = attachments;
  const body = octets.subarray(leaf.header.bodyStart, leaf.end);
  const decoded =
    leaf.encoding === "base64" ? Buffer.from(body.toString("latin1"), "base64") : Buffer.from(body);
  return {
    contentType: leaf.type,
    filename: file?.filename ?? "",
    content: isPlain ? decoded : Buffer.from((file?.content ?? new ArrayBuffer()) as ArrayBuffer),
    contentId: file?.contentId?.replace(/^<|>$/g, "") ?? "",
  };
}

function parsePart(octets: Buffer, { header, end }: Entity, until = end) {
  return PostalMime.parse(octets.subarray(header.start, until), {
    attachmentEncoding: "arraybuffer",
    forceRfc822Attachments: true,
  });
}

function replyToOf(octets: Buffer, fields: readonly ReadField[]): Party | null {
  const field = fields.find(({ name }) => name.toLowerCase() === "reply-to");
  const list = field === undefined ? [] : parseMailboxList(fieldValue(octets, field));
  const first = isAddressProblem(list) ? undefined : list[0];
  return first === undefined ? null : { address: first.address.text, name: first.name ?? "" };
}

// What is composed anew, or speaks of the message as it was.
const composedHeaders = new Set([
  ...["from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "mime-version", "received"],
  ...["dkim-signature", "authentication-results", "arc-seal", "arc-message-signature"],
  "arc-authentication-results",
]);

function ownHeaders(octets: Buffer, fields: readonly ReadField[]): [string, string][] {
  const seen = new Set<string>();
  return fields.flatMap((field): [string, string][] => {
    const lowerName = field.name.toLowerCase();
    if (composedHeaders.has(lowerName) || lowerName.startsWith("content-") || seen.has(lowerName)) return [];
    const value = decodeWords(fieldValue(octets, field));
    if (checkMessageHeader(field.name, value) !== undefined) return [];
    seen.add(lowerName);
    return [[field.name, value]];
  });
}
