import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type { Clock } from "../../../base/clock.ts";
import { Crowd } from "../../../base/crowd.ts";
import { isOwnAddress, plainAddress, widerNetworkOf } from "../../../base/ip.ts";
import { ServerConnection } from "./connection.ts";
import type { Dialogue, Peer } from "./dialogue.ts";
import { HeldBytes } from "./held-octets.ts";
import {
  defaultServerLimits,
  defaultServerTimeouts,
  type ServerLimits,
  type ServerTimeouts,
  sweepEveryMs,
} from "./limits.ts";
import { replies, type ServerReply, wireOf } from "./reply.ts";
import { ServerTally } from "./tally.ts";

/** How a server behaves. */
export interface SmtpServerOptions {
  /** The name it gives itself: a domain, or an address literal. */
  name: string;
  clock: Clock;
  /** Asked for each handshake, so that a renewed certificate holds at once. Null offers no encryption. */
  secureContext: (() => SecureContext) | null;
  /** Must clients say who they are? Then they may do so over TLS, and in plain text where it stays on this machine. */
  requiresAuth: boolean;
  /** Begins a conversation. */
  converse: (peer: Peer) => Dialogue;
  /** Which addresses mean this machine; those of the loopback, unless told. */
  isLocal?: (address: string) => boolean;
  limits?: Partial<ServerLimits>;
  timeouts?: Partial<ServerTimeouts>;
  onDefect: (error: unknown) => void;
}

// Connections that wait to be accepted by the system: a burst of clients while we are busy for a moment.
const backlogMax = 1_024;

/** An SMTP server on one or more ports. All its limits hold for them together. */
export class SmtpServer {
  readonly #options: SmtpServerOptions;
  readonly #limits: ServerLimits;
  readonly #timeouts: ServerTimeouts;
  readonly #held: HeldBytes;
  readonly #servers: Server[] = [];
  readonly #connections = new Set<ServerConnection>();
  /** Who has not said who it is yet, the oldest first. */
  readonly #strangers = new Set<ServerConnection>();
  readonly #crowd: Crowd;
  readonly #tally = new ServerTally();
  #sweeper: NodeJS.Timeout | null = null;
  #isClosing = false;

  constructor(options: SmtpServerOptions) {
    this.#options = options;
    this.#limits = { ...defaultServerLimits, ...options.limits };
    this.#timeouts = { ...defaultServerTimeouts, ...options.timeouts };
    this.#held = new HeldBytes(this.#limits.heldBytesMax, this.#limits.heldShareOfFree);
    this.#crowd = new Crowd(this.#limits);
  }

  /** How much there is of what is bounded. */
  get counts(): { connections: number; strangers: number; heldBytes: number; tally: ServerTally } {
    return {
      tally: this.#tally,
      connections: this.#connections.size,
      strangers: this.#strangers.size,
      heldBytes: this.#held.bytes,
    };
  }

  /** Listens on one more port. @returns where, since port 0 takes a free one
   *  @throws Error of the system when it cannot */
  async listen(place: { host: string; port: number; isImplicitTls: boolean }): Promise<AddressInfo> {
    const { host, port, isImplicitTls } = place;
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket, isImplicitTls));
    const failed = once(server, "error").then(([error]) => Promise.reject(error));
    const listening = once(server, "listening");
    server.listen({ host, port, backlog: backlogMax });
    await Promise.race([listening, failed]);
    failed.catch(() => {});
    server.on("error", this.#options.onDefect);
    this.#servers.push(server);
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepEveryMs).unref();
    return server.address() as AddressInfo;
  }

  /** Takes no new connections, lets messages under way finish, and cuts what is left after the grace time. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const connection of this.#connections) connection.stop();
    const cut = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, this.#timeouts.stopMs);
    await Promise.all(closed);
    clearTimeout(cut);
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
  }

  #accept(socket: Socket, isImplicitTls: boolean): void {
    const address = plainAddress(socket.remoteAddress ?? "");
    if (address === "") {
      socket.destroy(); // It was gone before it was seen.
      return;
    }
    const { isLocal = isOwnAddress } = this.#options;
    const peer = { address, isLocal: isLocal(address) };
    const refusal = this.#refusalOf(peer);
    if (refusal !== null) {
      this.#tally.refused(refusal);
      turnAway(socket, refusal, isImplicitTls);
      return;
    }
    const connection = this.#open(socket, peer, isImplicitTls);
    this.#connections.add(connection);
    this.#strangers.add(connection);
    this.#crowd.add(peer);
    this.#tally.connections++;
    if (this.#strangers.size > this.#limits.strangersMax) this.#evictOldest();
    connection.start();
  }

  #refusalOf(peer: Peer): ServerReply | null {
    if (this.#isClosing) return replies.stopping;
    const crowded = this.#crowd.crowdingOf(peer, this.#options.clock.real());
    if (crowded !== null) return replies[crowded];
    if (this.#connections.size < this.#limits.connectionsMax) return null;
    if (this.#strangers.size === 0) return replies.crowded;
    this.#evictOldest();
    return null;
  }

  // A stranger that is being checked is not silent, but old enough to begin anew.
  #evictOldest(): void {
    const [oldest] = this.#strangers;
    if (oldest === undefined) return;
    this.#strangers.delete(oldest);
    oldest.evict();
    this.#tally.evicted();
  }

  #open(socket: Socket, peer: Peer, isImplicitTls: boolean): ServerConnection {
    const { name, clock, requiresAuth, secureContext, converse, onDefect } = this.#options;
    const connection: ServerConnection = new ServerConnection(socket, {
      name,
      dialogue: converse(peer),
      requiresAuth,
      offersTls: secureContext !== null,
      isSecure: isImplicitTls,
      allowsPlainAuth: peer.isLocal,
      limits: this.#limits,
      timeouts: this.#timeouts,
      held: peer.isLocal ? this.#held : this.#held.shareOf(widerNetworkOf(peer.address)),
      now: () => clock.real(),
      onDefect,
      onReply: (said) => this.#tally.replied(said),
      secureContext,
      onKnown: () => this.#strangers.delete(connection),
      onClosed: () => this.#forget(connection, peer),
    });
    return connection;
  }

  #forget(connection: ServerConnection, peer: Peer): void {
    this.#connections.delete(connection);
    this.#strangers.delete(connection);
    this.#crowd.remove(peer);
  }

  #sweep(): void {
    const now = this.#options.clock.real();
    for (const connection of this.#connections) if (connection.deadline < now) connection.expire();
  }
}

function turnAway(socket: Socket, refusal: ServerReply, isImplicitTls: boolean): void {
  socket.on("error", () => {});
  // Behind implicit TLS nothing can be said before the handshake, which is what shall be spared.
  if (isImplicitTls) socket.destroy();
  else socket.end(wireOf(refusal), () => socket.destroy());
}
