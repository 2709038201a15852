import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import {
  DestinationBudget,
  type DestinationState,
  dueRoutes,
  holdExplanations,
  holdRoute,
  laneCount,
  type NoRoute,
  nextDay,
  outcomeOfNoRoute,
  type Router,
} from "../../core/delivery/index.ts";
import { Claims, claimMax, type Place, shareMin } from "./claims.ts";
import { ComposedOctets } from "./composed-octets.ts";
import { Courier, type CourierOptions } from "./courier.ts";
import { GiveBack } from "./give-back.ts";
import { DirectHandOver } from "./hand-over.ts";
import type { HeldClaims } from "./held-claims.ts";
import type { LaneKeeper } from "./lane-keeper.ts";
import { refusalOf } from "./refusal.ts";
import type { SiteQueue } from "./site-queue.ts";
import { Sites } from "./sites.ts";
import type { DeliveryTally } from "./tally.ts";
import { settlementOf } from "./verdict.ts";

// Claimed rows that wait in memory for one destination, and for all. A row is some 500 bytes.
const siteReadyMax = 1000;
const readyMax = 20_000;
// All connections of this process. Each costs some 50 KB with TLS.
const couriersMax = 500;
// How often lanes are looked at when nobody says that something has come.
const pollMs = 500;
// The least between two looks. Under load every commit of new messages asks for one: 20 ms later it finds several, and
// a claim takes 20 rows where it took 5.
const lookEveryMs = 20;
const routesPerLook = 500;
// Rows that are put off in one transaction: a tenth of a second on two cores.
const holdMax = 5000;
// How long messages under way have to end when the service stops; supervisors kill after 90 seconds as a rule.
const stopGraceMs = 20_000;
// After a courier has failed for a reason of our own.
const stallMs = 1000;
// Routes whose destination is remembered. Beyond it they are found again, from the router's memory.
const routesKnownMax = 20_000;
const inboxLimits = {
  provider: "",
  connectionsMax: 2,
  messagesPerConnectionMax: 1,
  messagesPerMinuteMax: Infinity,
};

export interface DispatcherOptions
  extends Omit<CourierOptions, "isStopping" | "cut" | "release" | "giveUp" | "composed"> {
  database: Database;
  clock: Clock;
  log: Log;
  nodeId: number;
  keeper: LaneKeeper;
  held: HeldClaims;
  tally: DeliveryTally;
  router: Router;
  /** How many nodes share a destination's limits. */
  nodeShare: () => number;
}

/** A destination, as it stands at this moment. */
export interface SiteStatus {
  key: string;
  /** Messages in memory. */
  ready: number;
  connections: number;
  pausedUntil: number;
  /** Why nothing goes out although there is no pause; null as a rule. */
  explanation: string | null;
}

/** Finds what is due, claims it, and gives it to couriers within each destination's budget. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #courierOptions: CourierOptions;
  /** What acceptance in this process gives directly. */
  readonly handOver: DirectHandOver;
  readonly #claims: Claims;
  readonly #giveBack: GiveBack;
  readonly #sites = new Sites();
  readonly #busyRoutes = new Set<string>();
  readonly #queueOfRoute = new Map<string, SiteQueue>();
  readonly #feeds = new Set<Promise<void>>();
  readonly #couriers = new Set<Promise<void>>();
  readonly #retirements = new Set<Promise<void>>();
  readonly #cut = new AbortController();
  #isStopping = false;
  #woken: Set<number> | "all" = "all";
  #allLookedAt = -Infinity;
  #wake: (() => void) | null = null;
  #loop: Promise<void> | null = null;
  #stalledUntil = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#claims = new Claims(options);
    this.#giveBack = new GiveBack(options);
    this.handOver = new DirectHandOver({
      ...options,
      isOpen: (queue) => !this.#isSpent(queue) && this.#mayOpen(queue),
      ready: () => this.#sites.ready,
      employ: (queue) => this.#employ(queue),
      release: (deliveries) => this.#giveBack.release(deliveries),
    });
    this.#courierOptions = {
      ...options,
      composed: new ComposedOctets(),
      isStopping: () => this.#isStopping,
      cut: this.#cut.signal,
      release: (deliveries) => this.#giveBack.release(deliveries),
      giveUp: ({ claim }) => options.held.drop([claim]),
    };
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Says that lanes have something new. */
  wake(lanes: Iterable<number> | "all" = "all"): void {
    if (lanes === "all" || this.#woken === "all") this.#woken = "all";
    else for (const lane of lanes) this.#woken.add(lane);
    this.#wake?.();
  }

  /** Destinations with what waits for them, for the status page. */
  sites(): SiteStatus[] {
    return [...this.#sites].map((queue) => ({
      key: queue.key,
      ready: queue.length,
      connections: queue.couriers,
      pausedUntil: queue.budget.pausedUntil,
      explanation: this.#isSpent(queue) ? holdExplanations.warm_up : null,
    }));
  }

  /** How recipient domains stand: those that are busy or left alone, the paused ones first. */
  destinations(): DestinationState[] {
    const now = this.#options.clock.now().getTime();
    const states = [...this.#queueOfRoute].map(([route, { site, budget, couriers, refusedFor }]) => {
      const isPaused = site !== null && budget.pausedUntil > now;
      const pausedUntil = isPaused ? new Date(budget.pausedUntil) : null;
      return {
        route,
        pausedUntil,
        connections: site === null ? 0 : couriers,
        reason: isPaused ? refusedFor : null,
      };
    });
    const shown = states.filter(({ pausedUntil, connections }) => pausedUntil !== null || connections > 0);
    return shown.sort((a, b) => Number(b.pausedUntil !== null) - Number(a.pausedUntil !== null));
  }

  /** Lets messages under way end, and puts back what was not begun. */
  async stop(): Promise<void> {
    await this.handOver.stop();
    this.#isStopping = true;
    this.#wake?.();
    for (const queue of this.#sites) queue.rouse();
    await this.#loop;
    await Promise.all(this.#feeds);
    // What a slow server has not answered by then becomes `unknown` or is tried again: a supervisor would kill us.
    const patience = setTimeout(() => this.#cut.abort(), stopGraceMs);
    await Promise.all(this.#couriers);
    clearTimeout(patience);
    await Promise.all(this.#retirements);
    await this.#giveBack.release([...this.#sites].flatMap((queue) => queue.drain()));
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const startedAt = performance.now();
      // Lanes that always have something new must not keep the others from their look.
      const woken = startedAt - this.#allLookedAt >= pollMs ? "all" : this.#woken;
      if (woken === "all") this.#allLookedAt = startedAt;
      this.#woken = new Set();
      try {
        await this.#look(woken);
      } catch (error) {
        this.#options.log.warn("delivery.look_failed", { error });
      }
      // A look that takes long is made less often: never more than a tenth of the time.
      const restMs = Math.max(pollMs, (performance.now() - startedAt) * 10);
      await this.#rest(restMs);
    }
  }

  async #rest(ms: number): Promise<void> {
    if (this.#isStopping) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    if (this.#wokenCount() > 0 || this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    // Without a call for particular lanes, every lane is looked at: the time has come for a poll.
    if (this.#wokenCount() === 0) this.#woken = "all";
  }

  #wokenCount(): number {
    return this.#woken === "all" ? laneCount : this.#woken.size;
  }

  async #look(woken: Set<number> | "all"): Promise<void> {
    if (this.#options.clock.real() < this.#stalledUntil) return;
    this.#forgetIdle();
    this.#sites.forgetCarried(this.#options.clock.real());
    this.#carryOn();
    const epochs = new Map(this.#options.keeper.held().map(({ lane, epoch }) => [lane, epoch]));
    const lanes = [...epochs.keys()].filter((lane) => woken === "all" || woken.has(lane));
    if (lanes.length === 0 || this.#sites.ready >= readyMax) return;
    const now = this.#options.clock.now();
    const without = this.#routesToPassOver();
    const due = await this.#options.database.read({ role: "delivery" }, (reader) =>
      dueRoutes(reader, lanes, now, { limit: routesPerLook, without }),
    );
    for (const { lane, route } of due) {
      const epoch = epochs.get(lane);
      if (epoch === undefined) continue;
      const feed = this.#feed({ lane, epoch, route });
      this.#feeds.add(feed);
      void feed.finally(() => this.#feeds.delete(feed));
    }
  }

  #forgetIdle(): void {
    const { clock } = this.#options;
    const forgotten = new Set(this.#sites.forgetIdle(clock.real(), clock.now().getTime()));
    if (forgotten.size === 0) return;
    for (const [route, queue] of this.#queueOfRoute)
      if (forgotten.has(queue)) this.#queueOfRoute.delete(route);
  }

  // What is in memory and has nobody at work: all connections were taken when it came, or a pause has ended.
  #carryOn(): void {
    for (const queue of this.#sites) {
      if (queue.couriers > 0 || queue.length === 0) continue;
      this.#employ(queue);
      if (queue.couriers > 0 || this.#mayOpen(queue)) continue;
      const retirement = this.#retire(queue);
      this.#retirements.add(retirement);
      void retirement.finally(() => this.#retirements.delete(retirement));
    }
  }

  #mayOpen(queue: SiteQueue): boolean {
    return queue.budget.connections(this.#options.clock.now().getTime()) > 0;
  }

  // Routes of destinations that are in a pause or have enough in memory.
  #routesToPassOver(): string[] {
    if (this.#queueOfRoute.size > routesKnownMax) this.#queueOfRoute.clear();
    return [...this.#queueOfRoute]
      .filter(([, queue]) => !this.#isSpent(queue) && !this.#hasRoom(queue))
      .map(([route]) => route);
  }

  /** Claims for one route and puts couriers to work. One at a time for each route. */
  async #feed(place: Place): Promise<void> {
    if (this.#busyRoutes.has(place.route)) return;
    this.#busyRoutes.add(place.route);
    try {
      const queue = await this.#queueOf(place);
      if (queue !== null) this.#queueOfRoute.set(place.route, queue);
      if (queue !== null && this.#isSpent(queue)) await this.#hold(place);
      else if (queue !== null && this.#hasRoom(queue)) {
        const limit = siteReadyMax - queue.length;
        const claimed = await this.#claims.take(place, limit);
        if (claimed.length < Math.min(limit, shareMin)) this.handOver.open(place.route, queue);
        else this.handOver.close(place.route);
        queue.add(claimed);
        this.#employ(queue);
      }
    } catch (error) {
      this.#options.log.warn("delivery.claim_failed", { error, lane: place.lane });
    } finally {
      this.#busyRoutes.delete(place.route);
    }
  }

  #isSpent(queue: SiteQueue): boolean {
    return this.#options.sources.isSpent(queue.site);
  }

  // No address may send to this destination before tomorrow. Left as they are, its messages would be looked at again and
  // again, and those of others behind them.
  async #hold(place: Place): Promise<void> {
    const { database, clock, nodeId } = this.#options;
    const now = clock.now();
    const wish = { now, until: nextDay(now), limit: holdMax };
    const count = await database.write({ role: "delivery" }, (tx) =>
      holdRoute(tx, { ...place, nodeId }, wish),
    );
    if (count === holdMax) this.wake([place.lane]);
  }

  #hasRoom(queue: SiteQueue): boolean {
    return queue.isLow && this.#mayOpen(queue);
  }

  async #queueOf(place: Place): Promise<SiteQueue | null> {
    const route = await this.#options.router.find(place.route);
    if (route.kind === "none") {
      await this.#giveUp(place, route.problem);
      return null;
    }
    const site = route.kind === "inbox" ? null : route.site;
    const key = site?.key ?? "inbox";
    const limits = site?.limits ?? inboxLimits;
    const now = this.#options.clock.real();
    const known = this.#sites.get(key, now);
    if (known !== undefined) {
      known.site = site;
      known.budget.shareAmong(this.#options.nodeShare());
      return known;
    }
    const queue = this.#sites.make(key, site, new DestinationBudget(limits, this.#options.nodeShare()));
    queue.onLow = (lanes) => this.wake(lanes);
    this.#sites.add(queue, now);
    return queue;
  }

  /** There is no way to this domain, now or at all: each message is settled without an attempt on the wire. */
  async #giveUp(place: Place, problem: NoRoute): Promise<void> {
    const { loads, settler, verdicts } = this.#options;
    const claimed = await this.#claims.take(place, claimMax);
    if (claimed.length === 0) return;
    const outcome = outcomeOfNoRoute(problem);
    for (let left = claimed; left.length > 0; ) {
      const loaded = await loads.load(left, this.#options.clock.real()).catch(async (error: unknown) => {
        await this.#giveBack.release(left);
        throw error;
      });
      left = left.slice(loaded.length);
      await settler.ready();
      for (const item of loaded) {
        settler.add(
          item.kind === "ready"
            ? settlementOf(verdicts, item.delivery, outcome, { input: item.input, host: null })
            : refusalOf(verdicts, item),
        );
      }
    }
  }

  #employ(queue: SiteQueue): void {
    const allowed = queue.budget.connections(this.#options.clock.now().getTime());
    // One connection for every few messages: opening one costs more than sending several over it.
    const wanted = Math.min(allowed, Math.ceil(queue.length / 4));
    while (queue.couriers < wanted && this.#couriers.size < couriersMax && !this.#isStopping) {
      queue.couriers++;
      const work = this.#employOne(queue);
      this.#couriers.add(work);
      void work.finally(() => this.#couriers.delete(work));
    }
  }

  async #employOne(queue: SiteQueue): Promise<void> {
    try {
      await new Courier(this.#courierOptions, queue).run();
    } catch (error) {
      this.#options.log.error("delivery.courier_failed", { error, site: queue.key });
      this.#stalledUntil = this.#options.clock.real() + stallMs;
      // Whatever is wrong (the database, the disk), it is not mended by trying again at once.
      await new Promise((resolve) => setTimeout(resolve, stallMs));
    } finally {
      queue.couriers--;
      if (queue.couriers === 0) await this.#retire(queue);
    }
  }

  // A destination in a pause gives its messages back, due when the pause ends: they must not age in memory, and
  // another route of the lane is not held up by them.
  async #retire(queue: SiteQueue): Promise<void> {
    const now = this.#options.clock.now().getTime();
    const pauseMs = queue.budget.pausedUntil - now;
    if (pauseMs > 0) await this.#giveBack.postpone(queue.drain(), pauseMs);
    else if (this.#isSpent(queue)) await this.#giveBack.release(queue.drain());
    else if (queue.length > 0) this.#employ(queue);
    this.wake();
  }
}
