import type { Static } from "typebox";

import { meaningOfEvent, meaningTexts } from "../../../core/delivery/index.ts";
import type {
  Counts,
  PlaceCounts,
  ReasonStatistics as Reason,
  Timing,
} from "../../../core/statistics/index.ts";
import { messageReasonText } from "../message-reasons.ts";
import type { named } from "./schemas.ts";

export function writeCounts(counts: Counts, by: Timing): Static<ReturnType<typeof named<"Statistics">>> {
  const { bouncedHard: hard, bouncedSoft: soft } = counts;
  const ended =
    counts.sent + hard + soft + counts.blocked + counts.cancelled + counts.expired + counts.unknown;
  return {
    accepted: counts.accepted,
    queued: by === "message" ? Math.max(0, counts.accepted - ended - counts.deferred) : null,
    sent: counts.sent,
    deferred: counts.deferred,
    bounced: { total: hard + soft, hard, soft },
    blocked: counts.blocked,
    cancelled: counts.cancelled,
    expired: counts.expired,
    unknown: counts.unknown,
    opened: readersOf(counts.openedPeople, counts.openedMachine),
    clicked: readersOf(counts.clickedPeople, counts.clickedMachine),
    unsubscribed: counts.unsubscribed,
    resubscribed: counts.resubscribed,
    complained: counts.complained,
    measured: { opens: counts.opensCounted, clicks: counts.clicksCounted },
    averageDeliverySeconds: averageOf(counts),
  };
}

export function writePlaceCounts(counts: PlaceCounts) {
  const { sent, deferred, blocked, expired, unsubscribed, complained, bouncedHard, bouncedSoft } = counts;
  const bounced = { total: bouncedHard + bouncedSoft, hard: bouncedHard, soft: bouncedSoft };
  const averageDeliverySeconds = averageOf(counts);
  return { sent, deferred, bounced, blocked, expired, unsubscribed, complained, averageDeliverySeconds };
}

export function readersOf(people: number, machine: number) {
  return { raw: people + machine, people, machine };
}

function averageOf({ sent, deliveryMs }: { sent: number; deliveryMs: number }): number | null {
  return sent > 0 ? Math.round(deliveryMs / sent) / 1000 : null;
}

export function reasonOf({ kind, reason, events }: Reason) {
  const bare = { replyCode: null, enhanced: null, text: null, detail: null, host: null };
  const code = meaningOfEvent({ kind, reason: reason === 0 ? null : reason, ...bare }) ?? "policy_refused";
  return {
    kind,
    reason: reason === 0 ? null : { number: reason, text: messageReasonText(reason) },
    meaning: { code, text: meaningTexts[code] },
    events,
  };
}
