import { assertNever } from "../../base/errors.ts";
import { messageReasons, type Outcome } from "../../core/delivery/index.ts";
import type { Settlement } from "../../core/messages/index.ts";
import type { Answered } from "./loads.ts";
import { refusalSettlement, settlementOf, type VerdictContext } from "./verdict.ts";

/** A fault of ours: the message is tried again later, and nobody else is blamed. */
export function ownFault(detail: string): Outcome {
  return { kind: "deferred", scope: "us", reason: messageReasons.systemIssue, reply: null, detail };
}

/** What is written of a loaded message that is not attempted. `ready` is one that has become too old. */
export function refusalOf(verdicts: VerdictContext, item: Answered): Settlement {
  const { delivery } = item;
  switch (item.kind) {
    case "suppressed": {
      const reason = item.cause === "complaint" ? messageReasons.spamReporter : messageReasons.preblocked;
      return refusalSettlement(verdicts, delivery, "blocked", reason);
    }
    case "cancelled":
      return refusalSettlement(verdicts, delivery, "cancelled", null);
    case "faulty":
      return refusalSettlement(
        verdicts,
        delivery,
        "blocked",
        messageReasons.templateError,
        item.fault.problem.message,
      );
    case "damaged":
      return settlementOf(verdicts, delivery, ownFault("could not be read"), { input: null, host: null });
    case "gone":
    case "ready":
      return refusalSettlement(verdicts, delivery, "expired", null);
    default:
      return assertNever(item);
  }
}
