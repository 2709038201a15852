import type { Clock } from "../../base/clock.ts";
import type { IdSource } from "../../base/ids.ts";
import { messageReasons, nextAttemptAt, type Outcome } from "../../core/delivery/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import type { ClaimedDelivery, ComposeInput, Settlement, Tracked } from "../../core/messages/index.ts";
import type { Reply } from "../../mail/smtp/index.ts";

// After a connection broke behind the final dot the peer may still be at work on the message (RFC 5321 §4.5.3.2.6
// gives it ten minutes). Trying again sooner would make two of one.
const unknownRetryMs = 600_000;
// After our own process died its connections died with it: the peer has decided long since.
export const crashRetryMs = 15_000;

/** What turning an outcome into rows needs of the service. */
export interface VerdictContext {
  keyring: Keyring;
  ids: IdSource;
  clock: Clock;
  random: () => number;
}

/** What is written of an attempt: final, or when it is tried again. */
export function settlementOf(
  context: VerdictContext,
  delivery: ClaimedDelivery,
  outcome: Outcome,
  attempt: { input: ComposeInput | null; host: string | null; tracked?: Tracked },
): Settlement {
  const now = context.clock.now();
  const base = emptySettlement(context, delivery, now);
  const words = {
    reply: "reply" in outcome ? outcome.reply : null,
    detail: "detail" in outcome ? outcome.detail : null,
  };
  const passesReports = outcome.kind === "sent" && outcome.passesReports === true;
  const sealed = sealWords(context, delivery.accountId, base.eventId, {
    ...{ ...words, host: attempt.host },
    ...(passesReports ? { passesReports } : {}),
  });
  switch (outcome.kind) {
    case "sent":
      return {
        ...base,
        ...codesOf(outcome.reply),
        ...trackedOf(attempt),
        kind: "sent",
        sealed,
        isAttempt: true,
      };
    case "unknown":
      return unknownSettlement(
        { ...base, sealed, isAttempt: true },
        delivery,
        new Date(now.getTime() + unknownRetryMs),
      );
    case "bounced": {
      const suppression =
        outcome.isHard && attempt.input !== null && !delivery.isReport
          ? suppressionOf(context, attempt.input)
          : null;
      const { reason } = outcome;
      return {
        ...base,
        ...codesOf(outcome.reply),
        kind: "bounced",
        reason,
        sealed,
        isAttempt: true,
        suppression,
      };
    }
    case "deferred": {
      const times = { now, expiresAt: delivery.expiresAt };
      const retryAt = nextAttemptAt(delivery.attempts + 1, times, context.random());
      const kind = retryAt === null ? "expired" : "deferred";
      const { reason } = outcome;
      return { ...base, ...codesOf(outcome.reply), kind, reason, sealed, isAttempt: true, retryAt };
    }
  }
}

/** A message that will not be attempted: withdrawn, suppressed, too old, or without content. */
export function refusalSettlement(
  context: VerdictContext,
  delivery: ClaimedDelivery,
  kind: "blocked" | "cancelled" | "expired",
  reason: Settlement["reason"],
  detail: string | null = null,
): Settlement {
  const base = emptySettlement(context, delivery, context.clock.now());
  const sealed =
    detail === null
      ? null
      : sealWords(context, delivery.accountId, base.eventId, { reply: null, detail, host: null });
  return { ...base, kind, reason, sealed };
}

/** A message whose attempt began before a crash and whose end nobody knows: transactional mail is tried again with the
 *  same Message-ID, bulk mail is held as `unknown`. */
export function crashSettlement(context: VerdictContext, delivery: ClaimedDelivery): Settlement {
  const now = context.clock.now();
  const base = emptySettlement(context, delivery, now);
  const words = { reply: null, detail: "the sending process ended before the reply", host: null };
  const sealed = sealWords(context, delivery.accountId, base.eventId, words);
  return unknownSettlement(
    { ...base, sealed, isAttempt: true },
    delivery,
    new Date(now.getTime() + crashRetryMs),
  );
}

// Tried again once: a peer that takes each message and hangs up would get it every ten minutes for days.
function unknownSettlement(base: Settlement, delivery: ClaimedDelivery, retryAt: Date): Settlement {
  const isHeld = delivery.isBulk || delivery.isRepeat || retryAt >= delivery.expiresAt;
  const reason = messageReasons.connectionIssue;
  return { ...base, kind: "unknown", reason, retryAt: isHeld ? null : retryAt };
}

function emptySettlement({ ids }: VerdictContext, delivery: ClaimedDelivery, at: Date): Settlement {
  return {
    claim: delivery.claim,
    accountId: delivery.accountId,
    eventId: ids.next(at),
    kind: "sent",
    reason: null,
    replyCode: null,
    enhanced: null,
    sealed: null,
    at,
    retryAt: null,
    isAttempt: false,
    suppression: null,
    ...(delivery.isReport ? { isReport: true as const } : {}),
  };
}

// What is not counted at all is not said: most mail.
function trackedOf({ tracked }: { tracked?: Tracked }): Pick<Settlement, "tracked"> {
  return tracked === undefined || (tracked.opens ?? tracked.clicks) === null ? {} : { tracked };
}

function codesOf(reply: Reply | null): { replyCode: number | null; enhanced: string | null } {
  return { replyCode: reply?.code ?? null, enhanced: reply?.enhanced ?? null };
}

function sealWords(
  { keyring }: VerdictContext,
  accountId: bigint,
  eventId: bigint,
  {
    reply,
    ...words
  }: { reply: Reply | null; detail: string | null; host: string | null; passesReports?: true },
): Buffer {
  const text = JSON.stringify({ text: reply?.text ?? null, ...words });
  return keyring.sealIdentity({ table: "event", accountId, id: eventId }, text);
}

function suppressionOf(
  { keyring, ids, clock }: VerdictContext,
  input: ComposeInput,
): Settlement["suppression"] {
  const id = ids.next(clock.now());
  const place = { table: "suppression", accountId: input.accountId, id };
  return { lookup: input.lookup, id, sealed: keyring.sealIdentity(place, input.identity.address) };
}
