import type { ReportedAction } from "../../mail/report/index.ts";
import type { EventKind } from "../events/index.ts";
import type { MessageState } from "../messages/index.ts";

/** What may be reported of a message, as far as it decides. */
export interface WhatHappened {
  kind: EventKind;
  /** The server that was reached. */
  host: string | null;
  /** Does the next server report by itself? */
  isReportedByNext: boolean;
  /** How the message stands now. */
  state: MessageState;
}

/** What follows from an event: whether a report is sent, and whether anything can still be to be told after it. */
export interface Decision {
  report: ReportedAction | null;
  isOver: boolean;
}

/** Decides what of an event is told to who has asked. A message that the next server took may come back to us, and not to
 *  its author, since we gave it a return path of our own: who asked for failures is told of those as well. */
export function decide(
  { kind, host, isReportedByNext, state }: WhatHappened,
  wish: { onSuccess: boolean; onFailure: boolean },
): Decision | null {
  switch (kind) {
    case "sent": {
      // Kept in the test inbox: on its way to nobody.
      if (host === null) return { report: null, isOver: true };
      // RFC 3461 §5.2.2: a server that was told of the wish answers for it; any other one was the end of our sight.
      const report = wish.onSuccess && !isReportedByNext ? "relayed" : null;
      return { report, isOver: !wish.onFailure && !(wish.onSuccess && isReportedByNext) };
    }
    case "bounced":
    case "expired":
    case "blocked":
      return { report: wish.onFailure ? "failed" : null, isOver: true };
    case "unknown":
      // Tried again, it will come to something.
      if (state !== "unknown") return null;
      return { report: wish.onFailure ? "failed" : null, isOver: false };
    case "cancelled":
      // Withdrawn by the account itself, which knows it.
      return { report: null, isOver: true };
    default:
      return null;
  }
}
