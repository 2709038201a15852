export {
  type DeliveryKind,
  type EventKind,
  eventKinds,
  type MessageEvent,
  type Verdict,
  verdicts,
} from "./event.ts";
export { holdings as eventHoldings } from "./privacy.ts";
export { historyOf, recordEvents } from "./store.ts";
