import { isAscii } from "node:buffer";
import { dateOf } from "../../base/ids.ts";
import { foldField, formatDate, formatField } from "../../mail/header/index.ts";
import type { BuiltMessage } from "../../mail/mime/index.ts";
import { type FeedbackTerms, feedbackId } from "./feedback-id.ts";
import type { SubmissionPart } from "./frame.ts";
import type { RawContent } from "./submission.ts";

/** A written message made ready for any number of recipients. */
export interface PreparedRaw {
  content: RawContent;
  part: SubmissionPart | null;
  hasFeedbackId: boolean;
  /** The header is UTF-8: only a server with SMTPUTF8 may get it (RFC 6531). */
  needsSmtpUtf8: boolean;
}

/** Looks once at what is the same for all recipients. */
export function prepareRaw(content: RawContent, part: SubmissionPart | null): PreparedRaw {
  const head = content.octets.subarray(0, content.headBytes);
  return {
    content,
    part,
    hasFeedbackId: /^feedback-id[ \t]*:/im.test(head.toString("latin1")),
    needsSmtpUtf8: !isAscii(head),
  };
}

/** Puts our fields on top of a written message; below them it is what its author has handed in, octet for octet. */
export function composeRaw(
  { content, hasFeedbackId, needsSmtpUtf8 }: PreparedRaw,
  message: FeedbackTerms & { messageId: bigint },
): BuiltMessage {
  const { octets: given, headBytes } = content;
  const feedback = hasFeedbackId ? "" : formatField("Feedback-ID", feedbackId(message));
  const fields = receivedField(content, message.messageId) + feedback;
  const octets = Buffer.allocUnsafe(fields.length + given.length);
  octets.write(fields, "latin1");
  given.copy(octets, fields.length);
  const bodyAt = fields.length + headBytes;
  return { head: octets.subarray(0, bodyAt), body: octets.subarray(bodyAt), octets, needsSmtpUtf8 };
}

// RFC 5321 §4.4, without a FROM clause: which machine a person writes mail on is nobody's business but theirs, so its name
// and IP address are neither kept nor told. The grammar of RFC 5322 §3.6.7 leaves it free.
function receivedField({ received: { by, protocol } }: RawContent, messageId: bigint): string {
  const clauses = ["by", by, "(Facteur)", "with", protocol, "id", `${messageId.toString(36)};`];
  const [first = "", ...others] = [...clauses, formatDate(dateOf(messageId))];
  return foldField("Received", [first, ...others.map((clause) => ` ${clause}`)]);
}
