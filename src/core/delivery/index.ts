export { DestinationBudget, type DestinationLimits, knownLimits, limitsOf } from "./budget.ts";
export {
  clearDestinations,
  type DestinationState,
  destinationStates,
  writeDestinations,
} from "./destination-state.ts";
export {
  type MeaningCode,
  meaningCodes,
  meaningOfEvent,
  meaningOfReason,
  meaningTexts,
  type WhatHappened,
} from "./event-meaning.ts";
export { type Band, inboxRoute, laneCount, laneOf, placeInQueue } from "./lanes.ts";
export {
  countLiveNodes,
  dropLanes,
  joinAsNode,
  leaseMarginSeconds,
  leaseSeconds,
  type NodeEntry,
  nodeNamed,
  renewLanes,
  renewSeconds,
  returnLanes,
  selectNodes,
  silentHolders,
  takeLanes,
  touchNode,
} from "./leases.ts";
export {
  type NoRoute,
  type Outcome,
  outcomeOfNoRoute,
  outcomeOfOpen,
  outcomeOfSend,
} from "./outcome.ts";
export { holdings as deliveryHoldings } from "./privacy.ts";
export {
  type Claim,
  type ClaimRequest,
  cancelledAmong,
  claimRoutes,
  claimsOf,
  type Delivery,
  dueRoutes,
  enqueue,
  enqueueClaimed,
  finish,
  holdExplanations,
  holdRoute,
  makeDue,
  type OwnedLane,
  type Postponement,
  postpone,
  type QueuePlace,
  type RouteWish,
  release,
  withdraw,
} from "./queue.ts";
export { selectQueueFigures } from "./queue-figures-store.ts";
export { type MessageReason, messageReasons } from "./reasons.ts";
export { readReply } from "./reply-meaning.ts";
export {
  type DeliveryMode,
  type FixedRoute,
  type Route,
  Router,
  type RouterOptions,
  type Site,
  type SmartHost,
  type Target,
  type TlsChooser,
} from "./route.ts";
export { nextAttemptAt } from "./schedule.ts";
export { returnShare, selectUsage, takeShare, type UsageKey } from "./source-usage.ts";
export {
  dueTimes,
  type Wait,
  type WaitCode,
  waitCodes,
  waitOf,
  waitText,
  waitTexts,
} from "./waiting.ts";
export { nextDay, type WarmUp, warmUpCap, warmUpPortion } from "./warm-up.ts";
