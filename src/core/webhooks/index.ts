export { selectWebhookFigures, type WebhookFigures } from "./figures-store.ts";
export {
  resubscribe,
  revive,
  type SetUpContext,
  type SubscriptionWish,
  stopWebhook,
  subscribe,
  tellOfChange,
  unsubscribe,
  webhookChannel,
} from "./manage.ts";
export {
  afterFailure,
  type Health,
  healthy,
  isGivenUp,
  nextRetryAt,
  type PostOutcome,
  refusalsInARowMax,
  type Verdict,
  verdictOf,
} from "./outcome.ts";
export { holdings as webhookHoldings } from "./privacy.ts";
export {
  type Attempt,
  deliveriesKept,
  failuresKept,
  insertReplay,
  type Progress,
  type Replay,
  type Retry,
  recordProgress,
  selectAttempts,
  selectOpenReplays,
  selectReplays,
  selectRetriedEvents,
  selectRetries,
} from "./relay-store.ts";
export { messageOf, type WebhookMessage } from "./request.ts";
export { signatureOf, signingSecrets } from "./secret.ts";
export {
  addWebhook,
  changeWebhook,
  removeWebhook,
  renewSecret,
  type WebhookWish,
} from "./standard.ts";
export { type EventData, eventData } from "./standard-event.ts";
export {
  type SubscriptionRow,
  selectEverySubscription,
  selectEveryWebhook,
  selectSubscriptions,
  selectWebhook,
  selectWebhooks,
} from "./store.ts";
export { type NoticeContext, tellOfDeath } from "./tell-of-death.ts";
export { type Trouble, troubleOf, troubles, troubleTexts } from "./trouble.ts";
export { credentialsOf, hostOf, parseWebhookUrl } from "./url.ts";
export {
  isMeant,
  kindsOf,
  type MailjetEventType,
  mailjetEventTypes,
  type Subscription,
  urlPlace,
  type Webhook,
  type WebhookFormat,
  webhookFormats,
} from "./webhook.ts";
