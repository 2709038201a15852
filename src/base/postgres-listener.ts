import type { Log } from "./log.ts";

/** Where the database tells of what it met. */
export type DatabaseLog = Pick<Log, "error" | "warn" | "info">;

/** The part of the driver's client that listening needs. */
export interface ListenClient {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  on(
    event: "notification",
    handler: (note: { channel: string; payload?: string | undefined }) => void,
  ): unknown;
  on(event: "error", handler: (error: Error) => void): unknown;
  on(event: "end", handler: () => void): unknown;
}

/** A registered listener; closing it stops the calls. */
export type Subscription = { close(): Promise<void> };

type Hearing = { heard: (payload: string) => void; resumed: (() => void) | undefined };

const reconnectMsMin = 100;
const reconnectMsMax = 5000; // a database that was restarted is noticed within this time
const probeSeconds = 30; // a silent network failure shows only when something is sent

/** One connection for all channels, opened with the first listener and renewed when it breaks. */
export class Listener {
  readonly #open: () => ListenClient;
  readonly #log: DatabaseLog;
  readonly #hearings = new Map<string, Set<Hearing>>();
  #client: Promise<ListenClient> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(open: () => ListenClient, log: DatabaseLog) {
    this.#open = open;
    this.#log = log;
  }

  async listen(
    channel: string,
    heard: (payload: string) => void,
    resumed?: () => void,
  ): Promise<Subscription> {
    if (!/^[a-z_]{1,63}$/.test(channel)) throw new TypeError(`A channel is a lower-case word: ${channel}.`);
    if (this.#closed) throw new Error("The database is closed.");
    const hearing = { heard, resumed };
    const hearings = this.#hearings.get(channel) ?? new Set();
    this.#hearings.set(channel, hearings.add(hearing));
    this.#client ??= this.#connect();
    const client = await this.#client;
    await client.query(`listen ${channel}`);
    return { close: () => this.#forget(channel, hearing) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#probe);
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  async #forget(channel: string, hearing: Hearing): Promise<void> {
    const hearings = this.#hearings.get(channel);
    hearings?.delete(hearing);
    if (this.#closed || !hearings || hearings.size > 0) return;
    this.#hearings.delete(channel);
    const client = await this.#client?.catch(() => undefined);
    await client?.query(`unlisten ${channel}`).catch(() => undefined);
  }

  async #connect(): Promise<ListenClient> {
    const client = this.#open();
    client.on("notification", ({ channel, payload }) => this.#hear(channel, payload ?? ""));
    client.on("error", () => undefined); // "end" follows and does the work
    try {
      await client.connect();
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
    client.on("end", () => this.#lost());
    this.#probe = setInterval(
      () => void client.query("select 1").catch(() => client.end()),
      probeSeconds * 1000,
    );
    this.#probe.unref();
    return client;
  }

  #hear(channel: string, payload: string): void {
    for (const { heard } of this.#hearings.get(channel) ?? []) this.#call(() => heard(payload));
  }

  #call(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      this.#log.error("database.listener_failed", { error });
    }
  }

  #lost(): void {
    clearInterval(this.#probe);
    this.#client = undefined;
    if (this.#closed) return;
    this.#log.warn("database.listening_interrupted");
    this.#reconnect(reconnectMsMin);
  }

  #reconnect(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#resume(delayMs), delayMs);
  }

  async #resume(delayMs: number): Promise<void> {
    if (this.#closed) return;
    try {
      this.#client ??= this.#connect();
      const client = await this.#client;
      for (const channel of this.#hearings.keys()) await client.query(`listen ${channel}`);
    } catch {
      this.#reconnect(Math.min(delayMs * 2, reconnectMsMax));
      return;
    }
    this.#log.info("database.listening_resumed");
    for (const hearings of this.#hearings.values()) {
      for (const { resumed } of hearings) if (resumed) this.#call(resumed);
    }
  }
}
