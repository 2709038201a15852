import { assertNever } from "../../base/errors.ts";
import type { OpenFailed, Reply, SendResult } from "../../mail/smtp/index.ts";
import { type MessageReason, messageReasons as reasons } from "./reasons.ts";
import { readReply } from "./reply-meaning.ts";
import type { Scope } from "./scope.ts";

/** What was seen from here where the other side said nothing. It is kept in events and read again to say what they mean,
 *  so a changed wording is a new entry. */
export const seen = {
  nullMx: "the domain accepts no mail (null MX)",
  noMailHost: "the domain has no mail server",
  missingDomain: "the domain does not exist",
  tlsPolicy: "no server satisfies the domain's MTA-STS policy",
  internalAddress: "the domain's mail servers have internal addresses",
  dnsFailed: "the DNS gave no answer",
  tooLarge: "larger than the destination accepts",
  smtpUtf8: "the destination does not offer SMTPUTF8",
  unwritable: "the address cannot be written in SMTP",
} as const;

/** What an attempt came to. */
export type Outcome =
  /** `passesReports`: the server sends the reports that were asked for. */
  | { kind: "sent"; reply: Reply; passesReports?: true }
  | { kind: "deferred"; scope: Scope; reason: MessageReason; reply: Reply | null; detail: string }
  /** Final. `isHard`: the address does not exist, and sending to it again would only do harm. */
  | {
      kind: "bounced";
      scope: Scope;
      reason: MessageReason;
      reply: Reply | null;
      detail: string;
      isHard: boolean;
    }
  /** The connection ended after the final dot: the peer may have the message, and nobody can know. */
  | { kind: "unknown"; detail: string };

/** Decides what the answer to a message means. */
export function outcomeOfSend(result: SendResult): Outcome {
  switch (result.kind) {
    case "accepted":
      return result.passesReports === true
        ? { kind: "sent", reply: result.reply, passesReports: true }
        : { kind: "sent", reply: result.reply };
    case "rejected":
      return outcomeOfReply(result.reply, result.stage);
    case "lost":
      return result.afterFinalDot
        ? { kind: "unknown", detail: `connection ${result.error} after the message was sent` }
        : deferredBy("destination", reasons.connectionIssue, `connection ${result.error} at ${result.stage}`);
    case "unsendable":
      return outcomeOfUnsendable(result.reason);
    default:
      return assertNever(result);
  }
}

/** Decides what it means that no connection could be opened: never the recipient's fault, so never final by itself. */
export function outcomeOfOpen(failed: OpenFailed): Outcome {
  if (failed.reply !== undefined) {
    const meaning = readReply(failed.reply, "mail");
    return {
      kind: "deferred",
      scope: meaning.scope === "source" ? "source" : "destination",
      reason: meaning.reason,
      reply: failed.reply,
      detail: `refused at ${failed.stage}`,
    };
  }
  const scope =
    failed.error === "auth_not_offered" || failed.error === "auth_without_tls" ? "us" : "destination";
  return deferredBy(scope, reasons.connectionIssue, `${failed.error ?? "failed"} at ${failed.stage}`);
}

/** What the DNS said when no server could be found. */
export type NoRoute =
  | "null_mx"
  | "no_mail_host"
  | "missing_domain"
  | "dns_failed"
  | "tls_policy"
  | "internal_address";

export function outcomeOfNoRoute(problem: NoRoute): Outcome {
  switch (problem) {
    case "null_mx": // RFC 7505 §4.1: 5.1.10, at once.
      return bouncedBy("recipient", reasons.noMailHost, seen.nullMx, true);
    case "no_mail_host":
      return bouncedBy("recipient", reasons.noMailHost, seen.noMailHost, true);
    case "missing_domain":
      return bouncedBy("recipient", reasons.invalidDomain, seen.missingDomain, true);
    case "tls_policy":
      return deferredBy("destination", reasons.policyIssue, seen.tlsPolicy);
    case "internal_address":
      return deferredBy("destination", reasons.connectionIssue, seen.internalAddress);
    case "dns_failed":
      return deferredBy("destination", reasons.connectionIssue, seen.dnsFailed);
    default:
      return assertNever(problem);
  }
}

function outcomeOfReply(reply: Reply, stage: "mail" | "rcpt" | "data" | "final"): Outcome {
  const meaning = readReply(reply, stage);
  const detail = `refused at ${stage}`;
  // RFC 5321 §4.2.1: only the first digit decides whether to try again; an unknown one is treated as 4yz.
  if (reply.code >= 500 && reply.code < 600) {
    return { kind: "bounced", ...meaning, reply, detail };
  }
  return { kind: "deferred", scope: meaning.scope, reason: meaning.reason, reply, detail };
}

function outcomeOfUnsendable(reason: Extract<SendResult, { kind: "unsendable" }>["reason"]): Outcome {
  switch (reason) {
    case "too_large": // RFC 1870 §6.1
      return bouncedBy("content", reasons.contentBlocked, seen.tooLarge, false);
    case "smtputf8_unsupported": // RFC 6531 §3.5: no silent downgrade.
      return bouncedBy("recipient", reasons.protocolIssue, seen.smtpUtf8, false);
    case "invalid_address":
      return bouncedBy("recipient", reasons.userUnknown, seen.unwritable, false);
    case "eight_bit_unsupported": // RFC 6152 §3: bounced where it could not be rewritten.
      return bouncedBy("content", reasons.protocolIssue, "the destination does not take 8-bit mail", false);
    case "bare_line_ending":
    case "unterminated":
      return bouncedBy("us", reasons.systemIssue, `composed badly: ${reason}`, false);
    default:
      return assertNever(reason);
  }
}

function deferredBy(scope: Scope, reason: MessageReason, detail: string): Outcome {
  return { kind: "deferred", scope, reason, reply: null, detail };
}

function bouncedBy(scope: Scope, reason: MessageReason, detail: string, isHard: boolean): Outcome {
  return { kind: "bounced", scope, reason, reply: null, detail, isHard };
}
