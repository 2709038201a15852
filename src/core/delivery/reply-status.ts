import { type MessageReason, messageReasons as reasons } from "./reasons.ts";
import type { Scope } from "./scope.ts";

/** What a refusal says: whose matter it is, in Mailjet's words, and whether the address is dead. */
export interface Meaning {
  scope: Scope;
  reason: MessageReason;
  isHard: boolean;
}

function soft(scope: Scope, reason: MessageReason): Meaning {
  return { scope, reason, isHard: false };
}

function dead(reason: MessageReason): Meaning {
  return { scope: "recipient", reason, isHard: true };
}

// RFC 3463 §3 and the registry of RFC 5248; the class digit is left out, since 4.2.2 and 5.2.2 speak of the same thing.
// Only codes that name the mailbox or its domain are hard.
const byStatus: Readonly<Record<string, Meaning>> = {
  "1.1": dead(reasons.userUnknown),
  "1.2": dead(reasons.invalidDomain),
  "1.3": dead(reasons.userUnknown),
  "1.4": soft("recipient", reasons.userUnknown),
  "1.6": dead(reasons.userUnknown),
  "1.7": soft("sender", reasons.senderBlocked),
  "1.8": soft("sender", reasons.senderBlocked),
  "1.10": dead(reasons.noMailHost),
  "2.0": soft("recipient", reasons.mailboxInactive),
  "2.1": dead(reasons.mailboxInactive),
  "2.2": soft("recipient", reasons.quotaExceeded),
  "2.3": soft("content", reasons.contentBlocked),
  "2.4": soft("recipient", reasons.mailboxInactive),
  "3.4": soft("content", reasons.contentBlocked),
  "3.6": soft("us", reasons.protocolIssue),
  "4.4": soft("recipient", reasons.noMailHost),
  "4.6": soft("destination", reasons.systemIssue),
  "5.3": soft("destination", reasons.protocolIssue),
  "6.7": soft("recipient", reasons.protocolIssue),
  // RFC 4954 §6: they speak of the account we have signed in with at a smart host.
  "7.8": soft("us", reasons.policyIssue),
  "7.9": soft("us", reasons.policyIssue),
  "7.11": soft("us", reasons.policyIssue),
  "7.12": soft("us", reasons.policyIssue),
  "7.13": soft("us", reasons.policyIssue),
  "7.14": soft("us", reasons.policyIssue),
  // RFC 7372: DKIM, SPF, reverse DNS.
  "7.20": soft("sender", reasons.policyIssue),
  "7.21": soft("sender", reasons.policyIssue),
  "7.22": soft("sender", reasons.policyIssue),
  "7.23": soft("sender", reasons.policyIssue),
  "7.24": soft("sender", reasons.policyIssue),
  "7.26": soft("sender", reasons.policyIssue),
  // RFC 7505 §4.2: our own return path has a null MX.
  "7.27": soft("sender", reasons.policyIssue),
  "7.29": soft("us", reasons.policyIssue),
  "7.30": soft("sender", reasons.policyIssue),
  "7.31": soft("sender", reasons.policyIssue),
  "7.32": soft("sender", reasons.policyIssue),
  "7.40": soft("sender", reasons.policyIssue),
  "7.515": soft("sender", reasons.policyIssue),
};

// RFC 3463 §2: what an unknown detail means is said by its subject.
const bySubject: Readonly<Record<string, Meaning>> = {
  "1": soft("recipient", reasons.userUnknown),
  "2": soft("recipient", reasons.mailboxInactive),
  "3": soft("destination", reasons.systemIssue),
  "4": soft("destination", reasons.connectionIssue),
  "5": soft("us", reasons.protocolIssue),
  "6": soft("content", reasons.contentBlocked),
  "7": soft("source", reasons.policyIssue),
};

/** What a status code says by itself.
 *  @param status without its class: 1.1 of 5.1.1 */
export function meaningOfStatus(status: string): Meaning | undefined {
  return byStatus[status] ?? bySubject[status.slice(0, status.indexOf("."))];
}

/** Whom the code itself names, so that words of a general kind cannot mean somebody else. */
export function namedBy(status: string): "mailbox" | "us" | "nobody" {
  const scope = byStatus[status]?.scope;
  if (scope === "sender" || scope === "us") return "us";
  return scope === "recipient" && !status.endsWith(".0") ? "mailbox" : "nobody";
}
