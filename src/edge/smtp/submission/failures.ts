import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../../base/clock.ts";
import { networkOf } from "../../../base/ip.ts";
import { TokenBuckets } from "../../../base/token-bucket.ts";
import { failureDelayMs, failuresPerMinuteMax, manyFailuresDelayMs } from "./limits.ts";

/** Makes wrong passwords wait for their answer. Right ones never do: whoever guesses from the address of an honest client
 *  cannot lock it out. Addresses are kept in memory, for minutes. */
export class LoginFailures {
  readonly #clock: Clock;
  readonly #buckets = new TokenBuckets<string>(failuresPerMinuteMax / 60, 60);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when a failure may be answered. */
  async penalty(address: string): Promise<void> {
    const isOften = this.#buckets.take(networkOf(address), this.#clock.real()) > 0;
    await pause(isOften ? manyFailuresDelayMs : failureDelayMs);
  }
}
