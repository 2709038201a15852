import type http from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { Crowd, type Newcomer } from "../../base/crowd.ts";
import { isIn, isOwnAddress, networksOf, plainAddress } from "../../base/ip.ts";
import type { HttpLimits } from "./limits.ts";

/** Counts the connections of all servers together, and lets nobody in for whom there is no room. */
export class Entrance {
  readonly #crowd: Crowd;
  readonly #connectionsMax: number;
  readonly #clock: Pick<Clock, "real">;
  readonly #isLocal: (address: string) => boolean;

  /** @param options of `proxies` there may be as many connections as of this machine: each is somebody else's */
  constructor(
    limits: HttpLimits,
    options: {
      clock: Pick<Clock, "real">;
      proxies?: readonly string[];
      isLocal?: (address: string) => boolean;
    },
  ) {
    const { clock, proxies = [], isLocal = isOwnAddress } = options;
    this.#crowd = new Crowd(limits);
    this.#connectionsMax = limits.connectionsMax;
    this.#clock = clock;
    const named = networksOf(proxies);
    this.#isLocal = (address) => isLocal(address) || isIn(named, address);
  }

  /** Stands before everything that a server does with a connection. To be called before others follow the server. */
  guard(server: http.Server): void {
    const serve = server.listeners("connection");
    server.removeAllListeners("connection");
    server.on("connection", (socket: Socket) => {
      if (this.#admit(socket)) for (const each of serve) Reflect.apply(each, server, [socket]);
      // Nothing is said: behind TLS that would cost the handshake, which is what shall be spared.
      else socket.destroy();
    });
  }

  #admit(socket: Socket): boolean {
    const address = plainAddress(socket.remoteAddress ?? "");
    if (address === "") return false; // It was gone before it was seen.
    const newcomer: Newcomer = { address, isLocal: this.#isLocal(address) };
    if (this.#crowd.size >= this.#connectionsMax) return false;
    if (this.#crowd.crowdingOf(newcomer, this.#clock.real()) !== null) return false;
    this.#crowd.add(newcomer);
    socket.once("close", () => this.#crowd.remove(newcomer));
    return true;
  }
}
