import type { OpenFailed, OpenResult } from "./open.ts";

/** What the pool needs to know of a connection. `SmtpConnection` is one. */
export interface PooledConnection {
  readonly isReusable: boolean;
  readonly messagesSent: number;
  quit(): Promise<void>;
  destroy(): void;
}

/** Connections with the same key are interchangeable. */
export interface PoolKey {
  /** The source address; undefined leaves it to the system. */
  readonly localAddress?: string;
  /** The IP address of the peer. */
  readonly address: string;
  readonly port: number;
  /** Names the TLS policy the connection was opened under, so that one for `off` never carries a message
   *  that requires encryption. The caller chooses the words. */
  readonly tls: string;
}

/** The caller's budget for a key; the newest one counts. */
export interface PoolLimits {
  readonly connectionsMax: number;
  readonly messagesPerConnectionMax: number;
  /** How long an unused connection stays open. More than 30 s is cut to 30 s. */
  readonly idleSeconds: number;
}

/** `busy`: more callers wait for this destination than make sense. `cancelled`: the caller's signal.
 *  `closed`: the pool is closing. */
export type Acquired<C> =
  | { readonly kind: "acquired"; readonly connection: C }
  | OpenFailed
  | { readonly kind: "busy" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "closed" };

/** Like {@link OpenResult}, for any kind of connection. */
export type Opened<C> =
  | { readonly kind: "open"; readonly connection: C }
  | Exclude<OpenResult, { kind: "open" }>;

export interface Acquisition<C> {
  readonly key: PoolKey;
  readonly limits: PoolLimits;
  /** Opens a connection; must not throw, and should end soon after `signal` aborts. */
  readonly open: (signal: AbortSignal | undefined) => Promise<Opened<C>>;
  readonly signal?: AbortSignal;
}

// Peers drop idle clients after 30 to 300 s, and hold it against those who keep connections for nothing.
const idleSecondsMax = 30;
// A destination with so many waiting is slower than its queue: the messages are better off in the queue.
const waitersMax = 1_000;

interface Idle<C> {
  readonly connection: C;
  readonly timer: NodeJS.Timeout;
}

interface Waiter<C> {
  readonly acquisition: Acquisition<C>;
  /** Ends the waiting; from then on the signal is somebody else's business. */
  readonly answer: (acquired: Acquired<C> | Promise<Acquired<C>>) => void;
}

/** The connections of one key. */
interface Berth<C> {
  readonly id: string;
  limits: PoolLimits;
  /** Open or being opened, idle ones included. */
  open: number;
  readonly idle: Idle<C>[];
  readonly waiters: Waiter<C>[];
}

/** Keeps connections open between messages. Budgets are the caller's; the pool only obeys them. */
export class ConnectionPool<C extends PooledConnection> {
  readonly #berths = new Map<string, Berth<C>>();
  readonly #inUse = new Map<C, Berth<C>>();
  #closing: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  /** Connections that are open or being opened. */
  get size(): number {
    let size = 0;
    for (const berth of this.#berths.values()) size += berth.open;
    return size;
  }

  /** Hands out the connection that was used last, or opens one, or waits until one is released. A connection
   *  that the peer has closed meanwhile is never handed out. Every `acquired` one must be released. */
  acquire(acquisition: Acquisition<C>): Promise<Acquired<C>> {
    if (this.#closing !== undefined) return Promise.resolve({ kind: "closed" });
    if (acquisition.signal?.aborted === true) return Promise.resolve({ kind: "cancelled" });
    const berth = this.#berthOf(acquisition);
    const connection = this.#takeIdle(berth);
    if (connection !== undefined) {
      this.#inUse.set(connection, berth);
      return Promise.resolve({ kind: "acquired", connection });
    }
    if (berth.waiters.length >= waitersMax) return Promise.resolve({ kind: "busy" });
    const acquired = this.#wait(berth, acquisition);
    this.#serve(berth);
    return acquired;
  }

  /** Gives a connection back: to the next who waits, to rest, or to its end when it is spent. */
  release(connection: C): void {
    const berth = this.#inUse.get(connection);
    if (berth === undefined) throw new Error("Released a connection that was not acquired.");
    this.#inUse.delete(connection);
    const isSpent = connection.messagesSent >= berth.limits.messagesPerConnectionMax;
    const isSurplus = berth.open > berth.limits.connectionsMax;
    if (!connection.isReusable || isSpent || isSurplus || this.#closing !== undefined) {
      this.#end(berth, connection);
      return;
    }
    const waiter = berth.waiters.shift();
    if (waiter === undefined) {
      this.#rest(berth, connection);
      return;
    }
    this.#inUse.set(connection, berth);
    waiter.answer({ kind: "acquired", connection });
  }

  /** Ends all connections with QUIT: idle ones now, the others when they are released. What is still in use
   *  after `graceSeconds` is destroyed. Who waits gets `closed`. */
  close(graceSeconds: number): Promise<void> {
    this.#closing ??= this.#close(graceSeconds);
    return this.#closing;
  }

  async #close(graceSeconds: number): Promise<void> {
    for (const berth of [...this.#berths.values()]) {
      for (const waiter of berth.waiters.splice(0)) waiter.answer({ kind: "closed" });
      for (const { connection, timer } of berth.idle.splice(0)) {
        clearTimeout(timer);
        this.#end(berth, connection);
      }
    }
    if (this.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const timer = setTimeout(() => {
      for (const connection of this.#inUse.keys()) connection.destroy();
      this.#onEmpty?.();
    }, graceSeconds * 1_000);
    await empty;
    clearTimeout(timer);
  }

  #berthOf({ key, limits }: Acquisition<C>): Berth<C> {
    // The caller's words come last, so that no space in them makes two keys one.
    const id = `${key.localAddress ?? ""} ${key.address} ${key.port} ${key.tls}`;
    let berth = this.#berths.get(id);
    if (berth === undefined) {
      berth = { id, limits, open: 0, idle: [], waiters: [] };
      this.#berths.set(id, berth);
    }
    berth.limits = limits;
    return berth;
  }

  #takeIdle(berth: Berth<C>): C | undefined {
    for (let idle = berth.idle.pop(); idle !== undefined; idle = berth.idle.pop()) {
      clearTimeout(idle.timer);
      const isSpent = idle.connection.messagesSent >= berth.limits.messagesPerConnectionMax;
      if (idle.connection.isReusable && !isSpent) return idle.connection;
      this.#end(berth, idle.connection);
    }
    return undefined;
  }

  /** Opens connections for those who wait, as far as the limits allow. */
  #serve(berth: Berth<C>): void {
    while (berth.open < berth.limits.connectionsMax) {
      const waiter = berth.waiters.shift();
      if (waiter === undefined) return;
      berth.open += 1;
      waiter.answer(this.#open(berth, waiter.acquisition));
    }
  }

  async #open(berth: Berth<C>, { open, signal }: Acquisition<C>): Promise<Acquired<C>> {
    let opened: Opened<C>;
    try {
      opened = await open(signal);
    } catch (error) {
      this.#vacate(berth);
      throw error;
    }
    if (opened.kind === "failed") {
      this.#vacate(berth);
      return opened;
    }
    const { connection } = opened;
    if (this.#closing !== undefined || signal?.aborted === true) {
      this.#end(berth, connection);
      return { kind: this.#closing === undefined ? "cancelled" : "closed" };
    }
    this.#inUse.set(connection, berth);
    return { kind: "acquired", connection };
  }

  #wait(berth: Berth<C>, acquisition: Acquisition<C>): Promise<Acquired<C>> {
    return new Promise((resolve) => {
      const onAbort = (): void => {
        berth.waiters.splice(berth.waiters.indexOf(waiter), 1);
        this.#forget(berth);
        resolve({ kind: "cancelled" });
      };
      const waiter: Waiter<C> = {
        acquisition,
        answer: (acquired) => {
          acquisition.signal?.removeEventListener("abort", onAbort);
          resolve(acquired);
        },
      };
      acquisition.signal?.addEventListener("abort", onAbort, { once: true });
      berth.waiters.push(waiter);
    });
  }

  #rest(berth: Berth<C>, connection: C): void {
    const seconds = Math.min(berth.limits.idleSeconds, idleSecondsMax);
    const timer = setTimeout(() => {
      berth.idle.splice(berth.idle.indexOf(idle), 1);
      this.#end(berth, connection);
    }, seconds * 1_000);
    const idle: Idle<C> = { connection, timer };
    berth.idle.push(idle);
  }

  /** The place stays taken until the goodbye is over: the peer counts the connection until then. */
  #end(berth: Berth<C>, connection: C): void {
    void connection.quit().finally(() => this.#vacate(berth));
  }

  #vacate(berth: Berth<C>): void {
    berth.open -= 1;
    this.#serve(berth);
    this.#forget(berth);
    if (this.#onEmpty !== undefined && this.size === 0) this.#onEmpty();
  }

  #forget(berth: Berth<C>): void {
    if (berth.open === 0 && berth.waiters.length === 0) this.#berths.delete(berth.id);
  }
}
