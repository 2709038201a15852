import type { ReportedRecipient } from "../../mail/report/index.ts";
import { type MessageReason, readReply, messageReasons as reasons } from "../delivery/index.ts";

/** What a report means for the message and for its recipient. */
export interface BounceMeaning {
  reason: MessageReason;
  /** The address is dead: it is sent to no more. */
  isHard: boolean;
}

// What reports say that no reply to an attempt of ours says, or that such a reply must not be read as: each decides before
// the code does. Lower case, without addresses, in order.
const phrases: readonly [reason: MessageReason, isHard: boolean, words: RegExp][] = [
  [
    reasons.systemIssue,
    false,
    /procmail|pipe to \||exit(?:ed)? (?:status|with|code)|command (?:died|failed|output)|child (?:process )?exited|mail ?loop|loops? back to|too many hops|hop count|routing loop|disk space|disk full|no space left|contact ldap/,
  ],
  [
    reasons.quotaExceeded,
    false,
    /(?:mail ?(?:box|folder|drop)|inbox|account).{0,30}(?:\bfull\b|exceeded|over)|over ?quota|quota (?:is )?exceeded|exceed.{0,40}(?:quota|storage|mailbox)|messages in recipient.s mailbox|not enough (?:storage|space)/,
  ],
  // Google's limit for one mailbox comes with the status of a dead one.
  [reasons.policyIssue, false, /receiving mail (?:at a rate|too quickly)/],
  [
    reasons.policyIssue,
    false,
    /authentication information|authentication checks|no reverse dns|reverse dns|policy reasons|mismatches client ip|open relay/,
  ],
  [
    reasons.mailboxInactive,
    false,
    /(?:mailbox|account|user|recipient|compte).{0,40}(?:frozen|locked|blocked|bloqu|suspended)|(?:5\.7\.13|recipient address rejected).{0,80}disabled|disabled recipient/,
  ],
  [
    reasons.userUnknown,
    true,
    /not listed in (?:domino|public)|recipientnotfound|(?:recipient|user|address|mailbox|account)\S* (?:was |were )?(?:not|n.t) (?:be )?found|wasn.t found at|not a registered|unknown user|user unknown|no such user|recipient name is not recognized/,
  ],
  [
    reasons.invalidDomain,
    true,
    /host (?:is )?(?:unknown|not found)|unknown host|domain (?:name )?(?:is )?(?:not found|not reachable|unknown)|no such (?:domain|host)|domain (?:does not|doesn.t|may not) exist|account or domain may not exist|nxdomain|unrouteable mail domain|bad destination host|illegal host|unknown domain|invalid domain|all relevant mx records point to non-existent/,
  ],
  [
    reasons.noMailHost,
    true,
    /null ?mx|does not accept mail|no mail exchanger|find a mail exchanger|find any host named|no mx record/,
  ],
];

// Only where no reply is quoted: servers that do answer write of such things for other reasons.
const silent: readonly [reason: MessageReason, words: RegExp][] = [
  [
    reasons.connectionIssue,
    /time[d -]{0,2}out|connection (?:refused|lost|reset|failed|dropped|to .{0,60} failed)|could not connect|unable to connect|requests to connect|socket error|no route to host|network (?:is )?unreachable|too long|in the queue|expired|delivery time|not responding|undelivered for|conversation with|multiple retries|giving up|unable to contact/,
  ],
];

/** Decides what a report means, with the same rules as a reply to an attempt of our own: it quotes such a reply. */
export function meaningOfReport({ status, replyCode, text }: ReportedRecipient): BounceMeaning {
  const lower = withoutAddresses(text).toLowerCase();
  const isLasting = status?.[0] !== "4" && (replyCode === null || replyCode >= 500);
  const phrase = phrases.find(([, , words]) => words.test(lower));
  if (phrase !== undefined) return { reason: phrase[0], isHard: phrase[1] && isLasting };
  const quiet = replyCode === null ? silent.find(([, words]) => words.test(lower)) : undefined;
  if (quiet !== undefined) return { reason: quiet[0], isHard: false };
  const code = replyCode ?? (status?.[0] === "4" ? 450 : 550);
  const reply = { code, text: outer(text), ...(status === null ? {} : { enhanced: status }) };
  const { reason, isHard } = readReply(reply, "rcpt");
  return { reason, isHard };
}

// A gateway's own word stands before the reply that it hands on.
function outer(text: string): string {
  return text.replace(/^[45]\.\d\.\d\s*-\s*unknown address error\s*/i, "");
}

function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),:;[\]]+@[^\s<>"'(),:;[\]]+/g, "…");
}
