import type { MailjetEventType } from "../../../../core/webhooks/index.ts";
import type { Principal } from "../../principal.ts";
import type { Change } from "./page.ts";

/** Where events of a type go. */
export interface CallbackRecord {
  id: bigint;
  eventType: MailjetEventType;
  isBackup: boolean;
  url: string;
  /** Version 2: many events a request. */
  isGrouped: boolean;
  isAlive: boolean;
}

/** What of it its owner may set. */
export type CallbackChange = Partial<Omit<CallbackRecord, "id">>;

/** What a webhook answered to a test. */
export interface CallbackTest {
  /** Null when there was no answer. */
  status: number | null;
  /** The beginning of the answer, or why there was none. */
  answer: string;
  isTaken: boolean;
}

/** Webhooks as Mailjet's API has them: one URL and one backup for each type of event. */
export interface CallbackServices {
  listCallbacks(principal: Principal): Promise<CallbackRecord[]>;
  /** @throws Refusal invalid_url */
  createCallback(
    principal: Principal,
    wish: Omit<CallbackRecord, "id" | "isAlive">,
  ): Promise<{ kind: "created"; callback: CallbackRecord } | { kind: "exists" }>;
  /** @throws Refusal invalid_url */
  updateCallback(
    principal: Principal,
    id: bigint,
    change: CallbackChange,
  ): Promise<Change<CallbackRecord> | { kind: "exists" }>;
  /** False when there is none. */
  removeCallback(principal: Principal, id: bigint): Promise<boolean>;
  /** Posts an event of its type that has not happened; null when there is no such callback. */
  testCallback(principal: Principal, id: bigint): Promise<CallbackTest | null>;
}
