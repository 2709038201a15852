export { type EventKind, eventKinds, type MessageEvent } from "./event.ts";
export { holdings as eventHoldings } from "./privacy.ts";
export { historyOf, recordEvents } from "./store.ts";
