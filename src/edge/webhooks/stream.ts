import type { Sql } from "../../base/database.ts";
import { selectLog } from "../../core/events/index.ts";
import { describeEvents } from "../../core/messages/index.ts";
import {
  isMeant,
  kindsOf,
  type Progress,
  type Replay,
  type Retry,
  recordProgress,
  type SubscriptionRow,
  selectRetriedEvents,
  selectRetries,
} from "../../core/webhooks/index.ts";
import type { Endpoint } from "./endpoint.ts";
import type { RelayContext } from "./relay-context.ts";
import { type Item, Round, retriesMax } from "./round.ts";

// Events of one round, which are in memory and, after a crash, posted again. A webhook begins with few.
const roundMax = 100;
const roundPerPace = 10;
// Retries of one round: each takes as long as a slow answer.
const retriesPerRound = 20;
// How often a webhook's place in the log is written where nothing was posted to it.
const placeEveryMs = 10_000;
// Mailjet groups what happened within a second.
const groupMs = 1000;

/** How a round ended: there is more, there is nothing more, it waits, or its set-up has changed. */
export type RoundEnd = "more" | "idle" | "paused" | "stale";

/** One webhook's way through the log: its own position, its retries, its replays. Nothing another webhook does holds it
 *  up. */
export class Stream {
  readonly endpoint: Endpoint;
  /** What is sent here, and what its backups take when it is dead. */
  readonly #primaries: SubscriptionRow[];
  readonly #backups: ReadonlyMap<string, Endpoint>;
  #position: bigint;
  #writtenAt = 0;
  /** Taken out of order, before something that is not: not to be posted again. */
  #ahead = new Set<bigint>();
  #retries: Retry[] | null = null;
  replays: Replay[] = [];
  /** There is news up to this position; null when that is not known. */
  newsUntil: bigint | null = null;
  #begunAt = 0;
  /** The end of a group that was not taken. */
  #groupUntil: bigint | null = null;

  constructor(endpoint: Endpoint, primaries: SubscriptionRow[], backups: ReadonlyMap<string, Endpoint>) {
    this.endpoint = endpoint;
    this.#primaries = primaries;
    this.#backups = backups;
    this.#position = endpoint.webhook.logPosition;
  }

  get accountId(): bigint {
    return this.endpoint.webhook.accountId;
  }

  /** Is there anything to do at an instant?
   *  @param real milliseconds that only move forward */
  isDue(now: Date, real: number): boolean {
    if (this.#isGrouped && real - this.#begunAt < groupMs) return false;
    if (!this.#targets().some((target) => !target.isPaused(now))) return false;
    if (
      this.newsUntil === null ||
      this.newsUntil > this.#position ||
      this.replays.length > 0 ||
      this.#retries === null
    )
      return true;
    return this.#dueRetries(this.#retries, now).length > 0;
  }

  /** Posts the next events up to a position of the log that is final. */
  async run(context: RelayContext, horizon: bigint): Promise<RoundEnd> {
    const now = context.clock.now();
    this.#begunAt = context.clock.real();
    this.newsUntil ??= horizon;
    if (this.#targets().every((target) => target.isPaused(now))) return "paused";
    this.#retries ??= await context.database.read({ role: "relay" }, (reader) =>
      selectRetries(reader, this.accountId, this.endpoint.webhook.id, retriesMax),
    );
    const until = this.#groupUntil !== null && this.#groupUntil < horizon ? this.#groupUntil : horizon;
    const items = await this.#read(context, { until, limit: this.#limit() });
    if (items === null) return "idle";
    const round = new Round(context, this.#retries);
    // Their event is gone, or nobody asks for it any more.
    round.ended.push(...items.orphans);
    await round.deliver(items.items);
    const position = this.#reached(items, round, until);
    const groupEnd = items.last ?? until;
    this.#groupUntil = this.#isGrouped && position < groupEnd ? groupEnd : null;
    if (!(await this.#write(context, round, position))) return "stale";
    if (items.isFull && position > items.after) return "more";
    if (this.#targets().every((target) => target.isPaused(context.clock.now()))) return "paused";
    // Without a step forward, another round at once would find the same.
    if (position < horizon) return position > items.after || round.done.size > 0 ? "more" : "paused";
    return this.replays.length > 0 ? this.#replay(context) : "idle";
  }

  get #isGrouped(): boolean {
    return this.endpoint.webhook.format === "mailjet_group";
  }

  // One event tells whether a webhook is back. A group is tried again as it was, so that it has the same id.
  #limit(): number {
    if (this.#isGrouped) return roundMax;
    if (this.#targets().every(({ isDown }) => isDown)) return 1;
    const pace = Math.max(...this.#targets().map((target) => target.pace));
    return Math.min(roundMax, pace * roundPerPace);
  }

  // While it is alive everything goes to the webhook itself; when it is dead, each type to the backup it has.
  #targets(): Endpoint[] {
    if (this.endpoint.health.state === "alive") return [this.endpoint];
    return [...this.#backups.values()].filter(({ health }) => health.state === "alive");
  }

  #targetOf(subscription: SubscriptionRow): Endpoint | null {
    if (this.endpoint.health.state === "alive") return this.endpoint;
    const backup = this.#backups.get(subscription.eventType);
    return backup !== undefined && backup.health.state === "alive" ? backup : null;
  }

  async #read(context: RelayContext, { until, limit }: { until: bigint; limit: number }) {
    const { format } = this.endpoint.webhook;
    const kinds = this.#primaries.flatMap(({ eventType }) => kindsOf(format, eventType));
    const retries = this.#dueRetries(this.#retries ?? [], context.clock.now());
    const after = this.#position;
    return this.#opened(context, async (reader) => {
      const range = { after, until, kinds, messageId: null, ids: null, limit };
      const events = await selectLog(reader, this.accountId, range);
      // A webhook that is down is tried with something new, if there is anything: what it refused before proves nothing.
      const tried =
        limit === 1 && events.length > 0 ? [] : retries.slice(0, Math.min(limit, retriesPerRound));
      const again = await selectRetriedEvents(reader, this.accountId, tried);
      const described = await describeEvents(reader, context.keyring, this.accountId, [...again, ...events]);
      // Asked for, also where nobody is there to take it now.
      const wanted = new Set<bigint>();
      const retryAt = new Map(tried.map((retry) => [retry.logPosition, retry]));
      const items = described.flatMap((each): Item[] => {
        const { logPosition, kind } = each.event;
        if (this.#ahead.has(logPosition)) return [];
        const retry = retryAt.get(logPosition) ?? null;
        const asking = this.#primaries
          .filter((row) => isMeant(format, row.eventType, kind))
          .filter((row) => retry !== null || row.sincePosition < logPosition);
        if (asking.length > 0) wanted.add(logPosition);
        const endpoint = asking.map((row) => this.#targetOf(row))[0];
        return endpoint === undefined || endpoint === null ? [] : [{ described: each, endpoint, retry }];
      });
      const orphans = tried.map(({ logPosition }) => logPosition).filter((each) => !wanted.has(each));
      return {
        items,
        orphans,
        after,
        last: events.at(-1)?.logPosition ?? null,
        isFull: events.length === limit,
      };
    });
  }

  // Null for an account whose key is destroyed: nothing of it can be told any more.
  async #opened<T>(context: RelayContext, work: (reader: Sql) => Promise<T>): Promise<T | null> {
    return context.database.read({ role: "relay" }, async (reader) => {
      await context.keyring.load(reader, [this.accountId]);
      return context.keyring.has(this.accountId) ? work(reader) : null;
    });
  }

  // One of each message: the others follow it.
  #dueRetries(retries: readonly Retry[], now: Date): Retry[] {
    const seen = new Set<bigint>();
    return retries.filter(({ lane, dueAt }) => {
      if (seen.has(lane)) return false;
      seen.add(lane);
      return dueAt <= now;
    });
  }

  // Up to the first event that is not through; what lies behind it and is through is remembered.
  #reached(
    { items, last, isFull }: { items: Item[]; last: bigint | null; isFull: boolean },
    round: Round,
    until: bigint,
  ): bigint {
    const fresh = items
      .filter(({ retry }) => retry === null)
      .map(({ described }) => described.event.logPosition);
    const open = fresh.find((logPosition) => !round.done.has(logPosition));
    const end = isFull && last !== null ? last : until;
    const position = open === undefined ? end : open - 1n;
    const ahead = [...this.#ahead, ...fresh.filter((logPosition) => round.done.has(logPosition))];
    this.#ahead = new Set(ahead.filter((logPosition) => logPosition > position));
    return position;
  }

  async #write(context: RelayContext, round: Round, position: bigint): Promise<boolean> {
    const touched = [round.done.size, round.healths.size, round.changed.length, round.ended.length];
    const isWorthIt = touched.some((count) => count > 0);
    const isLate = position > this.#position && context.clock.real() - this.#writtenAt > placeEveryMs;
    if (isWorthIt || isLate) {
      if (!(await this.#record(context, progressOf(this, round, { logPosition: position })))) return false;
      this.#writtenAt = context.clock.real();
    }
    this.#position = position;
    this.#keepRetries(round);
    return true;
  }

  async #record(context: RelayContext, progress: Progress): Promise<boolean> {
    const following = context.following();
    if (following === null) return false;
    const isWritten = await context.database.write(
      { role: "relay" },
      (tx) => recordProgress(tx, following, progress),
      { retry: true },
    );
    if (!isWritten) return false;
    for (const endpoint of [this.endpoint, ...this.#backups.values()]) {
      if (progress.healths.get(endpoint.webhook.id)?.state === "dead") context.onDied(endpoint.webhook);
    }
    return true;
  }

  #keepRetries(round: Round): void {
    const changed = new Map(round.changed.map((retry) => [retry.logPosition, retry]));
    const ended = new Set(round.ended);
    this.#retries = [...(this.#retries ?? []), ...round.added]
      .filter(({ logPosition }) => !ended.has(logPosition))
      .map((retry) => changed.get(retry.logPosition) ?? retry)
      .sort((a, b) => (a.logPosition < b.logPosition ? -1 : 1));
    // There may be more than were read.
    if (this.#retries.length === 0 && round.ended.length > 0) this.#retries = null;
  }

  // After everything new is told, a round of what is to be told again. It stops at what is not taken and goes on there.
  async #replay(context: RelayContext): Promise<RoundEnd> {
    const [replay] = this.replays;
    const target = this.endpoint;
    if (replay === undefined || target.health.state === "dead") return "idle";
    const { format } = target.webhook;
    const kinds = this.#primaries.flatMap(({ eventType }) => kindsOf(format, eventType));
    const limit = this.#limit();
    const described = await this.#opened(context, async (reader) => {
      const ids = { from: replay.fromId, until: replay.untilId };
      const range = {
        after: replay.logPosition,
        until: replay.untilPosition,
        kinds,
        messageId: null,
        ids,
        limit,
      };
      const events = await selectLog(reader, this.accountId, range);
      return describeEvents(reader, context.keyring, this.accountId, events);
    });
    if (described === null) return "idle";
    const round = new Round(context, this.#retries ?? []);
    const items = described.map((each): Item => ({ described: each, endpoint: target, retry: null }));
    await round.deliver(items);
    const open = items.find(({ described: { event } }) => !round.done.has(event.logPosition));
    const last = described.at(-1)?.event.logPosition;
    const isEnd = open === undefined && described.length < limit;
    const logPosition =
      open === undefined ? (last ?? replay.untilPosition) : open.described.event.logPosition - 1n;
    const endedAt = isEnd ? context.clock.now() : null;
    const sent = round.delivered;
    const progress = progressOf(this, round, { replay: { id: replay.id, logPosition, sent, endedAt } });
    if (!(await this.#record(context, progress))) return "stale";
    this.#keepRetries(round);
    replay.logPosition = logPosition;
    if (isEnd) this.replays.shift();
    return open === undefined ? "more" : "paused";
  }
}

function progressOf(
  { endpoint }: Stream,
  round: Round,
  reached: Partial<Pick<Progress, "logPosition" | "replay">>,
): Progress {
  const { healths, added, changed, ended, attempts } = round;
  return {
    webhook: endpoint.webhook,
    logPosition: null,
    replay: null,
    ...reached,
    ...{ healths, added, changed, ended, attempts },
  };
}
