import type { SenderRight } from "./sender-right.ts";
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

// Mailjet's words for the link, in both of its languages. What stands in a template of before is put in by now.
const wayOutWords = /\[\[UNSUB_LINK|\bmj:unsub_link/;

/** Is this mail to many? Then nobody waits for it, and what may have arrived is not sent a second time: it is held and shown
 *  until somebody decides. Marked as marketing, or with a link to unsubscribe in its text. */
export function isBulk(content: MessageContent): boolean {
  if (content.isMarketing === true) return true;
  if (isRaw(content)) return false;
  return wayOutWords.test(content.html ?? "") || wayOutWords.test(content.text ?? "");
}

function declaresBulk(content: MessageContent): boolean {
  if (isRaw(content)) return bulkField.test(content.octets.toString("latin1", 0, content.headBytes));
  return content.headers.some(
    ([name, value]) => name.toLowerCase() === "precedence" && bulkPrecedence.test(value),
  );
}
