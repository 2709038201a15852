import type { DestinationBudget, Site } from "../../core/delivery/index.ts";
import type { ClaimedDelivery } from "../../core/messages/index.ts";
import { CarriedOctets } from "./carried-octets.ts";

// Below this a destination's queue is filled again: a second of work for a fast one.
const lowWater = 200;

/** What is claimed for one destination and waits for a connection to it. */
export class SiteQueue {
  readonly key: string;
  readonly budget: DestinationBudget;
  /** The newest way to this destination; connections that are open go on with the old one until they are spent. */
  site: Site | null;
  /** Connections at work. */
  couriers = 0;
  /** Why it was left alone last, by Mailjet's numbers. */
  refusedFor: number | null = null;
  /** Do its servers answer commands that came with the end of a message? */
  takesAhead = true;
  /** Called with the lanes that fed this queue when it runs low. */
  onLow: (lanes: Set<number>) => void = () => {};
  readonly #lanes = new Set<number>();
  readonly #carried: CarriedOctets;
  #ready: ClaimedDelivery[] = [];
  #urgent: ClaimedDelivery[] = [];
  #idle: (() => void)[] = [];

  /** @param carried what the messages of all queues carry */
  constructor(key: string, site: Site | null, budget: DestinationBudget, carried = new CarriedOctets()) {
    this.#carried = carried;
    this.key = key;
    this.site = site;
    this.budget = budget;
  }

  get length(): number {
    return this.#ready.length + this.#urgent.length;
  }

  get isLow(): boolean {
    return this.length < lowWater;
  }

  add(deliveries: ClaimedDelivery[]): void {
    for (const delivery of deliveries) {
      this.#lanes.add(delivery.lane);
      this.#carried.take(delivery);
      (delivery.band === 0 ? this.#urgent : this.#ready).push(delivery);
    }
    for (const wake of this.#idle.splice(0, deliveries.length)) wake();
  }

  /** Wakes all who wait for an arrival. */
  rouse(): void {
    for (const wake of this.#idle.splice(0)) wake();
  }

  /** Resolves when there is something to take, or when the time is over. */
  async arrival(msMax: number): Promise<void> {
    if (this.length > 0) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#idle = this.#idle.filter((each) => each !== wake);
        resolve();
      }, msMax);
      this.#idle.push(wake);
    });
  }

  /** Takes the next messages, urgent ones first. */
  take(count: number): ClaimedDelivery[] {
    const urgent = this.#urgent.splice(0, count);
    const taken =
      urgent.length === count ? urgent : [...urgent, ...this.#ready.splice(0, count - urgent.length)];
    for (const delivery of taken) this.#carried.give(delivery);
    if (taken.length > 0 && this.isLow) this.onLow(this.#lanes);
    return taken;
  }

  /** Takes from those that wait what they carry and what was asked before an instant: it is of no use any more.
   *  @param before milliseconds of real time */
  forgetCarried(before: number): void {
    for (const delivery of [...this.#urgent, ...this.#ready]) {
      if (delivery.carried !== undefined && delivery.carried.askedAt < before) this.#carried.drop(delivery);
    }
  }

  /** Puts back what was taken and could not be loaded along with what stood before it. */
  putBack(deliveries: ClaimedDelivery[]): void {
    const urgent = deliveries.filter(({ band }) => band === 0);
    this.#urgent.unshift(...urgent);
    this.#ready.unshift(...deliveries.filter(({ band }) => band !== 0));
  }

  /** Takes everything: it goes back to the database. */
  drain(): ClaimedDelivery[] {
    return this.take(this.length);
  }
}
