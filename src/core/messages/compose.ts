import { dateOf } from "../../base/ids.ts";
import { isAddressProblem, type Mailbox, parseAddress } from "../../mail/address/index.ts";
import { formatDate, formatMessageId, toHeaderText } from "../../mail/header/index.ts";
import {
  type BuiltMessage,
  buildMessage,
  type HeaderInput,
  type PreparedAttachment,
  prepareAttachment,
} from "../../mail/mime/index.ts";
import {
  type CompiledTemplate,
  compilePersonalisation,
  compileTemplate,
  render,
  type TemplateProblem,
  type TemplateScope,
} from "../templates/index.ts";
import { appendUrlTags, appendUrlTagsToText, type ReaderLinks } from "../tracking/index.ts";
import { withChoice } from "./choice-link.ts";
import { composeRaw, type PreparedRaw, prepareRaw } from "./compose-raw.ts";
import {
  type CountedSource,
  type CountingTerms,
  type ReaderTerms,
  type Tracked,
  untracked,
  withCounting,
} from "./counting.ts";
import { feedbackId } from "./feedback-id.ts";
import type { SubmissionPart } from "./frame.ts";
import { contactIdOf, type MessageIdentity } from "./message.ts";
import { isRaw, type MessageContent, type Party, type SubmissionContent } from "./submission.ts";
import { WayOut, withWayOut } from "./way-out.ts";

/** A text to render, or one that is delivered as it stands: a template with a fault whose sender wants it delivered. */
type Piece = CompiledTemplate | { kind: "raw"; source: string };

/** A fault in a template, and the part of the content it is in, as Mailjet names them. */
export interface ContentProblem extends TemplateProblem {
  readonly part: "Subject" | "TextPart" | "HTMLPart";
}

/** A content made ready for any number of recipients. */
export type PreparedContent = PreparedParts | PreparedRaw;

/** Parts to compose a message from: templates compiled, files encoded. */
export interface PreparedParts {
  content: SubmissionContent;
  part: SubmissionPart | null;
  subject: Piece;
  text: Piece | null;
  html: Piece | null;
  attachments: PreparedAttachment[];
  inlined: PreparedAttachment[];
  /** What is wrong with a template that is delivered nevertheless. */
  problem: ContentProblem | null;
}

/** The message of one recipient. */
export interface ComposeInput {
  prepared: PreparedContent;
  part: SubmissionPart;
  accountId: bigint;
  messageId: bigint;
  uuid: string;
  lookup: Buffer;
  campaignId: bigint | null;
  identity: MessageIdentity;
  links: ReaderLinks;
  tracking: ReaderTerms;
}

/** A message may have a problem and be composed all the same, where its sender wants that. */
export type Composed =
  | { kind: "composed"; message: BuiltMessage; fault: ContentFault | null; tracked: Tracked }
  | { kind: "failed"; fault: ContentFault };

/** A problem, and the content it is in. */
export interface ContentFault {
  problem: ContentProblem;
  content: SubmissionContent;
}

/** Compiles what can be shared. A template with a fault is a problem, unless the sender wants it delivered as it is. */
export function prepareContent(
  content: MessageContent,
  part: SubmissionPart | null,
): PreparedContent | ContentFault {
  return isRaw(content) ? prepareRaw(content, part) : prepareParts(content, part);
}

function prepareParts(content: SubmissionContent, part: SubmissionPart | null): PreparedParts | ContentFault {
  const problems: ContentProblem[] = [];
  const compile = (source: string | null, name: ContentProblem["part"]): Piece | null => {
    if (source === null) return null;
    if (!content.usesTemplateLanguage) return compilePersonalisation(source);
    const compiled = compileTemplate(source);
    if (compiled.kind === "compiled") return compiled;
    problems.push({ ...compiled, part: name });
    return { kind: "raw", source };
  };
  const subject = compile(content.subject ?? "", "Subject");
  const text = compile(content.text, "TextPart");
  const html = compile(content.html, "HTMLPart");
  const [problem = null] = problems;
  if (problem !== null && !content.deliversDespiteTemplateError) return { problem, content };
  return {
    content,
    part,
    subject: subject ?? { kind: "raw", source: "" },
    text: taggedOnce(text, content.urlTags, appendUrlTagsToText),
    html: taggedOnce(html, content.urlTags, appendUrlTags),
    attachments: content.attachments.map(prepareAttachment),
    inlined: content.inlined.map(prepareAttachment),
    problem,
  };
}

// What is the same for all recipients gets its tags here, once. Anything else gets them after rendering, since a value
// may be or hold a link: 7 µs a kilobyte, a small part of what the signature costs.
function taggedOnce(piece: Piece | null, urlTags: string, append: typeof appendUrlTags): Piece | null {
  if (piece === null || urlTags === "") return piece;
  const isSame = piece.kind === "raw" || piece.instructions.every(({ kind }) => kind === "text");
  return isSame ? { kind: "raw", source: append(piece.source, urlTags) } : piece;
}

/** Composes the message of one recipient from what was submitted. The same input gives the same octets, so that every
 *  attempt sends the same message. */
export function compose(input: ComposeInput): Composed {
  const { prepared } = input;
  if ("hasFeedbackId" in prepared) {
    return { kind: "composed", fault: null, ...composeRaw(prepared, input, wayOutOf(input)) };
  }
  return composeParts(prepared, input);
}

/** About how many octets the message of a recipient will have, before it is composed. */
export function octetsToCompose({ prepared }: Pick<ComposeInput, "prepared">): number {
  if ("hasFeedbackId" in prepared) return prepared.content.octets.length;
  const { content, attachments, inlined } = prepared;
  const files = [...attachments, ...inlined].reduce((sum, { octets }) => sum + octets.length, 0);
  return files + (content.html?.length ?? 0) + (content.text?.length ?? 0);
}

function composeParts(prepared: PreparedParts, input: ComposeInput): Composed {
  const { content } = prepared;
  const { urlTags, deliversDespiteTemplateError } = content;
  const wayOut = wayOutOf(input);
  const scope = scopeOf(content, input, wayOut);
  const subject = renderPart("Subject", prepared.subject, { scope, tag: (rendering) => rendering });
  const text = renderPart("TextPart", prepared.text, {
    scope,
    tag: (rendering) => appendUrlTagsToText(rendering, urlTags),
  });
  const html = renderPart("HTMLPart", prepared.html, {
    scope,
    tag: (rendering) => appendUrlTags(rendering, urlTags),
  });
  const problem = prepared.problem ?? subject.problem ?? text.problem ?? html.problem;
  const fault = problem === null ? null : { problem, content };
  if (fault !== null && !deliversDespiteTemplateError) return { kind: "failed", fault };
  const finished = withWayOut(wayOut, content, { text: text.text, html: html.text });
  const source = { html: content.html ?? "", urlTags };
  const counted = countedParts(finished.html, { ...input, content }, source);
  const message = buildMessage({
    headers: [
      ...headersOf(content, { ...input, isMarketing: wayOut.isUsed }, subject.text ?? ""),
      ...finished.headers,
    ],
    text: finished.text,
    html: counted.html,
    attachments: prepared.attachments,
    inlined: prepared.inlined,
    boundarySeed: input.uuid,
  });
  return { kind: "composed", message, fault, tracked: counted.tracked };
}

function countedParts(
  html: string | undefined,
  terms: CountingTerms,
  source: CountedSource,
): { html: string | undefined; tracked: Tracked } {
  if (html === undefined) return { html, tracked: untracked };
  return withCounting(withChoice(html, terms), terms, source);
}

function renderPart(
  part: ContentProblem["part"],
  piece: Piece | null,
  { scope, tag }: { scope: TemplateScope; tag: (rendering: string) => string },
): { text: string | undefined; problem: ContentProblem | null } {
  if (piece === null) return { text: undefined, problem: null };
  if (piece.kind === "raw") return { text: piece.source, problem: null };
  const result = render(piece, scope);
  if (result.kind === "rendered") return { text: tag(result.text), problem: null };
  return { text: tag(piece.source), problem: { ...result.problem, part } };
}

function headersOf(
  content: SubmissionContent,
  input: ComposeInput & { isMarketing: boolean },
  subject: string,
): HeaderInput[] {
  const own = new Set(content.headers.map(([name]) => name.toLowerCase()));
  const from = content.from ?? { address: "", name: "" };
  const domain = mailboxOf(from).address.domain;
  const headers: HeaderInput[] = [
    ["Date", formatDate(dateOf(input.messageId))],
    ["From", { mailboxes: [mailboxOf(from)] }],
    ["Message-ID", messageIdOf(input, domain)],
    // Line breaks become spaces: what a variable holds can never start a header of its own.
    ["Subject", toHeaderText(subject)],
  ];
  if (content.sender !== null) headers.push(["Sender", { mailboxes: [mailboxOf(content.sender)] }]);
  if (content.replyTo !== null) headers.push(["Reply-To", { mailboxes: [mailboxOf(content.replyTo)] }]);
  if (input.part.to.length > 0) headers.push(["To", { mailboxes: input.part.to.map(mailboxOf) }]);
  if (input.part.cc.length > 0) headers.push(["Cc", { mailboxes: input.part.cc.map(mailboxOf) }]);
  if (!own.has("feedback-id")) headers.push(["Feedback-ID", feedbackId(input)]);
  for (const [name, value] of content.headers) {
    if (content.replyTo !== null && name.toLowerCase() === "reply-to") continue;
    headers.push([name, toHeaderText(value)]);
  }
  return headers;
}

/** The Message-ID of a message that is composed here: at every attempt the same. */
export function messageIdOf(
  { messageId, uuid }: Pick<ComposeInput, "messageId" | "uuid">,
  domain: string,
): string {
  return formatMessageId(`${messageId.toString(36)}.${uuid.slice(0, 8)}`, domain);
}

function wayOutOf({ links, accountId, messageId, lookup }: ComposeInput): WayOut {
  return new WayOut(links, { accountId, messageId, lookup });
}

function scopeOf(
  { from }: SubmissionContent,
  { identity, part, lookup }: ComposeInput,
  wayOut: WayOut,
): TemplateScope {
  return {
    var: part.variables,
    data: {},
    mj: Object.assign(wayOut.values, {
      contact: person(identity.address, identity.name, contactIdOf(lookup)),
      sender: from === null ? {} : person(from.address, from.name, null),
    }),
  };
}

function person(address: string, name: string, id: bigint | null): Record<string, unknown> {
  const at = address.lastIndexOf("@");
  return {
    ...(id === null ? {} : { ID: id }),
    email: address,
    local_part: address.slice(0, at),
    domain: address.slice(at + 1),
    name,
  };
}

function mailboxOf(party: Party): Mailbox {
  const address = parseAddress(party.address);
  if (isAddressProblem(address)) throw new Error("A stored content holds an address that does not parse.");
  return { name: party.name, address };
}
