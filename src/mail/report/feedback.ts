import { firstOf, readFieldGroups } from "./field-groups.ts";
import type { Complaint } from "./report.ts";

// A report names the recipients of one message.
const recipientsMax = 100;

/** Reads the machine's part of a feedback report; null when it does not say of what kind it is. @see RFC 5965 §3 */
export function readFeedback(text: string): Complaint | null {
  const groups = readFieldGroups(text);
  const first = groups[0];
  const feedbackType = first === undefined ? null : firstOf(first, "feedback-type");
  if (first === undefined || feedbackType === null) return null;
  return {
    feedbackType: feedbackType.toLowerCase(),
    mailFrom: pathOf(firstOf(first, "original-mail-from")),
    recipients: (first.get("original-rcpt-to") ?? [])
      .slice(0, recipientsMax)
      .flatMap((each) => pathOf(each) ?? []),
    userAgent: firstOf(first, "user-agent"),
  };
}

function pathOf(value: string | null): string | null {
  const bare = value?.replace(/^<|>$/g, "").trim() ?? "";
  return bare === "" ? null : bare;
}
