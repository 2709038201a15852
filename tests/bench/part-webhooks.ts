import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createAccount } from "../../src/core/accounts/index.ts";
import { approveDomain } from "../../src/core/domains/index.ts";
import { lastPosition, type MessageEvent, positionOf, recordEvents } from "../../src/core/events/index.ts";
import { subscribe, type WebhookFormat } from "../../src/core/webhooks/index.ts";
import { Records } from "../support/records.ts";
import { startSmtpServer } from "../support/smtp-server.ts";
import { type BenchService, startBenchService } from "./facteur.ts";
import { inspectorEnv, openInspector } from "./inspector.ts";
import type { BenchOptions, Goal, PartResult } from "./options.ts";
import { placesTable } from "./part-profile.ts";
import { cpuSeconds } from "./processes.ts";
import { figure, median, table } from "./table.ts";
import type { SinkAnswer, SinkWish } from "./webhook-sink.ts";

// Of one account so many messages are there, each with as many events as the measurement needs.
const messagesOfAccount = 50;
const accountsAtOnce = 16;
const eventsOfOne = 2_000;
const eventsOfEach = 200;
// Of what an account gets alone, so much it still gets beside others whose programs are dead or hang.
const shareBesideDead = 0.8;

interface Account {
  name: string;
  id: bigint;
  messageIds: bigint[];
}

/** How fast events are posted to programs that answer at once, what one costs, and whether the dead slow down the living. */
export async function benchWebhooks(options: BenchOptions): Promise<PartResult> {
  const mail = await startSmtpServer({ keep: "counts" });
  const bench = await startBenchService(mail.port, {
    ...(options.showsPlaces ? inspectorEnv : {}),
    ...options.env,
  });
  const records = await Records.open(bench.service);
  const sink = await Sink.open();
  try {
    const stage = new Stage(bench, records, sink);
    const cases = await casesOf(stage);
    const inspector = options.showsPlaces ? await openInspector(bench.service) : null;
    const found = new Map<string, Measured[]>();
    const places: string[] = [];
    // The first round warms up and is not counted.
    for (let round = 0; round <= options.rounds; round++) {
      for (const [name, measure] of cases) {
        await inspector?.startProfile();
        const measured = await measure();
        if (inspector !== null && round === options.rounds)
          places.push(await placesTable(name, measured.events, inspector));
        if (round > 0) found.set(name, [...(found.get(name) ?? []), measured]);
      }
    }
    inspector?.close();
    return resultOf(found, places);
  } finally {
    sink.close();
    await records.close();
    await bench.stop();
    await mail.close();
  }
}

type Case = [name: string, measure: () => Promise<Measured>];

async function casesOf(stage: Stage): Promise<Case[]> {
  const single = await stage.account("single", "mailjet", "take");
  const grouped = await stage.account("grouped", "mailjet_group", "take");
  const beside = await stage.account("beside", "mailjet", "take");
  const dead = await stage.account("dead", "mailjet", "dead");
  const hanging = await stage.account("hanging", "mailjet", "hang");
  const many: Account[] = [];
  for (let index = 0; index < accountsAtOnce; index++)
    many.push(await stage.account(`many${index}`, "mailjet", "take"));
  await stage.sent();
  return [
    ["one webhook, version 1 (an event a request)", () => stage.measure([single], eventsOfOne)],
    ["one webhook, version 2 (grouped)", () => stage.measure([grouped], eventsOfOne * 4)],
    [`${accountsAtOnce} accounts, version 1`, () => stage.measure(many, eventsOfEach)],
    ["one of them, alone", () => stage.measure([beside], eventsOfOne)],
    [
      "one of them, beside a dead and a hanging one",
      () => stage.measure([beside], eventsOfOne, [dead, hanging]),
    ],
  ];
}

interface Measured {
  events: number;
  perSecond: number;
  requests: number;
  serviceMicros: number;
  allMicros: number;
}

function resultOf(found: ReadonlyMap<string, Measured[]>, places: readonly string[]): PartResult {
  const of = (name: string, what: (each: Measured) => number) => median((found.get(name) ?? []).map(what));
  const rows = [...found].map(([name, each]) => [
    name,
    figure(Math.max(...each.map(({ perSecond }) => perSecond))),
    figure(of(name, ({ perSecond }) => perSecond)),
    figure(of(name, ({ events, requests }) => events / requests)),
    figure(of(name, ({ serviceMicros }) => serviceMicros)),
    figure(of(name, ({ allMicros }) => allMicros)),
  ]);
  const [alone = "", besideDead = ""] = [...found.keys()].slice(-2);
  const rate = (name: string) => of(name, ({ perSecond }) => perSecond);
  const ratio = rate(besideDead) / rate(alone);
  const goal: Goal = {
    goal: `an account beside a dead and a hanging webhook of others: ≥ ${shareBesideDead} × of what it gets alone`,
    measured: `${ratio.toFixed(2)} ×`,
    isMet: ratio >= shareBesideDead,
  };
  const head = [
    "",
    "events/s, best",
    "median",
    "events a request",
    "µs an event, service",
    "with PostgreSQL",
  ];
  return { text: [table(head, rows), ...places].join("\n\n"), goals: [goal] };
}

/** The service, accounts whose messages have been sent, and who takes their events. */
class Stage {
  readonly #bench: BenchService;
  readonly #records: Records;
  readonly #sink: Sink;

  constructor(bench: BenchService, records: Records, sink: Sink) {
    this.#bench = bench;
    this.#records = records;
    this.#sink = sink;
  }

  /** Opens an account whose messages are under way, with a webhook for clicks, which delivery makes none of. */
  async account(name: string, format: WebhookFormat, kind: "take" | "hang" | "dead"): Promise<Account> {
    const { keyring, ids, clock, database } = this.#records.core;
    const domain = `${name}.example.org`;
    const making = { keyring, ids, now: clock.now() };
    const { account, key } = await database.write({ role: "operator" }, async (tx) => {
      const made = await createAccount(tx, making, { address: `owner@${domain}`, name, parentId: null });
      await approveDomain(tx, making, made.account.id, domain);
      return made;
    });
    const messageIds = await this.#send(domain, `${key.publicKey}:${key.secretKey}`);
    // Port 9 is where things are discarded, and nothing listens there.
    const url =
      kind === "dead" ? "http://127.0.0.1:9/" : `http://127.0.0.1:${this.#sink.port}/${kind}/${name}`;
    await database.write({ role: "request", accountId: account.id }, async (tx) => {
      await keyring.load(tx, [account.id]);
      const wish = { eventType: "click", isBackup: false, isMailjet: true, url, format } as const;
      await subscribe(tx, { ...making, now: clock.now() }, { accountId: account.id, ...wish });
    });
    return { name, id: account.id, messageIds };
  }

  async #send(domain: string, credentials: string): Promise<bigint[]> {
    const Messages = Array.from({ length: messagesOfAccount }, (_, index) => ({
      From: { Email: `news@${domain}` },
      To: [{ Email: `r${index}@reader.example` }],
      Subject: "News",
      TextPart: "Hello",
      CustomID: `order-${index}`,
    }));
    const response = await fetch(`${this.#bench.service.url}/v3.1/send`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
      },
      body: JSON.stringify({ Messages }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The messages were refused: ${text}`);
    // Ids have more digits than a number of JavaScript.
    return [...text.matchAll(/"MessageID":(\d+)/g)].map(([, id = "0"]) => BigInt(id));
  }

  /** Resolves when every message is sent: what the worker does then is none of ours. */
  sent(): Promise<void> {
    return this.#bench.drained();
  }

  /** Lets so many events happen to each account at one moment, and waits until they have been posted.
   *  @param others to whom as many happen, and of whom nothing is awaited */
  async measure(accounts: Account[], events: number, others: Account[] = []): Promise<Measured> {
    const { service } = this.#bench;
    for (const other of others) await this.#happen([other], events);
    await this.#counted();
    const rows = accounts.map(({ name }) => name);
    const posted = this.#sink.take({ names: rows, events: events * accounts.length });
    const pids = this.#bench.pids();
    await this.#happen(accounts, events);
    const [all, postgres] = [cpuSeconds(pids), cpuSeconds([service.postgresPid()])];
    const answer = await posted;
    const spent = cpuSeconds(pids) - all;
    const byPostgres = cpuSeconds([service.postgresPid()]) - postgres;
    const micros = (seconds: number) => (seconds * 1e6) / answer.events;
    return {
      events: answer.events,
      perSecond: answer.events / answer.seconds,
      requests: answer.requests,
      serviceMicros: micros(spent - byPostgres),
      allMicros: micros(spent),
    };
  }

  // The sums of statistics are made by the same process: those of events that are not measured are made before.
  async #counted(): Promise<void> {
    const { database } = this.#records.core;
    for (;;) {
      const { position, last } = await database.read({ role: "operator" }, async (reader) => ({
        position: await positionOf(reader, "statistics"),
        last: await lastPosition(reader),
      }));
      if (position >= last) return;
      await pause(50);
    }
  }

  // In one transaction: all of it is there at once, and nothing is written while it is posted.
  async #happen(accounts: Account[], events: number): Promise<void> {
    const { ids, clock, database, keyring } = this.#records.core;
    const now = clock.now();
    await database.write({ role: "delivery" }, async (tx) => {
      await keyring.load(
        tx,
        accounts.map(({ id }) => id),
      );
      for (const { id: accountId, messageIds } of accounts) {
        const rows = Array.from({ length: events }, (_, index): MessageEvent => {
          const id = ids.next(now);
          const messageId = messageIds[index % messageIds.length] ?? 0n;
          const place = { table: "event", accountId, id };
          const sealed = keyring.sealIdentity(place, JSON.stringify({ url: "https://shop.example/sale" }));
          return { accountId, id, messageId, kind: "clicked", ...bare, sealed, reading };
        });
        for (let from = 0; from < rows.length; from += 1_000)
          await recordEvents(tx, rows.slice(from, from + 1_000));
      }
    });
  }
}

const bare = { reason: null, replyCode: null, enhanced: null } as const;
const reading = { campaignId: null, verdict: "people", link: Buffer.alloc(32, 1), position: 1 } as const;

/** Who takes events, in a process of its own. */
class Sink {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async open(): Promise<Sink> {
    const child = fork(path.join(import.meta.dirname, "webhook-sink.ts"), { execArgv: [] });
    const [port] = (await once(child, "message")) as [number];
    return new Sink(child, port);
  }

  async take(wish: SinkWish): Promise<SinkAnswer> {
    const answered = once(this.#child, "message");
    this.#child.send(wish);
    const [answer] = (await answered) as [SinkAnswer];
    return answer;
  }

  close(): void {
    this.#child.disconnect();
  }
}
