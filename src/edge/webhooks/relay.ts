import type { Subscription as Listening } from "../../base/database.ts";
import {
  EventHorizon,
  type Following,
  follow,
  followMarginSeconds,
  followRenewSeconds,
  followSeconds,
  selectAccountsWithNews,
  unfollow,
} from "../../core/events/index.ts";
import {
  type SubscriptionRow,
  selectEverySubscription,
  selectEveryWebhook,
  selectOpenReplays,
  selectSubscriptions,
  selectWebhooks,
  type Webhook,
  webhookChannel,
} from "../../core/webhooks/index.ts";
import { Endpoint } from "./endpoint.ts";
import { Gate } from "./gate.ts";
import type { WebhookPost } from "./post.ts";
import type { RelayContext } from "./relay-context.ts";
import { Stream } from "./stream.ts";

// How often the log is looked at. Mailjet groups what happened within a second; a webhook hears of it within half of one.
const lookEveryMs = 250;
// A round that breaks off may have posted already: tried again at once, the same events would come four times a second.
const failedRestMs = 10_000;
// Requests under way at once, of webhooks that are well and of those that are not: a thousand that hang must not take
// the places of one that answers.
const requestsMax = 512;
const triesMax = 128;
// How long requests under way have to end when the service stops.
const stopMsMax = 10_000;

/** What the relay needs of the service. */
export interface RelayOptions
  extends Pick<RelayContext, "database" | "keyring" | "clock" | "ids" | "log" | "onDied"> {
  nodeId: number;
  post: (message: WebhookPost, signal: AbortSignal) => ReturnType<RelayContext["post"]>;
}

/** Follows the log of events and posts them to the webhooks of their accounts. One process does so at a time; each
 *  webhook goes through the log at its own pace. */
export class WebhookRelay {
  readonly #options: RelayOptions;
  readonly #context: RelayContext;
  readonly #horizon: EventHorizon;
  readonly #streams = new Map<bigint, Map<bigint, Stream>>();
  readonly #running = new Map<Stream, Promise<void>>();
  /** When the last round of a webhook broke off, by its id. */
  readonly #failedAt = new Map<bigint, number>();
  readonly #stale = new Set<bigint>();
  readonly #cut = new AbortController();
  #following: Following | null = null;
  #validUntil = 0;
  #renewAt = 0;
  /** Up to where it was asked who has news; null after a reload, when every stream looks for itself. */
  #seen: bigint | null = null;
  #isEverythingStale = true;
  #isStopping = false;
  #wake: (() => void) | null = null;
  #loop: Promise<void> | null = null;
  #listening: Listening | null = null;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#horizon = new EventHorizon(options.database);
    const gates = { well: new Gate(requestsMax), down: new Gate(triesMax) };
    this.#context = {
      ...options,
      post: (message, isTry) =>
        gates[isTry ? "down" : "well"].pass(() => options.post(message, this.#cut.signal)),
      following: () => (options.clock.real() < this.#validUntil ? this.#following : null),
      isStopping: () => this.#isStopping,
    };
  }

  /** Begins; what waits since the last stop is posted first. */
  async start(): Promise<void> {
    const { database } = this.#options;
    const heard = (accountId: string) => {
      if (/^\d+$/.test(accountId)) this.#stale.add(BigInt(accountId));
      this.wake();
    };
    const resumed = () => {
      this.#isEverythingStale = true;
    };
    this.#listening = await database.listen(webhookChannel, heard, resumed);
    this.#loop = this.#run();
  }

  /** Says that the time has been advanced, or that there is something new. */
  wake(): void {
    this.#wake?.();
  }

  /** Ends requests under way, as far as they end soon; what they were about is posted again otherwise. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake?.();
    await this.#loop;
    await this.#listening?.close();
    const patience = setTimeout(() => this.#cut.abort(), stopMsMax);
    await Promise.all(this.#running.values());
    clearTimeout(patience);
    const following = this.#following;
    if (following === null) return;
    try {
      await this.#options.database.write({ role: "relay" }, (tx) => unfollow(tx, following));
    } catch (error) {
      // It passes on when the lease ends.
      this.#options.log.warn("webhooks.lease_not_returned", { error });
    }
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#look();
      } catch (error) {
        this.#options.log.warn("webhooks.look_failed", { error });
      }
      await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lookEveryMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #look(): Promise<void> {
    await this.#keepLease();
    if (this.#context.following() === null) return;
    await this.#reload();
    if (this.#streams.size === 0) return;
    const horizon = await this.#horizon.advance();
    await this.#noteNews(horizon);
    const { clock } = this.#options;
    const [now, real] = [clock.now(), clock.real()];
    for (const [accountId, streams] of this.#streams) {
      if (this.#stale.has(accountId)) continue;
      for (const stream of streams.values()) {
        const failedAt = this.#failedAt.get(stream.endpoint.webhook.id) ?? Number.NEGATIVE_INFINITY;
        if (real - failedAt < failedRestMs || this.#running.has(stream)) continue;
        if (stream.isDue(now, real)) this.#begin(stream, horizon);
      }
    }
  }

  async #keepLease(): Promise<void> {
    const startedAt = this.#options.clock.real();
    if (startedAt < this.#renewAt) return;
    this.#renewAt = startedAt + followRenewSeconds * 1000;
    const { database, nodeId } = this.#options;
    const epoch = this.#following?.epoch ?? null;
    const following = await database.write({ role: "relay" }, (tx) =>
      follow(tx, { name: "webhooks", nodeId, epoch }, new Date(startedAt)),
    );
    this.#validUntil = startedAt + (followSeconds - followMarginSeconds) * 1000;
    // Another process may have been at work meanwhile: nothing in memory holds any more.
    if (following?.epoch !== this.#following?.epoch) this.#isEverythingStale = true;
    this.#following = following;
  }

  // Not under the feet of a round: it would be done twice.
  async #reload(): Promise<void> {
    if (this.#isEverythingStale) return this.#reloadAll();
    const busy = new Set([...this.#running.keys()].map((stream) => stream.accountId));
    for (const accountId of [...this.#stale]) if (!busy.has(accountId)) await this.#reloadOne(accountId);
  }

  async #reloadAll(): Promise<void> {
    this.#streams.clear();
    if (this.#running.size > 0) return;
    const [webhooks, subscriptions] = await this.#options.database.read({ role: "relay" }, (reader) =>
      Promise.all([selectEveryWebhook(reader), selectEverySubscription(reader)]),
    );
    this.#isEverythingStale = false;
    this.#stale.clear();
    this.#failedAt.clear();
    this.#seen = null;
    const subscribed = Map.groupBy(subscriptions, ({ accountId }) => accountId);
    for (const [accountId, own] of Map.groupBy(webhooks, (webhook) => webhook.accountId)) {
      this.#streams.set(accountId, streamsOf(own, subscribed.get(accountId) ?? []));
    }
    await this.#takeReplays();
  }

  async #reloadOne(accountId: bigint): Promise<void> {
    // Before it is read: what changes meanwhile is read again.
    this.#stale.delete(accountId);
    const [webhooks, subscriptions] = await this.#options.database
      .read({ role: "relay" }, (reader) =>
        Promise.all([selectWebhooks(reader, accountId), selectSubscriptions(reader, accountId)]),
      )
      .catch((error: unknown) => {
        this.#stale.add(accountId);
        throw error;
      });
    if (webhooks.length === 0) this.#streams.delete(accountId);
    else this.#streams.set(accountId, streamsOf(webhooks, subscriptions));
    await this.#takeReplays();
  }

  async #takeReplays(): Promise<void> {
    const replays = await this.#options.database.read({ role: "relay" }, selectOpenReplays);
    const byWebhook = Map.groupBy(replays, ({ accountId, webhookId }) => `${accountId}/${webhookId}`);
    for (const [accountId, streams] of this.#streams) {
      for (const [id, stream] of streams) {
        // One that is being worked on knows best how far it is.
        if (!this.#running.has(stream)) stream.replays = byWebhook.get(`${accountId}/${id}`) ?? [];
      }
    }
  }

  async #noteNews(horizon: bigint): Promise<void> {
    if (horizon === this.#seen) return;
    const after = this.#seen;
    const accounts =
      after === null
        ? []
        : await this.#options.database.read({ role: "relay" }, (reader) =>
            selectAccountsWithNews(reader, after, horizon),
          );
    this.#seen = horizon;
    for (const accountId of accounts) {
      for (const stream of this.#streams.get(accountId)?.values() ?? []) stream.newsUntil = horizon;
    }
  }

  #begin(stream: Stream, horizon: bigint): void {
    const work = this.#work(stream, horizon).finally(() => this.#running.delete(stream));
    this.#running.set(stream, work);
  }

  async #work(stream: Stream, horizon: bigint): Promise<void> {
    try {
      for (;;) {
        const end = await stream.run(this.#context, horizon);
        if (end === "stale") this.#stale.add(stream.accountId);
        this.#failedAt.delete(stream.endpoint.webhook.id);
        const isStale = this.#isEverythingStale || this.#stale.has(stream.accountId);
        if (end !== "more" || this.#isStopping || isStale) return;
      }
    } catch (error) {
      this.#failedAt.set(stream.endpoint.webhook.id, this.#options.clock.real());
      this.#options.log.warn("webhooks.round_failed", { error, webhookId: stream.endpoint.webhook.id });
      this.#stale.add(stream.accountId);
    }
  }
}

/** The streams of an account: one for each webhook that something is meant for in the first place. */
function streamsOf(
  webhooks: readonly Webhook[],
  subscriptions: readonly SubscriptionRow[],
): Map<bigint, Stream> {
  const endpoints = new Map(webhooks.map((webhook) => [webhook.id, new Endpoint(webhook)]));
  const backups = new Map<string, Endpoint>();
  for (const row of subscriptions) {
    const endpoint = endpoints.get(row.webhookId);
    if (row.isBackup && endpoint !== undefined) backups.set(row.eventType, endpoint);
  }
  const streams = new Map<bigint, Stream>();
  for (const [id, endpoint] of endpoints) {
    const primaries = subscriptions.filter((row) => row.webhookId === id && !row.isBackup);
    if (primaries.length === 0) continue;
    const own = new Map([...backups].filter(([, backup]) => backup !== endpoint));
    streams.set(
      id,
      new Stream(endpoint, primaries, endpoint.webhook.format === "standard" ? new Map() : own),
    );
  }
  return streams;
}
