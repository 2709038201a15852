export {
  type CountedAs,
  type DeliveryKind,
  type EventKind,
  eventKinds,
  type MessageEvent,
  type RecordedEvent,
  type Verdict,
  verdicts,
} from "./event.ts";
export { type FeedPage, readFeed } from "./feed.ts";
export {
  advance,
  type FollowerName,
  type Following,
  follow,
  followMarginSeconds,
  followRenewSeconds,
  followSeconds,
  holdUp,
  positionOf,
  stillFollows,
  unfollow,
} from "./follower.ts";
export { EventHorizon } from "./horizon.ts";
export {
  countEventList,
  type EventList,
  hasMoreEvents,
  type LogRange,
  lastPosition,
  type Outcome,
  selectAccountsWithNews,
  selectEventList,
  selectLog,
  selectLogAt,
  selectOutcomesBefore,
  selectRepeatedReadings,
  selectWholeLog,
} from "./log-store.ts";
export { holdings as eventHoldings } from "./privacy.ts";
export { historyOf, recordEvents } from "./store.ts";
