import type { Envelope } from "./commands.ts";
import { SessionFailure } from "./failure.ts";
import type { Offers } from "./offers.ts";
import type { SendResult } from "./result.ts";
import type { SmtpTimeouts } from "./timeouts.ts";
import type { TlsDetails } from "./tls.ts";
import type { Session, Transaction, Upcoming } from "./transaction.ts";
import { runTransaction } from "./transaction.ts";
import type { Wire } from "./wire.ts";

/** A message for one recipient. */
export interface Shipment {
  readonly envelope: Envelope & { readonly to: string };
  /** The message in slices, with CRLF line ends; octets above 127 are allowed. It is not copied: leave it
   *  alone until the result is there. */
  readonly message: readonly Buffer[];
  /** See {@link Transaction}, these three. */
  readonly isComposed?: boolean;
  readonly next?: () => Upcoming | null;
  readonly beforeFinalDot: () => Promise<void> | void;
}

interface ConnectionParts {
  readonly wire: Wire;
  readonly offers: Offers;
  readonly timeouts: SmtpTimeouts;
  readonly isChunkingPreferred: boolean;
  readonly tls: TlsDetails | undefined;
}

/** An open connection to a peer that has been greeted and, as the policy demands, encrypted and logged in to.
 *  It carries one message after the other; one transaction at a time. */
export class SmtpConnection {
  /** What the peer offers on this connection, after encryption. */
  readonly offers: Offers;
  /** How it is encrypted; undefined in plain text. */
  readonly tls: TlsDetails | undefined;
  readonly #session: Session;
  #isBusy = false;
  #messagesSent = 0;

  constructor(parts: ConnectionParts) {
    this.offers = parts.offers;
    this.tls = parts.tls;
    this.#session = { ...parts, needsReset: false, ahead: null };
  }

  /** Transactions that reached their end, accepted or not: what a peer counts as messages on a connection. */
  get messagesSent(): number {
    return this.#messagesSent;
  }

  /** True when another message may be sent: the peer has neither closed, nor said 421, nor broken the protocol. */
  get isReusable(): boolean {
    return !this.#isBusy && this.#session.wire.failure === undefined;
  }

  /** True when nobody here holds octets of a message any more. A peer may answer before it has read them. */
  get isFlushed(): boolean {
    return this.#session.wire.isFlushed;
  }

  /** Sends one message to one recipient.
   *  @throws what `beforeFinalDot` throws; the message was not handed over then. */
  async send(shipment: Shipment): Promise<SendResult> {
    const [result] = await this.sendToMany({ ...shipment, recipients: [shipment.envelope.to] });
    if (result === undefined) throw new Error("A transaction ended without a result.");
    return result;
  }

  /** Sends one message to several recipients in one transaction; results in the order of the recipients.
   *  @throws what `beforeFinalDot` throws; the message was not handed over then. */
  async sendToMany(transaction: Transaction): Promise<SendResult[]> {
    const { ahead } = this.#session;
    if (ahead !== null && ahead !== transaction.envelope) throw new Error("Another envelope was announced.");
    this.#occupy();
    try {
      const results = await runTransaction(this.#session, transaction);
      if (results[0]?.kind !== "unsendable") this.#messagesSent += 1;
      return results;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Asks the peer to forget a half-made transaction. Not needed between messages: the next one brings it
   *  along where it must. False when the connection is of no use any more. */
  async rset(): Promise<boolean> {
    if (this.#session.ahead !== null) throw new Error("Another envelope was announced.");
    this.#occupy();
    const { wire, timeouts } = this.#session;
    try {
      wire.send("RSET\r\n", 1);
      const reply = await wire.reply(timeouts.resetMs);
      if (reply.code < 300) this.#session.needsReset = false;
      else wire.fail(new SessionFailure("protocol", "rset_reply"));
    } catch (error) {
      if (!(error instanceof SessionFailure)) throw error;
    } finally {
      this.#isBusy = false;
    }
    return this.isReusable;
  }

  /** Says goodbye and closes; returns within `quitMs`. Never throws. In the middle of a message, and behind an
   *  envelope that was announced and is not followed by its message, it closes. */
  async quit(): Promise<void> {
    if (!this.isReusable || this.#session.ahead !== null) return this.destroy();
    this.#isBusy = true;
    await this.#session.wire.quit(this.#session.timeouts.quitMs);
  }

  /** Closes at once. What is under way ends as `lost`. */
  destroy(): void {
    this.#session.wire.fail(new SessionFailure("cancelled"));
  }

  #occupy(): void {
    if (this.#isBusy) throw new Error("One transaction at a time: this connection is busy.");
    this.#isBusy = true;
  }
}
