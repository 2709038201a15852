import type { DescribedEvent } from "../../core/messages/index.ts";
import {
  type Attempt,
  afterFailure,
  type Health,
  healthy,
  messageOf,
  type PostOutcome,
  refusalsInARowMax,
  signatureOf,
  signingSecrets,
  urlPlace,
  type Verdict,
  verdictOf,
  type Webhook,
} from "../../core/webhooks/index.ts";
import type { RelayContext } from "./relay-context.ts";

// Requests to one webhook side by side: the first is alone until it is answered, then they double. A webhook that
// answers in 50 ms takes 320 events a second so; one that hangs holds one connection.
const paceMax = 16;

/** A webhook as one that is posted to: how it is doing and how fast it may go. */
export class Endpoint {
  readonly webhook: Webhook;
  health: Health;
  pace = 1;
  #refusals = 0;

  constructor(webhook: Webhook) {
    this.webhook = webhook;
    const { state, failingSince, failures, dueAt, diedAt } = webhook;
    this.health = { state, failingSince, failures, dueAt, diedAt };
  }

  /** Has it failed as a whole, and taken nothing since? Then one request is a try whether it is back. */
  get isDown(): boolean {
    return this.health.dueAt !== null;
  }

  /** Does it wait after a failure? */
  isPaused(now: Date): boolean {
    return this.health.dueAt !== null && this.health.dueAt > now;
  }

  /** Posts events: one, or as many as its format takes in a request. */
  async post(
    context: RelayContext,
    events: readonly DescribedEvent[],
  ): Promise<{ verdict: Verdict; attempt: Attempt | null }> {
    const { accountId, id, format, sealedUrl } = this.webhook;
    const message = messageOf(format, events);
    // Nothing that this format has a word for.
    if (message === null) return { verdict: "delivered", attempt: null };
    const { keyring, clock, ids } = context;
    // A consumer compares it with its own clock.
    const timestampSeconds = Math.floor(clock.real() / 1000);
    const secrets = signingSecrets(keyring, this.webhook, clock.now());
    const signature = signatureOf(secrets, { ...message, timestampSeconds });
    const headers = {
      "webhook-id": message.id,
      "webhook-timestamp": String(timestampSeconds),
      ...(signature === "" ? {} : { "webhook-signature": signature }),
      // What a group's own id cannot tell: which events it holds, for those who must not count one twice.
      ...(format === "mailjet_group" ? { "webhook-events": message.eventIds.join(",") } : {}),
    };
    const url = new URL(keyring.openIdentity(urlPlace(accountId, id), sealedUrl).toString());
    const outcome = await context.post({ url, headers, body: message.body }, this.isDown);
    const verdict = verdictOf(format, outcome);
    const attemptId = ids.next(clock.now());
    const answer = outcome.kind === "answered" ? outcome.answer : outcome.detail;
    const place = { table: "webhook_attempt", accountId, id: attemptId };
    const attempt: Attempt = {
      id: attemptId,
      outcome: verdict,
      eventId: message.eventIds[0] ?? 0n,
      eventCount: message.eventIds.length,
      status: statusOf(outcome),
      durationMs: outcome.durationMs,
      sealed: keyring.sealIdentity(place, answer),
    };
    return { verdict, attempt };
  }

  /** It has taken something: all is well, and it may go faster. */
  succeed(): void {
    this.health = healthy;
    this.#refusals = 0;
    this.pace = Math.min(this.pace * 2, paceMax);
  }

  /** It was not there: it waits. */
  fail(now: Date): void {
    this.health = afterFailure(this.health, now, true);
    this.pace = 1;
  }

  /** It has refused something. A single event may be at fault; several in a row, and the webhook waits as a whole. */
  refuse(now: Date): void {
    this.#refusals++;
    this.health = afterFailure(this.health, now, this.#refusals >= refusalsInARowMax);
    this.pace = 1;
  }

  /** It has refused what it refused before, which says nothing new about it. */
  refuseAgain(now: Date): void {
    this.health = afterFailure(this.health, now, false);
  }
}

function statusOf(outcome: PostOutcome): number | null {
  // A server may answer any three digits, and some answer more.
  return outcome.kind === "answered" && outcome.status < 1000 ? outcome.status : null;
}
