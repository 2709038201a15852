import { networkOf, widerNetworkOf } from "../../../base/ip.ts";
import { TokenBuckets } from "../../../base/token-bucket.ts";
import type { Peer } from "./dialogue.ts";
import type { ServerLimits } from "./limits.ts";
import { replies, type ServerReply } from "./reply.ts";

/** Counts connections by where they come from, so that no address and no network takes the place of all. What comes from
 *  this machine is not counted: its operator may have many programs. */
export class Crowd {
  readonly #limits: ServerLimits;
  readonly #perAddress = new Map<string, number>();
  readonly #perNetwork = new Map<string, number>();
  readonly #beginningsPerAddress: TokenBuckets<string>;
  readonly #beginningsPerNetwork: TokenBuckets<string>;
  #all = 0;

  constructor(limits: ServerLimits) {
    this.#limits = limits;
    this.#beginningsPerAddress = new TokenBuckets(limits.connectionsPerMinuteMax / 60, 60);
    this.#beginningsPerNetwork = new TokenBuckets(limits.networkConnectionsPerMinuteMax / 60, 60);
  }

  /** Why nobody else may come from there now; null when somebody may. @param now milliseconds that only move forward */
  refusalOf({ address, isLocal }: Peer, now: number): ServerReply | null {
    if (isLocal) return null;
    const { connectionsMax, connectionsPerAddressMax, connectionsPerNetworkMax } = this.#limits;
    const neighbour = networkOf(address);
    const network = widerNetworkOf(address);
    if (this.#beginningsPerAddress.take(neighbour, now) > 0) return replies.tooOften;
    if (this.#beginningsPerNetwork.take(network, now) > 0) return replies.tooOften;
    if ((this.#perAddress.get(neighbour) ?? 0) >= connectionsPerAddressMax) return replies.crowdedAddress;
    const ofNetwork = this.#perNetwork.get(network) ?? 0;
    const free = connectionsMax - this.#all;
    return ofNetwork > 0 && ofNetwork >= Math.min(connectionsPerNetworkMax, free)
      ? replies.crowdedNetwork
      : null;
  }

  add({ address, isLocal }: Peer): void {
    this.#all++;
    if (isLocal) return;
    change(this.#perAddress, networkOf(address), 1);
    change(this.#perNetwork, widerNetworkOf(address), 1);
  }

  remove({ address, isLocal }: Peer): void {
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
