import { setTimeout as pause } from "node:timers/promises";
import type { Credentials } from "../support/service.ts";
import { type Consumer, type Received, startConsumer } from "../support/webhook-consumer.ts";
import type { Told } from "./ledger.ts";
import type { Node } from "./node.ts";
import type { Random } from "./random.ts";

// One request in nine fails; in one way or the other.
const failShare = 0.11;
const resetShare = 0.3;
const thinkMsMax = 10;
const pageSize = 1000;
// What happens to a message on its way; nobody reads it here.
const kinds = ["sent", "deferred", "bounced", "blocked", "cancelled", "expired", "unknown"];

/** Who is told of events: an endpoint that gets each for itself, one that gets them in groups as Mailjet posts them, both
 *  failing at times, and a program that reads the feed. */
export class Audience {
  readonly #consumer: Consumer;
  readonly #credentials: Credentials;
  readonly #closers: (() => Promise<void>)[];
  /** What each has been told, in the order of the first telling. */
  readonly #each = new Map<bigint, Told>();
  readonly #grouped = new Set<bigint>();

  private constructor(consumer: Consumer, credentials: Credentials, closers: (() => Promise<void>)[]) {
    this.#consumer = consumer;
    this.#credentials = credentials;
    this.#closers = closers;
  }

  static async open(random: Random, node: Node, credentials: Credentials): Promise<Audience> {
    const closers: (() => Promise<void>)[] = [];
    const consumer = await startConsumer({ after: (close) => closers.push(close) });
    const audience = new Audience(consumer, credentials, closers);
    consumer.answer = (request) => {
      const delayMs = random.between(0, thinkMsMax);
      audience.#hear(request);
      if (!random.chance(failShare)) return { status: 200, delayMs };
      return random.chance(resetShare) ? "reset" : { status: 500, delayMs };
    };
    await audience.#subscribe(node);
    return audience;
  }

  async #subscribe(node: Node): Promise<void> {
    const { url } = this.#consumer;
    const callback = { EventType: "sent", Url: `${url}/grouped`, Version: 2 };
    for (const [target, body] of [
      ["/v3/REST/eventcallbackurl", callback],
      ["/api/v1/webhooks", { url: `${url}/each`, events: kinds }],
    ] as const) {
      const answer = await node.service.request(this.#credentials, "POST", target, { body });
      if (answer.status !== 201) throw new Error(`${target} answered ${answer.status}: ${answer.text}`);
    }
  }

  // Told is told, whatever we answer: a consumer may have worked before it fails.
  #hear({ path, headers, events: [event = {}] }: Received): void {
    if (path.endsWith("/grouped")) {
      for (const id of String(headers["webhook-events"]).split(",")) this.#grouped.add(BigInt(id));
      return;
    }
    const id = BigInt(String(headers["webhook-id"]).slice("evt_".length));
    const { data } = event as { data?: { kind?: string; message?: { id?: string } } };
    const told = { id, messageId: BigInt(data?.message?.id ?? 0), kind: data?.kind ?? "" };
    if (!this.#each.has(id)) this.#each.set(id, told);
    // The run is long; what was counted is not kept.
    this.#consumer.received.length = 0;
  }

  /** Has everything that happened been told? */
  hasHeard(eventIds: Iterable<bigint>, sentIds: Iterable<bigint>): boolean {
    return (
      [...eventIds].every((id) => this.#each.has(id)) && [...sentIds].every((id) => this.#grouped.has(id))
    );
  }

  get each(): Told[] {
    return [...this.#each.values()];
  }

  get grouped(): Set<bigint> {
    return this.#grouped;
  }

  /** Reads the feed from its beginning, as a program does that comes late. */
  async readFeed(node: Node): Promise<Told[]> {
    const read: Told[] = [];
    for (let cursor = ""; ; ) {
      const target = `/api/v1/events?limit=${pageSize}${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const answer = await node.service.request(this.#credentials, "GET", target);
      if (answer.status !== 200) throw new Error(`The feed answered ${answer.status}: ${answer.text}`);
      const page = JSON.parse(answer.text) as FeedPage;
      for (const { id, kind, message } of page.items)
        read.push({ id: BigInt(id), messageId: BigInt(message?.id ?? 0), kind });
      cursor = encodeURIComponent(page.nextCursor);
      if (!page.hasMore) return read;
      await pause(0);
    }
  }

  /** Looks at the statistics until they have caught up, or for as long as they may take. */
  async readStatistics(node: Node, accepted: number): Promise<Map<string, number>> {
    const target = `/api/v1/statistics?timing=event&step=month&from=${encodeURIComponent(longAgo())}`;
    for (let look = 1; ; look++) {
      const answer = await node.service.request(this.#credentials, "GET", target);
      if (answer.status !== 200) throw new Error(`The statistics answered ${answer.status}: ${answer.text}`);
      const { total } = JSON.parse(answer.text) as { total: Total };
      const counts = new Map([
        ...plainCounters.map((kind) => [kind, total[kind]] as const),
        ["bounced", total.bounced.total] as const,
      ]);
      if (look > looksMax || (counts.get("accepted") === accepted && look > looksMin)) return counts;
      await pause(lookPauseMs);
    }
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close();
  }
}

// Statistics are about a second behind; what was accepted and what became of it are added in one batch, or in two.
const lookPauseMs = 1500;
const looksMin = 2;
const looksMax = 40;
const plainCounters = ["accepted", "sent", "deferred", "blocked", "cancelled", "expired", "unknown"] as const;
type Total = Record<(typeof plainCounters)[number], number> & { bounced: { total: number } };

function longAgo(): string {
  return new Date(Date.now() - 30 * 86_400_000).toISOString();
}

interface FeedPage {
  items: { id: string; kind: string; message: { id: string } | null }[];
  nextCursor: string;
  hasMore: boolean;
}
