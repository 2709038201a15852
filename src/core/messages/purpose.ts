import type { SenderRight } from "./prepare.ts";
import { isRaw, type MessageContent } from "./submission.ts";

// RFC 2076 §3.9: what mailing lists have said of themselves long before there was a better word.
const bulkPrecedence = /^\s*(?:bulk|list)\s*$/i;
const bulkField = /^precedence[ \t]*:[ \t]*(?:bulk|list)[ \t]*$/im;

/** Marks mail that its reader must be able to leave (P40): its sender declares it marketing, sends it with
 *  `Precedence: bulk`, or uses an address declared for bulk mail. Mail with an unsubscribe link in it is marketing too,
 *  which shows when it is composed. Everything else is mail that somebody waits for. */
export function withPurpose<Content extends MessageContent>(content: Content, right: SenderRight): Content {
  if (content.isMarketing || !(right.isBulk || declaresBulk(content))) return content;
  return { ...content, isMarketing: true };
}

function declaresBulk(content: MessageContent): boolean {
  if (isRaw(content)) return bulkField.test(content.octets.toString("latin1", 0, content.headBytes));
  return content.headers.some(
    ([name, value]) => name.toLowerCase() === "precedence" && bulkPrecedence.test(value),
  );
}
