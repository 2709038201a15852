import type { Reply } from "../../mail/smtp/index.ts";
import { messageReasons as reasons } from "./reasons.ts";
import { findPhrase } from "./reply-phrases.ts";
import { type Meaning, meaningOfStatus, namedBy } from "./reply-status.ts";

type Stage = "mail" | "rcpt" | "data" | "final";

/** Reads a refusal (4yz or 5yz). The words may overrule a general status such as 5.7.1 or 5.0.0; a status that names the
 *  mailbox stands unless the words blame us or the content. A hard meaning needs a 5yz and is not believed before RCPT,
 *  where the server did not know the recipient yet. */
export function readReply(reply: Reply, stage: Stage): Meaning {
  const { scope, reason, isHard } = meaningOf(reply, stage);
  return {
    scope,
    reason,
    isHard: isHard && scope === "recipient" && isFinal(reply.code) && stage !== "mail",
  };
}

function meaningOf(reply: Reply, stage: Stage): Meaning {
  const status = statusOf(reply);
  const text = essentialOf(`${status} ${reply.text.toLowerCase()}`);
  const phrase = findPhrase(text);
  const known = meaningOfStatus(status);
  if (phrase?.blamesUs) return phrase;
  if (known !== undefined && phrase?.speaksOfRate && saysInactive(status)) return busyMailbox(phrase, known);
  if (known === undefined || namedBy(status) === "nobody")
    return general(phrase, text) ?? known ?? byCode(reply, stage);
  const isMoreExact = phrase?.scope === "content" || phrase?.scope === "recipient";
  if (phrase === undefined || !isMoreExact || namedBy(status) === "us") return known;
  return { ...phrase, isHard: phrase.isHard && known.isHard };
}

// Google's limit for one mailbox comes with the status of one that is switched off. Other words of a rate, or to try again,
// mean that it is not for good; with this status they speak of the mailbox, and not of all that its server takes.
function busyMailbox(phrase: Meaning, known: Meaning): Meaning {
  return phrase.scope === "recipient" ? phrase : { ...known, isHard: false };
}

// A reply that names an address of the network has more to say than that the mailbox does not exist.
function general(phrase: Meaning | undefined, text: string): Meaning | undefined {
  const namesHost = ipAddress.test(text.replace(link, ""));
  return phrase === undefined ? undefined : { ...phrase, isHard: phrase.isHard && !namesHost };
}

const ipAddress = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/;
const link = /https?:\/\/\S+/g;

function isFinal(code: number): boolean {
  return code >= 500 && code < 600;
}

// RFC 3463 §3.3: X.2.1 is "disabled, not accepting messages", for good or for a while.
function saysInactive(status: string): boolean {
  return status === "2.1";
}

// qmail and its kin write the status behind the text: "no mailbox here by that name. (#5.1.1)".
const trailingStatus = /\(#[45]\.(\d{1,3}\.\d{1,3})/;

function statusOf(reply: Reply): string {
  return reply.enhanced?.slice(2) ?? trailingStatus.exec(reply.text)?.[1] ?? "";
}

// Servers repeat the address they refuse, and spf@example.org has nothing to do with SPF. The query of a link repeats
// what the server knows of us, even where the recipient is what it refuses.
function essentialOf(text: string): string {
  return text
    .replace(/[^\s<>"'(),:;[\]]+@[^\s<>"'(),:;[\]]+/g, "…")
    .replace(/(https?:\/\/[^\s?]*)\?\S*/g, "$1");
}

// RFC 5321 §4.2.2 and §4.3.2: what the bare code says at this point of the dialogue.
function byCode({ code }: Reply, stage: Stage): Meaning {
  if (code === 421 || code === 452)
    return { scope: "destination", reason: reasons.systemIssue, isHard: false };
  if (code === 552) return { scope: "content", reason: reasons.contentBlocked, isHard: false };
  if (stage === "rcpt" && (code === 550 || code === 551 || code === 553)) {
    // Without words that say so, the address is not declared dead: this message bounces, the next one is tried.
    return { scope: "recipient", reason: reasons.userUnknown, isHard: false };
  }
  if (stage === "final" || stage === "data") {
    return isFinal(code)
      ? { scope: "content", reason: reasons.contentBlocked, isHard: false }
      : { scope: "destination", reason: reasons.systemIssue, isHard: false };
  }
  if (code >= 500 && code < 505) return { scope: "us", reason: reasons.protocolIssue, isHard: false };
  return { scope: "destination", reason: reasons.policyIssue, isHard: false };
}
