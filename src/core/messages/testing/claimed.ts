import { sql } from "../../../base/database.ts";
import { type Band, claimRoutes, takeLanes } from "../../delivery/index.ts";
import type { AcceptRequest } from "../accept.ts";
import type { ClaimedDelivery } from "../load.ts";
import type { Settlement } from "../settle.ts";
import type { Accepting } from "./acceptance.ts";

/** Accepts a request and claims all of its messages; answers them in the order of their ids. */
export async function acceptAndClaim(
  setup: Accepting,
  request: Partial<AcceptRequest> = {},
): Promise<ClaimedDelivery[]> {
  await setup.accept(request);
  return claimDue(setup, 1);
}

/** Claims everything that is due for a node, which takes over the lanes nobody holds at an instant of real time. */
export async function claimDue(
  setup: Accepting,
  nodeId: number,
  realAt = setup.clock.now(),
): Promise<ClaimedDelivery[]> {
  const now = setup.clock.now();
  return setup.database.write({ role: "delivery" }, async (tx) => {
    await takeLanes(tx, nodeId, realAt, 64);
    const places = await tx.rows<{ lane: number; route: string; band: Band; epoch: bigint }>(sql`
      select distinct d.lane, d.route, d.band, l.epoch from delivery d join lane l on l.lane = d.lane
      where d.claimed_by is null`);
    const claimed: ClaimedDelivery[] = [];
    for (const { epoch, route, ...place } of places) {
      const request = { ...place, epoch, nodeId, now };
      for (const row of await claimRoutes(tx, request, [{ route, limit: 1000 }])) {
        claimed.push({ ...row, claim: { lane: row.lane, id: row.id, nodeId, epoch } });
      }
    }
    return claimed.sort((a, b) => (a.id < b.id ? -1 : 1));
  });
}

/** What came of a claimed message: sent, unless told. */
export function settlementFor(
  { ids, clock }: Accepting,
  { claim: held, accountId }: ClaimedDelivery,
  change: Partial<Settlement> = {},
): Settlement {
  const at = clock.now();
  return {
    claim: held,
    accountId,
    eventId: ids.next(at),
    kind: "sent",
    reason: null,
    replyCode: null,
    enhanced: null,
    sealed: null,
    at,
    retryAt: null,
    isAttempt: true,
    suppression: null,
    ...change,
  };
}
