import { isAscii } from "node:buffer";
import { dateOf } from "../../base/ids.ts";
import { foldField, formatDate, formatField } from "../../mail/header/index.ts";
import type { BuiltMessage } from "../../mail/mime/index.ts";
import { type Tracked, untracked } from "./counting.ts";
import { type FeedbackTerms, feedbackId } from "./feedback-id.ts";
import type { SubmissionPart } from "./frame.ts";
import { RawBody, type RawBodyTerms } from "./raw-body.ts";
import type { RawContent } from "./submission.ts";
import type { WayOut } from "./way-out.ts";

/** A written message made ready for any number of recipients. */
export interface PreparedRaw {
  content: RawContent;
  part: SubmissionPart | null;
  hasFeedbackId: boolean;
  /** Does it have a way to unsubscribe of its author's own? */
  hasWayOut: boolean;
  /** The header is UTF-8: only a server with SMTPUTF8 may get it (RFC 6531). */
  needsSmtpUtf8: boolean;
  body: RawBody;
}

/** Looks once at what is the same for all recipients. */
export function prepareRaw(content: RawContent, part: SubmissionPart | null): PreparedRaw {
  const head = content.octets.subarray(0, content.headBytes);
  const text = head.toString("latin1");
  const hasWayOut = /^list-unsubscribe[ \t]*:/im.test(text);
  return {
    content,
    part,
    hasFeedbackId: /^feedback-id[ \t]*:/im.test(text),
    hasWayOut,
    needsSmtpUtf8: !isAscii(head),
    body: new RawBody(content, { hasWayOut }),
  };
}

/** What composing takes of one recipient. */
type RawTerms = Omit<FeedbackTerms, "isMarketing"> & RawBodyTerms & { messageId: bigint };

/** Puts our fields on top of a written message. Below them it is what its author has handed in, octet for octet, but for
 *  texts into which a link or a picture had to be put. */
export function composeRaw(
  { content, hasFeedbackId, hasWayOut, needsSmtpUtf8, body }: PreparedRaw,
  terms: RawTerms,
  wayOut: WayOut,
): { message: BuiltMessage; tracked: Tracked } {
  const { isMarketing = false, received } = content;
  if (received === null) return { message: { ...asItIs(content), needsSmtpUtf8 }, tracked: untracked };
  const feedback = hasFeedbackId ? "" : formatField("Feedback-ID", feedbackId({ ...terms, isMarketing }));
  const unsubscribe = isMarketing && !hasWayOut ? wayOut.fields : [];
  const fields = [
    receivedField(received, terms.messageId),
    feedback,
    ...unsubscribe.map(([name, value]) => formatField(name, value)),
  ].join("");
  const { pieces, headBytes, tracked } = body.of(terms, wayOut);
  const octets = Buffer.concat([Buffer.from(fields, "latin1"), ...pieces]);
  const bodyAt = fields.length + headBytes;
  const head = octets.subarray(0, bodyAt);
  const message = { head, body: octets.subarray(bodyAt), octets, needsSmtpUtf8, isComposed: false };
  return { message, tracked };
}

function asItIs({ octets, headBytes }: RawContent): Omit<BuiltMessage, "needsSmtpUtf8"> {
  const parts = { head: octets.subarray(0, headBytes), body: octets.subarray(headBytes) };
  return { ...parts, octets, isComposed: false };
}

// RFC 5321 §4.4, without a FROM clause: which machine a person writes mail on is nobody's business but theirs, so its name
// and IP address are neither kept nor told. The grammar of RFC 5322 §3.6.7 leaves it free.
function receivedField({ by, protocol }: NonNullable<RawContent["received"]>, messageId: bigint): string {
  const clauses = ["by", by, "(Facteur)", "with", protocol, "id", `${messageId.toString(36)};`];
  const [first = "", ...others] = [...clauses, formatDate(dateOf(messageId))];
  return foldField("Received", [first, ...others.map((clause) => ` ${clause}`)]);
}
