import type { Clock } from "../../../base/clock.ts";
import { networkOf, widerNetworkOf } from "../../../base/ip.ts";
import { TokenBuckets } from "../../../base/token-bucket.ts";

/** How often something may happen in a minute, for an address and for the network around it. */
export class Rates {
  readonly #clock: Clock;
  readonly #perAddress: TokenBuckets<string>;
  readonly #perNetwork: TokenBuckets<string>;

  constructor(clock: Clock, perMinuteMax: { address: number; network: number }) {
    this.#clock = clock;
    this.#perAddress = new TokenBuckets(perMinuteMax.address / 60, 60);
    this.#perNetwork = new TokenBuckets(perMinuteMax.network / 60, 60);
  }

  /** May it happen once more? Then it is counted. */
  allow(address: string): boolean {
    const now = this.#clock.real();
    if (this.#perAddress.take(networkOf(address), now) > 0) return false;
    return this.#perNetwork.take(widerNetworkOf(address), now) === 0;
  }
}
