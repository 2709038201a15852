import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import {
  nextDay,
  returnShare,
  type Site,
  takeShare,
  type UsageKey,
  type WarmUp,
  warmUpCap,
  warmUpPortion,
} from "../../core/delivery/index.ts";

/** An address a connection is made from, for as long as it may be. */
export interface Source {
  /** undefined leaves it to the system. */
  address: string | undefined;
  /** Has it a share that is counted? */
  isLimited: boolean;
  /** May one more message go? The first one may. */
  spend(): Promise<boolean>;
  /** What was spent last did not go after all. */
  takeBack(): void;
  /** The connection ends, or was never made. */
  giveBack(): Promise<void>;
}

export interface SourceOptions {
  database: Database;
  clock: Clock;
  random: () => number;
  log: Log;
  /** The addresses to send from; empty leaves it to the system. */
  sourceAddresses: string[];
  /** Those of them that are new. */
  warmUps: WarmUp[];
}

/** Chooses the address a connection is made from: one that may send to this destination today. */
export class SourceAddresses {
  readonly #options: SourceOptions;
  /** Addresses that have used up the share of a day, by address and audience. */
  readonly #spentUntil = new Map<string, number>();

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** An address of the target's family, in turn by chance; null when none of them may send any more today. */
  async choose(site: Site, targetAddress: string): Promise<Source | null> {
    const { audience } = site;
    const [first, ...others] = this.#shuffled(this.#addressesFor(targetAddress));
    if (first === undefined) return unlimited(undefined);
    for (const address of [first, ...others]) {
      const warmUp = audience === null ? undefined : this.#warmUpOf(address);
      if (warmUp === undefined || audience === null) return unlimited(address);
      const portion = new Portion(this, warmUp, audience);
      if (!this.#isSpent(address, audience) && (await portion.take())) return portion;
    }
    return null;
  }

  /** Has every address this destination can be reached from used up its day, as far as is known here? */
  isSpent(site: Site | null): boolean {
    if (site === null || site.audience === null || this.#options.warmUps.length === 0) return false;
    const { audience, targets } = site;
    return targets.every((target) => {
      const addresses = this.#addressesFor(target.address);
      return addresses.length > 0 && addresses.every((address) => this.#isSpent(address, audience));
    });
  }

  /** Takes a portion of the day's share; 0 when it is used up. */
  async take(warmUp: WarmUp, audience: string): Promise<{ key: UsageKey; count: number }> {
    const { database, clock } = this.#options;
    const now = clock.now();
    const key = { source: warmUp.address, provider: audience, day: now.toISOString().slice(0, 10) };
    const cap = warmUpCap(warmUp, now);
    if (cap === Number.POSITIVE_INFINITY) return { key, count: cap };
    const share = { wanted: warmUpPortion(cap), cap };
    const count =
      cap === 0 ? 0 : await database.write({ role: "delivery" }, (tx) => takeShare(tx, key, share));
    if (count === 0) this.#spentUntil.set(nameOf(warmUp.address, audience), nextDay(now).getTime());
    return { key, count };
  }

  /** Gives back what is left of a portion, so that others may use it. */
  async giveBack(key: UsageKey, count: number): Promise<void> {
    const { database, log } = this.#options;
    try {
      await database.write({ role: "delivery" }, (tx) => returnShare(tx, key, count));
      this.#spentUntil.delete(nameOf(key.source, key.provider));
    } catch (error) {
      // Lost for today: less is sent than might have been.
      log.warn("delivery.share_not_returned", { error });
    }
  }

  #addressesFor(targetAddress: string): string[] {
    const family = targetAddress.includes(":") ? ":" : ".";
    return this.#options.sourceAddresses.filter((address) => address.includes(family));
  }

  #warmUpOf(address: string): WarmUp | undefined {
    const { warmUps, clock } = this.#options;
    const warmUp = warmUps.find((entry) => entry.address === address);
    const isWarm = warmUp === undefined || warmUpCap(warmUp, clock.now()) === Number.POSITIVE_INFINITY;
    return isWarm ? undefined : warmUp;
  }

  #isSpent(address: string, audience: string): boolean {
    const until = this.#spentUntil.get(nameOf(address, audience));
    return until !== undefined && this.#options.clock.now().getTime() < until;
  }

  #shuffled(addresses: string[]): string[] {
    const start = Math.floor(this.#options.random() * addresses.length);
    return [...addresses.slice(start), ...addresses.slice(0, start)];
  }
}

/** What a connection has taken of its address's share of the day. */
class Portion implements Source {
  readonly address: string;
  readonly isLimited = true;
  readonly #sources: SourceAddresses;
  readonly #warmUp: WarmUp;
  readonly #audience: string;
  #taken: { key: UsageKey; count: number } | null = null;

  constructor(sources: SourceAddresses, warmUp: WarmUp, audience: string) {
    this.address = warmUp.address;
    this.#sources = sources;
    this.#warmUp = warmUp;
    this.#audience = audience;
  }

  async take(): Promise<boolean> {
    this.#taken = await this.#sources.take(this.#warmUp, this.#audience);
    return this.#taken.count > 0;
  }

  async spend(): Promise<boolean> {
    if (this.#taken?.count === 0) await this.take();
    if (this.#taken === null || this.#taken.count === 0) return false;
    this.#taken.count--;
    return true;
  }

  takeBack(): void {
    if (this.#taken !== null) this.#taken.count++;
  }

  async giveBack(): Promise<void> {
    const taken = this.#taken;
    this.#taken = null;
    if (taken !== null && taken.count > 0 && Number.isFinite(taken.count)) {
      await this.#sources.giveBack(taken.key, taken.count);
    }
  }
}

function unlimited(address: string | undefined): Source {
  return { address, isLimited: false, spend: async () => true, takeBack: () => {}, giveBack: async () => {} };
}

function nameOf(address: string, audience: string): string {
  return `${address}/${audience}`;
}
