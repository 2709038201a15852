import type { Clock } from "../../base/clock.ts";
import type { Site, Target } from "../../core/delivery/index.ts";
import { type OpenFailed, openConnection, type SmtpConnection } from "../../mail/smtp/index.ts";
import type { BrokenTls } from "./broken-tls.ts";
import type { SiteQueue } from "./site-queue.ts";
import type { Source, SourceAddresses } from "./source-addresses.ts";

export interface LineOptions {
  clock: Clock;
  heloName: string;
  sources: SourceAddresses;
  /** Ends connections at once, when the service must not wait for them any longer. */
  cut: AbortSignal;
  /** Hosts whose TLS was found broken: plain text for a while (RFC 7435 §3). */
  brokenTls: BrokenTls;
}

/** The connection of a courier to its destination, from the address it is made from: opened when it is needed, and again
 *  when the last one is used up. */
export class Line {
  readonly #options: LineOptions;
  readonly #queue: SiteQueue;
  #connection: SmtpConnection | null = null;
  #host: string | null = null;
  #source: Source | null = null;

  constructor(options: LineOptions, queue: SiteQueue) {
    this.#options = options;
    this.#queue = queue;
  }

  get connection(): SmtpConnection | null {
    return this.#connection;
  }

  /** The server that was last connected to. */
  get host(): string | null {
    return this.#host;
  }

  /** May one more message go over this connection? It counts against the share of its address then. */
  async mayGoOn(): Promise<boolean> {
    const connection = this.#connection;
    if (connection === null || this.#source === null || !connection.isReusable) return false;
    if (connection.messagesSent >= this.#queue.budget.limits.messagesPerConnectionMax) return false;
    return this.#source.spend();
  }

  /** May one more go behind the one that is on its way, as far as the connection is concerned? */
  get hasRoomBehind(): boolean {
    if (this.#connection === null || this.#source === null || this.#source.isLimited) return false;
    return this.#connection.messagesSent + 1 < this.#queue.budget.limits.messagesPerConnectionMax;
  }

  /** The message that was to go over this connection did not: it does not count against the share. */
  takeBack(): void {
    this.#source?.takeBack();
  }

  async hangUp(): Promise<void> {
    const connection = this.#connection;
    const source = this.#source;
    this.#connection = null;
    this.#source = null;
    await connection?.quit();
    await source?.giveBack();
  }

  cut(): void {
    this.#connection?.destroy();
  }

  /** Tries the destination's servers in their order. Answers the last failure when none opens; `spent` when no address may
   *  send any more today. */
  async open(): Promise<SmtpConnection | OpenFailed | "spent"> {
    const site = this.#queue.site as Site;
    let last: OpenFailed | "spent" = "spent";
    for (const target of site.targets) {
      const source = await this.#options.sources.choose(site, target.address);
      if (source === null) continue;
      const opened = await this.#openTarget(target, source);
      if (!("stage" in opened)) return opened;
      await source.giveBack();
      last = opened;
    }
    return last;
  }

  async #openTarget(target: Target, source: Source): Promise<SmtpConnection | OpenFailed> {
    const { brokenTls, clock } = this.#options;
    const name = `${target.address}:${target.port}`;
    const isBroken = brokenTls.has(name, clock.real());
    const isOptional = target.tls.mode === "opportunistic";
    const first = await this.#connect(target, source, isBroken && isOptional);
    if (!("stage" in first) || first.stage !== "tls" || !isOptional) return first;
    brokenTls.add(name, clock.real());
    return this.#connect(target, source, true);
  }

  async #connect(target: Target, source: Source, withoutTls: boolean): Promise<SmtpConnection | OpenFailed> {
    const result = await openConnection({
      host: target.host,
      address: target.address,
      port: target.port,
      heloName: this.#options.heloName,
      tls: withoutTls ? { mode: "off" } : target.tls,
      implicitTls: target.implicitTls,
      signal: this.#options.cut,
      ...(target.auth === null ? {} : { auth: target.auth }),
      ...(source.address === undefined ? {} : { localAddress: source.address }),
    });
    if (result.kind === "failed") return result;
    this.#connection = result.connection;
    this.#host = target.host;
    this.#source = source;
    await source.spend();
    return result.connection;
  }
}
