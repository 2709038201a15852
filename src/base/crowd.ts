import { networkOf, widerNetworkOf } from "./ip.ts";
import { TokenBuckets } from "./token-bucket.ts";

/** How many connections there may be. */
export interface CrowdLimits {
  /** At a time, of all. */
  connectionsMax: number;
  /** Of one address, or the /64 of an IPv6 address. */
  connectionsPerAddressMax: number;
  /** Of one network: the /24 of an IPv4 address, the /48 of an IPv6 address. When fewer are left for all, no network gets
   *  more than those. */
  connectionsPerNetworkMax: number;
  /** New ones a minute, of one address or /64. */
  connectionsPerMinuteMax: number;
  /** New ones a minute, of one network. */
  networkConnectionsPerMinuteMax: number;
}

/** Where a connection comes from. */
export interface Newcomer {
  /** IPv4 or IPv6, without the prefix of a mapped one. */
  readonly address: string;
  /** It does not leave this machine. */
  readonly isLocal: boolean;
}

/** Which limit keeps somebody out. */
export type Crowding = "tooOften" | "crowdedAddress" | "crowdedNetwork";

/** Counts connections by where they come from, so that no address and no network takes the place of all. What comes from
 *  this machine is not counted: its operator may have many programs. */
export class Crowd {
  readonly #limits: CrowdLimits;
  readonly #perAddress = new Map<string, number>();
  readonly #perNetwork = new Map<string, number>();
  readonly #beginningsPerAddress: TokenBuckets<string>;
  readonly #beginningsPerNetwork: TokenBuckets<string>;
  #all = 0;

  constructor(limits: CrowdLimits) {
    this.#limits = limits;
    this.#beginningsPerAddress = new TokenBuckets(limits.connectionsPerMinuteMax / 60, 60);
    this.#beginningsPerNetwork = new TokenBuckets(limits.networkConnectionsPerMinuteMax / 60, 60);
  }

  /** How many there are, local ones too. */
  get size(): number {
    return this.#all;
  }

  /** Why nobody else may come from there now; null when somebody may. @param now milliseconds that only move forward */
  crowdingOf({ address, isLocal }: Newcomer, now: number): Crowding | null {
    if (isLocal) return null;
    const { connectionsMax, connectionsPerAddressMax, connectionsPerNetworkMax } = this.#limits;
    const neighbour = networkOf(address);
    const network = widerNetworkOf(address);
    if (this.#beginningsPerAddress.take(neighbour, now) > 0) return "tooOften";
    if (this.#beginningsPerNetwork.take(network, now) > 0) return "tooOften";
    if ((this.#perAddress.get(neighbour) ?? 0) >= connectionsPerAddressMax) return "crowdedAddress";
    const ofNetwork = this.#perNetwork.get(network) ?? 0;
    const free = connectionsMax - this.#all;
    return ofNetwork > 0 && ofNetwork >= Math.min(connectionsPerNetworkMax, free) ? "crowdedNetwork" : null;
  }

  add({ address, isLocal }: Newcomer): void {
    this.#all++;
    if (isLocal) return;
    change(this.#perAddress, networkOf(address), 1);
    change(this.#perNetwork, widerNetworkOf(address), 1);
  }

  remove({ address, isLocal }: Newcomer): void {
    this.#all--;
    if (isLocal) return;
    change(this.#perAddress, networkOf(address), -1);
    change(this.#perNetwork, widerNetworkOf(address), -1);
  }
}

function change(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
