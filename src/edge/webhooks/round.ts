import type { DescribedEvent } from "../../core/messages/index.ts";
import {
  type Attempt,
  type Health,
  isGivenUp,
  nextRetryAt,
  type Retry,
  type Verdict,
} from "../../core/webhooks/index.ts";
import type { Endpoint } from "./endpoint.ts";
import type { RelayContext } from "./relay-context.ts";

/** Events of one webhook that wait for a second try. Beyond it, the webhook as a whole waits. */
export const retriesMax = 1000;
// Successes of a round that are logged; there may be hundreds, and they tell little.
const deliveriesLoggedMax = 5;

/** An event to be posted. */
export interface Item {
  described: DescribedEvent;
  endpoint: Endpoint;
  /** What is known of earlier tries; null for an event that comes for the first time. */
  retry: Retry | null;
}

// What is posted in order: the events of one message. One that is of none stands for itself.
function laneOf({ described: { event } }: Item): bigint {
  return event.messageId ?? event.logPosition;
}

/** Posts some events and collects what came of it. Events of one message follow each other: what comes behind one that
 *  was refused waits with it. */
export class Round {
  readonly #context: RelayContext;
  readonly #waiting: Set<bigint>;
  #waitingCount: number;
  readonly #stopped = new Set<Endpoint>();
  /** Positions that need not be posted again: taken, put among the retries, or given up. */
  readonly done = new Set<bigint>();
  readonly added: Retry[] = [];
  readonly changed: Retry[] = [];
  readonly ended: bigint[] = [];
  readonly healths = new Map<bigint, Health>();
  readonly attempts = new Map<bigint, Attempt[]>();
  delivered = 0;

  /** @param retries everything of the webhook that waits already */
  constructor(context: RelayContext, retries: readonly Retry[]) {
    this.#context = context;
    this.#waiting = new Set(retries.map(({ lane }) => lane));
    this.#waitingCount = retries.length;
  }

  /** @param items in the order of the log; what was refused before comes first */
  async deliver(items: readonly Item[]): Promise<void> {
    const now = this.#context.clock.now();
    // One backup may wait while another one takes its events.
    const ready = [...Map.groupBy(items, ({ endpoint }) => endpoint)].filter(
      ([endpoint]) => !endpoint.isPaused(now),
    );
    await Promise.all(
      ready.map(([endpoint, own]) =>
        endpoint.webhook.format === "mailjet_group"
          ? this.#deliverGroup(endpoint, own)
          : this.#deliverEach(endpoint, own),
      ),
    );
  }

  async #deliverGroup(endpoint: Endpoint, items: Item[]): Promise<void> {
    const verdict = await this.#post(
      endpoint,
      items.map(({ described }) => described),
    );
    if (verdict === "delivered") {
      for (const item of items) this.#finish(item);
      return;
    }
    // It cannot be told which event of a group is at fault, so all of it waits.
    this.#fail(endpoint);
  }

  async #deliverEach(endpoint: Endpoint, items: Item[]): Promise<void> {
    const lanes = [...Map.groupBy(items, laneOf).values()];
    const next = async (): Promise<void> => {
      for (;;) {
        if (this.#stopped.has(endpoint) || this.#context.isStopping()) return;
        const lane = lanes.shift();
        if (lane === undefined) return;
        await this.#deliverLane(endpoint, lane);
      }
    };
    // The pace grows while the round goes on.
    const workers: Promise<void>[] = [];
    while (lanes.length > 0 && !this.#stopped.has(endpoint) && !this.#context.isStopping()) {
      const lane = lanes.shift();
      if (lane === undefined) break;
      await this.#deliverLane(endpoint, lane);
      while (workers.length < endpoint.pace - 1 && lanes.length > 0) workers.push(next());
    }
    await Promise.all(workers);
  }

  async #deliverLane(endpoint: Endpoint, lane: Item[]): Promise<void> {
    for (const item of lane) {
      if (this.#stopped.has(endpoint)) return;
      if (item.retry === null && this.#waiting.has(laneOf(item))) {
        // Due as soon as the one before it is through.
        if (!this.#park(item, this.#context.clock.now())) return this.#fail(endpoint);
        continue;
      }
      const wasDown = endpoint.isDown;
      const verdict = await this.#post(endpoint, [item.described]);
      if (verdict === "delivered") this.#finish(item);
      else if (verdict === "unreachable") return this.#fail(endpoint, item.retry);
      else if (wasDown) return this.#refuseWhileDown(endpoint, item);
      else if (item.retry !== null) return this.#refuseAgain(endpoint, item.retry);
      else this.#refuse(endpoint, item);
    }
  }

  async #post(endpoint: Endpoint, events: DescribedEvent[]): Promise<Verdict> {
    const { verdict, attempt } = await endpoint.post(this.#context, events);
    if (attempt !== null) this.#log(endpoint, attempt);
    if (verdict === "delivered") {
      if (attempt !== null) {
        endpoint.succeed();
        this.healths.set(endpoint.webhook.id, endpoint.health);
        this.delivered += events.length;
      }
    }
    return verdict;
  }

  #log(endpoint: Endpoint, attempt: Attempt): void {
    const { id } = endpoint.webhook;
    const all = this.attempts.get(id) ?? [];
    all.push(attempt);
    this.attempts.set(id, all);
    if (attempt.outcome !== "delivered") return;
    const delivered = all.filter(({ outcome }) => outcome === "delivered");
    const [first] = delivered;
    if (delivered.length > deliveriesLoggedMax && first !== undefined) all.splice(all.indexOf(first), 1);
  }

  #finish({ described, retry }: Item): void {
    const { logPosition } = described.event;
    this.done.add(logPosition);
    if (retry !== null) this.ended.push(logPosition);
  }

  #refuse(endpoint: Endpoint, item: Item): void {
    if (!this.#park(item, nextRetryAt(this.#context.clock.now()))) {
      this.#fail(endpoint);
      return;
    }
    this.#waiting.add(laneOf(item));
    endpoint.refuse(this.#context.clock.now());
    this.healths.set(endpoint.webhook.id, endpoint.health);
    if (endpoint.isDown) this.#stopped.add(endpoint);
  }

  #refuseAgain(endpoint: Endpoint, retry: Retry): void {
    endpoint.refuseAgain(this.#context.clock.now());
    this.healths.set(endpoint.webhook.id, endpoint.health);
    this.#retryLater(endpoint, retry);
  }

  // It answers, so the event may be at fault, and not the webhook: the next try is with another one.
  #refuseWhileDown(endpoint: Endpoint, item: Item): void {
    if (item.retry === null && this.#park(item, nextRetryAt(this.#context.clock.now()))) {
      this.#waiting.add(laneOf(item));
    }
    this.#fail(endpoint, item.retry);
  }

  #retryLater(endpoint: Endpoint, retry: Retry): void {
    const now = this.#context.clock.now();
    // What a webhook dies of is for its backup, or for itself once it is revived.
    if (endpoint.health.state === "alive" && isGivenUp(retry.failedAt, now)) {
      this.ended.push(retry.logPosition);
      this.#context.log.warn("webhooks.event_given_up", { position: retry.logPosition });
      return;
    }
    this.changed.push({ ...retry, attempts: retry.attempts + 1, dueAt: nextRetryAt(now) });
  }

  #park(item: Item, dueAt: Date): boolean {
    if (this.#waitingCount >= retriesMax) return false;
    const { logPosition } = item.described.event;
    this.#waitingCount++;
    this.done.add(logPosition);
    this.added.push({
      logPosition,
      lane: laneOf(item),
      attempts: 1,
      failedAt: this.#context.clock.now(),
      dueAt,
    });
    return true;
  }

  #fail(endpoint: Endpoint, retry: Retry | null = null): void {
    if (!this.#stopped.has(endpoint)) {
      this.#stopped.add(endpoint);
      endpoint.fail(this.#context.clock.now());
      this.healths.set(endpoint.webhook.id, endpoint.health);
    }
    if (retry !== null) this.#retryLater(endpoint, retry);
  }
}
