import { replies, type ServerReply } from "./reply.ts";

/** Why a connection was not let in, or had to make room. */
export const refusalReasons = ["address", "network", "rate", "all", "stopping", "evicted"] as const;
export type RefusalReason = (typeof refusalReasons)[number];

const reasons = new Map<ServerReply, RefusalReason>([
  [replies.crowdedAddress, "address"],
  [replies.crowdedNetwork, "network"],
  [replies.tooOften, "rate"],
  [replies.crowded, "all"],
  [replies.stopping, "stopping"],
]);

/** What a server has done since it began. */
export class ServerTally {
  connections = 0;
  readonly refusals = new Map<RefusalReason, number>();
  /** Replies by their first digit. */
  readonly replies = new Map<2 | 3 | 4 | 5, number>();

  refused(refusal: ServerReply): void {
    const reason = reasons.get(refusal);
    if (reason !== undefined) add(this.refusals, reason);
  }

  evicted(): void {
    add(this.refusals, "evicted");
  }

  replied({ code }: ServerReply): void {
    const first = Math.floor(code / 100);
    if (first === 2 || first === 3 || first === 4 || first === 5) add(this.replies, first);
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
