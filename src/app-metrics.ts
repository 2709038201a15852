import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Core } from "./app-core.ts";
import { FreshAnswers } from "./base/fresh-answers.ts";
import { dateOf } from "./base/ids.ts";
import { selectQueueFigures } from "./core/delivery/index.ts";
import { lastPosition, positionOf, selectWholeLog } from "./core/events/index.ts";
import { countWaitingPosts } from "./core/inbound/index.ts";
import { selectSizes } from "./core/retention/index.ts";
import { selectWebhookFigures } from "./core/webhooks/index.ts";
import type { DeliveryTally } from "./edge/worker/tally.ts";
import type { SmtpServer } from "./mail/smtp/server/index.ts";

// Collectors ask every 15 seconds as a rule, and a person now and then: the database is asked once for all of them.
const figuresMsMax = 10_000;
// Sizes change slowly, and the system is asked for each file.
const sizesMsMax = 60_000;

type Labels = Record<string, string>;
type Values = readonly (readonly [labels: Labels, value: number])[];

/** What the service tells whoever watches it (Prometheus text). No label has a value that people or customers choose:
 *  there are no domains, addresses or accounts in it, and so some 300 series at most, beside those of HTTP requests, of which
 *  there are eight for each route, method and status that was answered. */
export class Metrics {
  readonly registry = new Registry();
  readonly #core: Core;
  readonly #figures = new FreshAnswers<"figures", Figures>(figuresMsMax, 1);
  readonly #sizes = new FreshAnswers<"sizes", Awaited<ReturnType<typeof selectSizes>>>(sizesMsMax, 1);
  readonly #ports = new Map<"submission" | "inbound", () => SmtpServer["counts"]>();
  #delivery: DeliveryTally | null = null;

  constructor(core: Core) {
    this.#core = core;
    collectDefaultMetrics({ register: this.registry });
    this.#addDatabase();
    this.#addFigures();
    this.#addPorts();
    this.#addDelivery();
    this.#addSizes();
  }

  /** Watches a port for mail. */
  addPort(port: "submission" | "inbound", counts: () => SmtpServer["counts"]): void {
    this.#ports.set(port, counts);
  }

  /** Watches delivery in this process. */
  addDelivery(tally: DeliveryTally): void {
    this.#delivery = tally;
  }

  // Asked when it is collected. What cannot be asked now, since the database is away, is absent.
  #gauge(name: string, help: string, labelNames: string[], values: () => Values | Promise<Values>): void {
    new Gauge({
      ...{ name, help, labelNames, registers: [this.registry] },
      async collect() {
        this.reset();
        for (const [labels, value] of await orNothing(values)) this.set(labels, value);
      },
    });
  }

  #counter(name: string, help: string, labelNames: string[], values: () => Values): void {
    new Counter({
      ...{ name, help, labelNames, registers: [this.registry] },
      collect() {
        this.reset();
        for (const [labels, value] of values()) this.inc(labels, value);
      },
    });
  }

  #addDatabase(): void {
    const usage = () => this.#core.database.usage();
    this.#gauge("facteur_database_connections", "Connections of this process.", ["pool", "state"], () =>
      usage().flatMap(
        ({ role: pool, connections, idle }): Values => [
          [{ pool, state: "idle" }, idle],
          [{ pool, state: "busy" }, connections - idle],
        ],
      ),
    );
    this.#gauge("facteur_database_waiting", "Works that wait for a connection.", ["pool"], () =>
      usage().map(({ role: pool, waiting }) => [{ pool }, waiting] as const),
    );
    const total = (name: string, help: string, of: (each: ReturnType<typeof usage>[number]) => number) =>
      this.#counter(name, help, ["pool"], () =>
        usage().map((each) => [{ pool: each.role }, of(each)] as const),
      );
    total("facteur_database_works_total", "Works that got a connection.", ({ acquired }) => acquired);
    total(
      "facteur_database_wait_seconds_total",
      "Time they waited for it.",
      ({ waitedMs }) => waitedMs / 1000,
    );
    total("facteur_database_refused_total", "Works that got none in time.", ({ refused }) => refused);
  }

  #addFigures(): void {
    const gauge = (
      name: string,
      help: string,
      label: string | null,
      of: (figures: Figures) => [string, number][],
    ) =>
      this.#gauge(name, help, label === null ? [] : [label], async () =>
        of(await this.#figuresNow()).map(
          ([value, number]) => [label === null ? {} : { [label]: value }, number] as const,
        ),
      );
    gauge("facteur_queue_messages", "Messages in the queue, counted up to 200,000.", "state", ({ queue }) => [
      ["waiting", queue.waiting],
      ["due", queue.due],
      ["under_way", queue.underWay],
    ]);
    gauge(
      "facteur_queue_oldest_due_seconds",
      "How long the longest due message is due.",
      null,
      ({ oldestDueSeconds }) => [["", oldestDueSeconds]],
    );
    gauge("facteur_webhooks", "Webhooks by how they are doing.", "state", ({ webhooks }) => [
      ["alive", webhooks.alive],
      ["paused", webhooks.paused],
      ["dead", webhooks.dead],
    ]);
    gauge(
      "facteur_webhook_retries",
      "Events that wait for another try, counted up to 100,000.",
      null,
      ({ webhooks }) => [["", webhooks.retries]],
    );
    gauge(
      "facteur_parse_waiting",
      "Mails that wait for a parse route, counted up to 100,000.",
      null,
      ({ parse }) => [["", parse]],
    );
    gauge("facteur_log_lag_events", "Events that a follower of the log is behind.", "follower", ({ lags }) =>
      lags.map(({ follower, events }) => [follower, events]),
    );
    gauge(
      "facteur_log_lag_seconds",
      "Age of the first event that a follower has not done.",
      "follower",
      ({ lags }) => lags.map(({ follower, seconds }) => [follower, seconds]),
    );
  }

  #figuresNow(): Promise<Figures> {
    return this.#figures.get("figures", this.#core.clock.real(), () => figuresOf(this.#core));
  }

  #addPorts(): void {
    const each = (of: (counts: SmtpServer["counts"]) => Values) => (): Values =>
      [...this.#ports].flatMap(([port, counts]) =>
        of(counts()).map(([labels, value]) => [{ port, ...labels }, value] as const),
      );
    const one = (of: (counts: SmtpServer["counts"]) => number) => each((counts) => [[{}, of(counts)]]);
    this.#gauge(
      "facteur_smtp_connections",
      "Connections of clients.",
      ["port"],
      one(({ connections }) => connections),
    );
    this.#gauge(
      "facteur_smtp_strangers",
      "Those whose client is not known yet.",
      ["port"],
      one(({ strangers }) => strangers),
    );
    this.#gauge(
      "facteur_smtp_held_bytes",
      "Octets of mail in memory.",
      ["port"],
      one(({ heldBytes }) => heldBytes),
    );
    this.#counter(
      "facteur_smtp_connections_total",
      "Connections that were let in.",
      ["port"],
      one(({ tally }) => tally.connections),
    );
    this.#counter(
      "facteur_smtp_refused_total",
      "Connections that were not let in, or made room.",
      ["port", "reason"],
      each(({ tally }) => [...tally.refusals].map(([reason, count]) => [{ reason }, count] as const)),
    );
    this.#counter(
      "facteur_smtp_replies_total",
      "Replies by their first digit.",
      ["port", "class"],
      each(({ tally }) =>
        [...tally.replies].map(([first, count]) => [{ class: String(first) }, count] as const),
      ),
    );
  }

  #addDelivery(): void {
    const one = (of: (tally: DeliveryTally) => number) => (): Values =>
      this.#delivery === null ? [] : [[{}, of(this.#delivery)]];
    this.#counter(
      "facteur_delivery_attempts_total",
      "Attempts to deliver whose outcome is on disk.",
      [],
      one(({ attempts }) => attempts),
    );
    this.#counter(
      "facteur_delivery_claims_total",
      "Claims of queued messages.",
      [],
      one(({ claims }) => claims),
    );
    this.#counter(
      "facteur_delivery_claimed_total",
      "Messages that were claimed.",
      [],
      one(({ claimedRows }) => claimedRows),
    );
    this.#counter(
      "facteur_delivery_outcomes_total",
      "Outcomes on disk, by what became of the message and the reply's first digit.",
      ["outcome", "reply"],
      () =>
        [...(this.#delivery?.outcomes ?? [])].map(([key, count]) => {
          const [outcome = "", reply = ""] = key.split("/");
          return [{ outcome, reply }, count] as const;
        }),
    );
  }

  #addSizes(): void {
    this.#gauge("facteur_stored_bytes", "Octets on the disk, by table, with indexes.", ["what"], async () => {
      const { database, clock } = this.#core;
      const ask = () => database.read({ role: "relay" }, selectSizes);
      return [...(await this.#sizes.get("sizes", clock.real(), ask))].map(
        ([what, bytes]) => [{ what }, bytes] as const,
      );
    });
    const journals = path.join(this.#core.dataFolder, "journal");
    this.#gauge(
      "facteur_journal_bytes",
      "Octets of the journals of delivery in this data folder.",
      [],
      () => [[{}, bytesBelow(journals)]],
    );
  }
}

interface Figures {
  queue: Awaited<ReturnType<typeof selectQueueFigures>>;
  oldestDueSeconds: number;
  webhooks: Awaited<ReturnType<typeof selectWebhookFigures>>;
  parse: number;
  lags: { follower: "webhooks" | "statistics"; events: number; seconds: number }[];
}

async function figuresOf({ database, clock }: Core): Promise<Figures> {
  const now = clock.now();
  const queue = await database.read({ role: "delivery" }, (reader) => selectQueueFigures(reader, now));
  const rest = await database.read({ role: "relay" }, async (reader) => {
    const webhooks = await selectWebhookFigures(reader);
    const last = await lastPosition(reader);
    const places = [
      ["webhooks", webhooks.slowestPosition ?? last],
      ["statistics", await positionOf(reader, "statistics")],
    ] as const;
    const lags: Figures["lags"] = [];
    for (const [follower, position] of places) {
      const [next] =
        position < last ? await selectWholeLog(reader, { after: position, until: last, limit: 1 }) : [];
      const seconds = next === undefined ? 0 : secondsBetween(dateOf(next.id), now);
      lags.push({ follower, events: Number(last - position), seconds });
    }
    return { webhooks, lags, parse: await countWaitingPosts(reader) };
  });
  const { oldestDueAt } = queue;
  return { queue, ...rest, oldestDueSeconds: oldestDueAt === null ? 0 : secondsBetween(oldestDueAt, now) };
}

function secondsBetween(from: Date, until: Date): number {
  return Math.max(0, (until.getTime() - from.getTime()) / 1000);
}

async function orNothing(values: () => Values | Promise<Values>): Promise<Values> {
  try {
    return await values();
  } catch {
    return [];
  }
}

function bytesBelow(folder: string): number {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
  } catch {
    // It is not there yet, or a segment was removed at this moment.
    return 0;
  }
}
