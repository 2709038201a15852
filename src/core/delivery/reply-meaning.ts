import type { Reply } from "../../mail/smtp/index.ts";
import type { Scope } from "./outcome.ts";
import { type MessageReason, messageReasons as reasons } from "./reasons.ts";

/** What a refusal says: whose matter it is, in Mailjet's words, and whether the address is dead. */
export interface Meaning {
  scope: Scope;
  reason: MessageReason;
  isHard: boolean;
}

type Stage = "mail" | "rcpt" | "data" | "final";

// RFC 3463 status codes with the meanings of the registry of RFC 5248; the class digit is left out, since 4.2.2 and
// 5.2.2 speak of the same thing. Only codes that name the mailbox are hard.
const byStatus: Record<string, Meaning> = {
  "1.1": { scope: "recipient", reason: reasons.userUnknown, isHard: true },
  "1.2": { scope: "recipient", reason: reasons.invalidDomain, isHard: true },
  "1.3": { scope: "recipient", reason: reasons.userUnknown, isHard: true },
  "1.4": { scope: "recipient", reason: reasons.userUnknown, isHard: false },
  "1.6": { scope: "recipient", reason: reasons.userUnknown, isHard: true },
  "1.7": { scope: "sender", reason: reasons.senderBlocked, isHard: false },
  "1.8": { scope: "sender", reason: reasons.senderBlocked, isHard: false },
  "1.10": { scope: "recipient", reason: reasons.noMailHost, isHard: true },
  "2.0": { scope: "recipient", reason: reasons.mailboxInactive, isHard: false },
  "2.1": { scope: "recipient", reason: reasons.mailboxInactive, isHard: true },
  "2.2": { scope: "recipient", reason: reasons.quotaExceeded, isHard: false },
  "2.3": { scope: "content", reason: reasons.contentBlocked, isHard: false },
  "3.0": { scope: "destination", reason: reasons.systemIssue, isHard: false },
  "3.1": { scope: "destination", reason: reasons.systemIssue, isHard: false },
  "3.2": { scope: "destination", reason: reasons.systemIssue, isHard: false },
  "3.4": { scope: "content", reason: reasons.contentBlocked, isHard: false },
  "4.1": { scope: "destination", reason: reasons.connectionIssue, isHard: false },
  "4.2": { scope: "destination", reason: reasons.connectionIssue, isHard: false },
  "4.4": { scope: "recipient", reason: reasons.noMailHost, isHard: false },
  "4.5": { scope: "destination", reason: reasons.connectionIssue, isHard: false },
  "4.6": { scope: "destination", reason: reasons.systemIssue, isHard: false },
  "4.7": { scope: "destination", reason: reasons.connectionIssue, isHard: false },
  "5.0": { scope: "us", reason: reasons.protocolIssue, isHard: false },
  "5.1": { scope: "us", reason: reasons.protocolIssue, isHard: false },
  "5.2": { scope: "us", reason: reasons.protocolIssue, isHard: false },
  "5.3": { scope: "destination", reason: reasons.protocolIssue, isHard: false },
  "5.4": { scope: "us", reason: reasons.protocolIssue, isHard: false },
  "6.0": { scope: "content", reason: reasons.contentBlocked, isHard: false },
  "6.7": { scope: "recipient", reason: reasons.protocolIssue, isHard: false },
  "7.0": { scope: "source", reason: reasons.policyIssue, isHard: false },
  "7.1": { scope: "source", reason: reasons.policyIssue, isHard: false },
  "7.8": { scope: "us", reason: reasons.policyIssue, isHard: false },
  "7.13": { scope: "recipient", reason: reasons.mailboxInactive, isHard: true },
  "7.20": { scope: "sender", reason: reasons.policyIssue, isHard: false },
  "7.23": { scope: "sender", reason: reasons.policyIssue, isHard: false },
  "7.25": { scope: "source", reason: reasons.policyIssue, isHard: false },
  "7.26": { scope: "sender", reason: reasons.policyIssue, isHard: false },
  "7.27": { scope: "sender", reason: reasons.policyIssue, isHard: false },
  "7.28": { scope: "source", reason: reasons.policyIssue, isHard: false },
  "7.30": { scope: "sender", reason: reasons.policyIssue, isHard: false },
  "7.515": { scope: "sender", reason: reasons.policyIssue, isHard: false },
};

interface Phrase extends Meaning {
  words: string[];
}

// What servers write where the code is silent or too general. Lower case, in order: the first phrase that occurs
// decides, so what speaks of us stands before what speaks of the recipient (a block list's text may say "user").
const phrases: Phrase[] = [
  {
    words: ["blocklist", "block list", "blacklist", "black list", "spamhaus", "barracudacentral", "sorbs", "dnsbl", "rbl"],
    scope: "source",
    reason: reasons.blacklisted,
    isHard: false,
  },
  {
    words: ["reverse dns", "ptr record", "poor reputation", "low reputation", "ip address is not allowed", "unusual rate"],
    scope: "source",
    reason: reasons.policyIssue,
    isHard: false,
  },
  {
    words: ["dmarc", "spf", "dkim", "unauthenticated", "sender rejected", "sender denied", "sender address rejected"],
    scope: "sender",
    reason: reasons.senderBlocked,
    isHard: false,
  },
  {
    words: ["greylist", "graylist", "grey-list", "grey list"],
    scope: "destination",
    reason: reasons.greylisted,
    isHard: false,
  },
  {
    words: ["rate limit", "too many", "throttl", "temporarily deferred", "try again later"],
    scope: "destination",
    reason: reasons.policyIssue,
    isHard: false,
  },
  {
    words: ["spam", "virus", "content reject", "message content", "malware", "phish"],
    scope: "content",
    reason: reasons.contentBlocked,
    isHard: false,
  },
  {
    words: ["relay"],
    scope: "destination",
    reason: reasons.relayDenied,
    isHard: false,
  },
  {
    words: ["quota", "mailbox full", "mailbox is full", "over limit", "insufficient storage"],
    scope: "recipient",
    reason: reasons.quotaExceeded,
    isHard: false,
  },
  {
    words: ["disabled", "inactive", "suspended", "deactivated", "no longer"],
    scope: "recipient",
    reason: reasons.mailboxInactive,
    isHard: true,
  },
  {
    words: [
      "user unknown",
      "unknown user",
      "no such user",
      "no such recipient",
      "unknown recipient",
      "recipient unknown",
      "recipient not found",
      "user not found",
      "does not exist",
      "doesn't exist",
      "invalid recipient",
      "no mailbox",
      "mailbox not found",
      "mailbox unavailable",
      "unknown or illegal alias",
      "address unknown",
    ],
    scope: "recipient",
    reason: reasons.userUnknown,
    isHard: true,
  },
];

/** Reads a refusal (4yz or 5yz). The words may overrule a general status such as 5.7.1 or 5.0.0; a status that names the
 *  mailbox stands unless the words blame us. A hard meaning needs a 5yz and is not believed before RCPT, where the
 *  server did not know the recipient yet. */
export function readReply(reply: Reply, stage: Stage): Meaning {
  const meaning = meaningOf(reply, stage);
  const isHard = meaning.isHard && meaning.scope === "recipient" && reply.code >= 500 && stage !== "mail";
  return { ...meaning, isHard };
}

function meaningOf(reply: Reply, stage: Stage): Meaning {
  const text = reply.text.toLowerCase();
  const phrase = phrases.find(({ words }) => words.some((word) => hasWord(text, word)));
  const status = byStatus[statusOf(reply)];
  if (status === undefined) return phrase ?? byCode(reply, stage);
  if (phrase === undefined) return status;
  const isGeneral = status.scope !== "recipient" || statusOf(reply).endsWith(".0");
  const blamesUs = phrase.scope === "source" || phrase.scope === "sender";
  return isGeneral || blamesUs ? phrase : status;
}

// Words begin where a letter does not stand before them, and abbreviations end likewise: "rbl" is not in "marble".
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const isStart = at === 0 || !isLetter(text.charCodeAt(at - 1));
    const isEnd = word.length > abbreviationMax || !isLetter(text.charCodeAt(at + word.length));
    if (isStart && isEnd) return true;
  }
  return false;
}

const abbreviationMax = 5;

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function statusOf(reply: Reply): string {
  return reply.enhanced?.slice(2) ?? "";
}

// RFC 5321 §4.2.2 and §4.3.2: what the bare code says at this point of the dialogue.
function byCode(reply: Reply, stage: Stage): Meaning {
  const { code } = reply;
  if (code === 421) return { scope: "destination", reason: reasons.systemIssue, isHard: false };
  if (code === 452) return { scope: "destination", reason: reasons.systemIssue, isHard: false };
  if (code === 552) return { scope: "content", reason: reasons.contentBlocked, isHard: false };
  if (stage === "rcpt" && (code === 550 || code === 551 || code === 553)) {
    // Without words that say so, the address is not declared dead: this message bounces, the next one is tried.
    return { scope: "recipient", reason: reasons.userUnknown, isHard: false };
  }
  if (stage === "final" || stage === "data") {
    return code >= 500
      ? { scope: "content", reason: reasons.contentBlocked, isHard: false }
      : { scope: "destination", reason: reasons.systemIssue, isHard: false };
  }
  if (code >= 500 && code < 505) return { scope: "us", reason: reasons.protocolIssue, isHard: false };
  return { scope: "destination", reason: reasons.policyIssue, isHard: false };
}
