import type { EventKind } from "../events/index.ts";
import { seen } from "./outcome.ts";
import { messageReasons as reasons } from "./reasons.ts";
import { readReply } from "./reply-meaning.ts";

/** What an event means for whoever has sent the message, and what can be done. Codes are stable: pages translate them. */
export const meaningTexts = {
  delivered: "The recipient's server has taken the message and is responsible for it now.",
  kept_in_test_inbox: "The message was kept in the test inbox. It has not left this service.",

  mailbox_unknown: "There is no such mailbox. Check the address; sending again will not help.",
  mailbox_inactive:
    "The mailbox exists and takes no mail: it was closed, disabled, or gets too much at the moment.",
  mailbox_full: "The mailbox is full. Nobody but its owner can change that.",
  domain_unknown: "The recipient's domain does not exist. Check the part of the address behind the @.",
  domain_without_mail: "The recipient's domain has no server for mail, or says that it takes none.",
  relaying_refused:
    "The server says that it does not take mail for this recipient. Its domain is set up wrongly.",

  sender_refused: "The server refuses mail from this sender or its domain. Ask the recipient to allow it.",
  authentication_missing:
    "The server could not tell that the mail is really yours. Check the domain's SPF, DKIM and DMARC records.",
  sender_not_verified:
    "The sending domain is not verified any more, so the message was not sent. Publish its records and look again.",
  source_listed:
    "The address this service sends from is on a block list. Its operator can ask to be taken off it.",
  source_refused:
    "The server refuses mail from the address this service sends from: it is new to it, or has a poor reputation there.",
  sending_too_fast: "The server wants to get less at a time. It is asked more slowly, and again later.",
  policy_refused: "The server refuses by a rule of its own that it does not explain further.",
  greylisted:
    "The server does not know us yet and asks to come back in some minutes. That is usual the first time.",

  content_refused:
    "The server refuses what is in the message: it looks like spam, or holds something it does not take.",
  too_large: "The message is larger than the server takes. Send less, or a link to the file.",
  template_fault:
    "The template has a fault, so the message was not sent. Correct the template and send it again.",

  server_trouble: "The other server has trouble of its own at the moment. It is asked again later.",
  protocol_trouble: "The other server did not keep to the rules of SMTP, or did not like how we did.",
  smtputf8_missing:
    "The address has characters beyond ASCII, and the recipient's server cannot handle such addresses.",
  connection_failed:
    "No connection to the recipient's server could be made, or it broke. It is tried again later.",
  encryption_missing:
    "The recipient's domain demands encryption that its servers do not offer at the moment. It is tried again later.",
  dns_failed: "The DNS gave no answer for the recipient's domain. It is asked again later.",
  next_server_refused:
    "The next server refuses this service as such: its operator has to look at the smart host's login.",
  own_fault: "Something went wrong in this service. It is tried again; if it stays, tell the operator.",

  suppressed:
    "The address is suppressed: mail to it bounced, its owner does not want any, or you suppressed it.",
  complained: "The address is suppressed: its owner has reported an earlier message as unwanted.",
  duplicate_in_campaign:
    "The address has had a message of this campaign already, and the campaign goes to nobody twice.",
  cancelled: "The message was cancelled before it was sent.",
  expired: "The message could not be delivered in time, and is not tried any more.",
  outcome_unknown:
    "The connection broke after the whole message was sent. The recipient may have it, and nobody can know.",
} as const;

export type MeaningCode = keyof typeof meaningTexts;

/** Every code there is, for the description of the API. */
export const meaningCodes = Object.keys(meaningTexts) as readonly MeaningCode[];

/** What of an event tells its meaning. */
export interface WhatHappened {
  kind: EventKind;
  /** Why, by Mailjet's numbers; null where there is no reason. */
  reason: number | null;
  replyCode: number | null;
  enhanced: string | null;
  /** The other server's words. */
  text: string | null;
  /** What was seen from here. */
  detail: string | null;
  host: string | null;
}

/** Says what an event means; null for what a reader has done, whose kind says it all. */
export function meaningOfEvent(event: WhatHappened): MeaningCode | null {
  switch (event.kind) {
    case "sent":
      return event.host === null ? "kept_in_test_inbox" : "delivered";
    case "unknown":
      return "outcome_unknown";
    case "cancelled":
      return "cancelled";
    case "blocked":
      return ofBlocked(event.reason);
    case "deferred":
    case "bounced":
    case "expired":
      return event.reason === null ? "expired" : ofAttempt(event, event.reason);
    default:
      return null;
  }
}

/** What the number of a reason means by itself, where nothing else of the event is at hand. */
export function meaningOfReason(reason: number): MeaningCode {
  return byReason[reason] ?? "policy_refused";
}

function ofBlocked(reason: number | null): MeaningCode {
  // Blocked here and not by the other side: the right to send was lost on the way.
  if (reason === reasons.senderBlocked) return "sender_not_verified";
  return reason === null ? "suppressed" : meaningOfReason(reason);
}

const byReason: Readonly<Record<number, MeaningCode>> = {
  [reasons.userUnknown]: "mailbox_unknown",
  [reasons.mailboxInactive]: "mailbox_inactive",
  [reasons.quotaExceeded]: "mailbox_full",
  [reasons.invalidDomain]: "domain_unknown",
  [reasons.noMailHost]: "domain_without_mail",
  [reasons.relayDenied]: "relaying_refused",
  [reasons.senderBlocked]: "sender_refused",
  [reasons.contentBlocked]: "content_refused",
  [reasons.policyIssue]: "policy_refused",
  [reasons.systemIssue]: "server_trouble",
  [reasons.protocolIssue]: "protocol_trouble",
  [reasons.connectionIssue]: "connection_failed",
  [reasons.greylisted]: "greylisted",
  [reasons.preblocked]: "suppressed",
  [reasons.duplicateInCampaign]: "duplicate_in_campaign",
  [reasons.badTemplate]: "template_fault",
  [reasons.templateError]: "template_fault",
  [reasons.blacklisted]: "source_listed",
  [reasons.spamReporter]: "complained",
};

const bySight = new Map<string, MeaningCode>([
  [seen.tlsPolicy, "encryption_missing"],
  [seen.dnsFailed, "dns_failed"],
  [seen.tooLarge, "too_large"],
  [seen.smtpUtf8, "smtputf8_missing"],
]);

// The reason was decided when the reply came, and stands. Where it is as wide as "a policy", the reply is read once more
// for whose matter it is.
function ofAttempt(event: WhatHappened, reason: number): MeaningCode {
  const { detail, replyCode, enhanced } = event;
  if (replyCode === null) {
    const bySeen = detail === null ? undefined : bySight.get(detail);
    return bySeen ?? (reason === reasons.systemIssue ? "own_fault" : meaningOfReason(reason));
  }
  if (reason === reasons.contentBlocked && (enhanced?.slice(2) === "3.4" || replyCode === 552))
    return "too_large";
  if (reason !== reasons.policyIssue) return meaningOfReason(reason);
  return ofPolicy(event, replyCode);
}

function ofPolicy({ enhanced, text, detail }: WhatHappened, code: number): MeaningCode {
  const reply = { code, text: text ?? "", ...(enhanced === null ? {} : { enhanced }) };
  switch (readReply(reply, stageOf(detail)).scope) {
    case "sender":
      return "authentication_missing";
    case "source":
      return "source_refused";
    // Of one mailbox, a rate: it exists, and gets too much at the moment.
    case "recipient":
      return "mailbox_inactive";
    case "destination":
      return "sending_too_fast";
    case "us":
      return "next_server_refused";
    default:
      return "policy_refused";
  }
}

// "refused at rcpt"; at an earlier step than MAIL the server knew no more than at MAIL.
function stageOf(detail: string | null): "mail" | "rcpt" | "data" | "final" {
  const stage = /^refused at (rcpt|data|final)$/.exec(detail ?? "")?.[1];
  return stage === "rcpt" || stage === "data" || stage === "final" ? stage : "mail";
}
