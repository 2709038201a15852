import type { ReportedAction } from "../../mail/report/index.ts";
import { messageReasons as reasons } from "../delivery/index.ts";
import type { EventKind } from "../events/index.ts";

// RFC 3463 §3, where no server has given a status: the part behind the class.
const byReason: Readonly<Record<number, string>> = {
  [reasons.userUnknown]: "1.1",
  [reasons.mailboxInactive]: "2.1",
  [reasons.quotaExceeded]: "2.2",
  [reasons.invalidDomain]: "1.2",
  [reasons.noMailHost]: "1.10",
  [reasons.relayDenied]: "7.1",
  [reasons.senderBlocked]: "7.1",
  [reasons.contentBlocked]: "6.0",
  [reasons.policyIssue]: "7.0",
  [reasons.systemIssue]: "3.0",
  [reasons.protocolIssue]: "5.0",
  [reasons.connectionIssue]: "4.1",
  [reasons.greylisted]: "7.0",
  [reasons.preblocked]: "7.1",
  [reasons.badTemplate]: "6.0",
  [reasons.templateError]: "6.0",
  [reasons.blacklisted]: "7.1",
  [reasons.spamReporter]: "7.1",
};

/** The status of a report: the server's own where it is of the class that the action has, else what fits best. */
export function statusOf(
  action: ReportedAction,
  { kind, enhanced, reason }: { kind: EventKind | null; enhanced: string | null; reason: number | null },
): string {
  const own = (digit: string) => (enhanced?.startsWith(`${digit}.`) === true ? enhanced : null);
  if (action === "failed") {
    // RFC 3463 §3.5: the time is over; RFC 3464 §2.3.4 has the class 4 where it was never refused for good.
    if (kind === "expired") return "4.4.7";
    if (kind === "unknown") return "4.4.2";
    return own("5") ?? `5.${byReason[reason ?? 0] ?? "0.0"}`;
  }
  if (action === "delayed") return own("4") ?? `4.${byReason[reason ?? 0] ?? "0.0"}`;
  return own("2") ?? "2.0.0";
}
