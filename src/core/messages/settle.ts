import type { Transaction } from "../../base/database.ts";
import { type Claim, finish, type MessageReason, postpone } from "../delivery/index.ts";
import { type DeliveryKind, recordEvents } from "../events/index.ts";
import { addSuppressions } from "../suppressions/index.ts";
import type { Tracked } from "./counting.ts";
import type { MessageState } from "./message.ts";
import { deleteReports } from "./report-store.ts";
import { applyStates } from "./store.ts";

/** What is to be written of one attempt, or of a message that will not be attempted. It is complete: a node that
 *  was killed after noting it in its journal writes it from there. */
export interface Settlement {
  claim: Claim;
  accountId: bigint;
  eventId: bigint;
  kind: DeliveryKind;
  reason: MessageReason | null;
  replyCode: number | null;
  enhanced: string | null;
  /** The remote server's words, sealed for the event. */
  sealed: Buffer | null;
  at: Date;
  /** Set when the message goes back into the queue. */
  retryAt: Date | null;
  /** Was the message attempted? Cancelled and suppressed ones were not. */
  isAttempt: boolean;
  /** Of a message that was sent: how it is counted; absent where it is not. */
  tracked?: Tracked;
  /** The address is dead: it joins the suppression list. */
  suppression: { lookup: Buffer; id: bigint; sealed: Buffer } | null;
  /** Of a delivery report of ours: nothing is written of it, and when it has ended it is forgotten. */
  isReport?: true;
}

/** Writes what came of many messages in one transaction: queue, state, event and suppression together. Only rows still
 *  under the claim they were attempted under are touched. Answers how many were, for the log. */
export async function settle(tx: Transaction, settlements: Settlement[]): Promise<number> {
  const finals = settlements.filter((s) => s.retryAt === null);
  const retries = settlements.flatMap((s) =>
    s.retryAt === null
      ? []
      : [{ ...s.claim, dueAt: s.retryAt, isAttempt: s.isAttempt, isRepeat: s.kind === "unknown" }],
  );
  const finished = await finish(
    tx,
    finals.map((s) => s.claim),
  );
  const postponed = await postpone(tx, retries);
  const valid = settlements.filter((s) => (s.retryAt === null ? finished : postponed).has(s.claim.id));
  const messages = valid.filter((s) => s.isReport !== true);
  const ended = valid.filter((s) => s.isReport === true && s.retryAt === null);
  await Promise.all([
    applyStates(tx, messages.map(stateOf)),
    recordEvents(tx, messages.map(eventOf)),
    deleteReports(tx, ended.map(keyOf)),
  ]);
  await addSuppressions(tx, messages.flatMap(suppressionOf));
  return valid.length;
}

function keyOf({ accountId, claim }: Settlement): { accountId: bigint; id: bigint } {
  return { accountId, id: claim.id };
}

function stateOf(s: Settlement): Parameters<typeof applyStates>[1][number] {
  const state: MessageState = s.retryAt === null ? s.kind : "deferred";
  return {
    accountId: s.accountId,
    id: s.claim.id,
    state,
    reason: s.reason,
    attempts: s.isAttempt ? 1 : 0,
    wasUnknown: s.kind === "unknown",
    changedAt: s.at,
  };
}

function eventOf(s: Settlement): Parameters<typeof recordEvents>[1][number] {
  const { accountId, eventId, claim, kind, reason, replyCode, enhanced, sealed, tracked } = s;
  const event = { accountId, id: eventId, messageId: claim.id, kind, reason, replyCode, enhanced, sealed };
  return tracked === undefined ? event : { ...event, tracked };
}

function suppressionOf(s: Settlement): Parameters<typeof addSuppressions>[1] {
  if (s.suppression === null) return [];
  const { lookup, id, sealed } = s.suppression;
  const from = { cause: "bounce", source: "delivery", sourceId: s.claim.id } as const;
  return [{ accountId: s.accountId, lookup, id, sealed, ...from, createdAt: s.at }];
}
