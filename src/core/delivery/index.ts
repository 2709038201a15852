export { type Band, inboxRoute, laneCount, laneOf, placeInQueue } from "./lanes.ts";
export {
  countLiveNodes,
  joinAsNode,
  leaseMarginSeconds,
  leaseSeconds,
  type NodeEntry,
  nodesSeen,
  renewLanes,
  renewSeconds,
  returnLanes,
  takeLanes,
  touchNode,
} from "./leases.ts";
export { holdings as deliveryHoldings } from "./privacy.ts";
export {
  type Claim,
  type ClaimRequest,
  cancelledAmong,
  claim,
  type Delivery,
  dueRoutes,
  enqueue,
  finish,
  leftClaims,
  type OwnedLane,
  type Postponement,
  postpone,
  type QueuePlace,
  release,
  withdraw,
} from "./queue.ts";
