import { assertNever } from "../../../base/errors.ts";
import type { EventKind } from "../../../core/events/index.ts";
import { isHardBounce, type Message, type Standing } from "../../../core/messages/index.ts";
import type { MessageEvent, MessageStatus } from "../mailjet/resources/message-services.ts";

// Mailjet has no word for a message that was cancelled or whose time ran out. Both are put where a program that knows
// only Mailjet's words acts rightly: not sent and not to be counted as a bounce; tried and given up.

/** Where a message stands, in Mailjet's words. */
export function statusOf(message: Pick<Message, "state" | "reason">): MessageStatus {
  switch (message.state) {
    case "bounced":
      return isHardBounce(message) ? "hardbounced" : "softbounced";
    case "expired":
      return "softbounced";
    case "cancelled":
      return "blocked";
    case "queued":
    case "deferred":
    case "sent":
    case "blocked":
    case "unknown":
      return message.state;
    default:
      return assertNever(message.state);
  }
}

/** Which messages a filter by Mailjet's words means. */
export function standingsOf(statuses: MessageStatus[]): Standing[] {
  return [...new Set(statuses.flatMap((status) => standings[status]))];
}

const standings: Record<MessageStatus, Standing[]> = {
  processed: ["queued", "deferred", "sent", "bounced", "blocked", "cancelled", "expired", "unknown"],
  queued: ["queued"],
  sent: ["sent"],
  // What a recipient does with a message is not a state of it here.
  opened: [],
  clicked: [],
  bounce: ["bounced", "expired"],
  spam: [],
  unsub: [],
  blocked: ["blocked", "cancelled"],
  softbounced: ["bounced_soft", "expired"],
  hardbounced: ["bounced_hard"],
  deferred: ["deferred"],
  unknown: ["unknown"],
};

/** What happened, in Mailjet's words; null for what its history has no word for: another attempt follows, nobody knows,
 *  or an unsubscription was taken back. */
export function eventKindOf(kind: EventKind): MessageEvent["kind"] | null {
  switch (kind) {
    case "sent":
    case "bounced":
    case "blocked":
      return kind;
    case "expired":
      return "bounced";
    case "cancelled":
      return "blocked";
    case "opened":
    case "clicked":
      return kind;
    case "unsubscribed":
      return "unsub";
    case "complained":
      return "spam";
    case "deferred":
    case "unknown":
    case "resubscribed":
      return null;
    default:
      return assertNever(kind);
  }
}
