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
  type FollowerName,
  type Following,
  follow,
  followMarginSeconds,
  followRenewSeconds,
  followSeconds,
  stillFollows,
  unfollow,
} from "./follower.ts";
export { EventHorizon } from "./horizon.ts";
export { type LogRange, lastPosition, selectAccountsWithNews, selectLog, selectLogAt } from "./log-store.ts";
export { holdings as eventHoldings } from "./privacy.ts";
export { historyOf, recordEvents } from "./store.ts";
