import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { ServerLimits, ServerTimeouts } from "./limits.ts";
import { type SessionOptions, type SessionWire, SmtpSession } from "./session.ts";

/** What a connection needs of its server. */
export interface ConnectionOptions extends SessionOptions {
  limits: ServerLimits;
  timeouts: ServerTimeouts;
  /** Null where nothing is encrypted. */
  secureContext: (() => SecureContext) | null;
  /** The client is nobody's stranger any more. */
  onKnown: () => void;
  onClosed: () => void;
}

/** One client's socket, and its session. */
export class ServerConnection implements SessionWire {
  readonly #options: ConnectionOptions;
  readonly #session: SmtpSession;
  #socket: Socket;
  /** While it shakes hands from the first octet, or closes: until when. */
  #ownDeadline: number | null = null;
  #isPaused = false;
  #isHalfClosed = false;
  #isKnown = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#session = new SmtpSession(options, this);
    // Replies leave as whole groups; waiting for more would only delay them.
    socket.setNoDelay(true);
    socket.once("close", this.#onClose);
    socket.on("error", ignore);
  }

  /** Greets, or shakes hands first. */
  start(): void {
    if (!this.#options.isSecure) {
      this.#attach(this.#socket);
      this.#session.greet();
      return;
    }
    this.#ownDeadline = this.#options.now() + this.#options.timeouts.tlsMs;
    this.#shakeHands(() => {
      this.#ownDeadline = null;
      this.#session.greet();
    });
  }

  /** When it is over its time. */
  get deadline(): number {
    return this.#ownDeadline ?? this.#session.deadline;
  }

  expire(): void {
    if (this.#ownDeadline !== null) this.destroy();
    else this.#session.expire();
  }

  /** Makes room for others. */
  evict(): void {
    if (this.#ownDeadline !== null) this.destroy();
    else this.#session.evict();
  }

  /** Ends when no message is lost by it. */
  stop(): void {
    if (this.#ownDeadline !== null) this.destroy();
    else this.#session.stop();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  write(text: string): void {
    if (this.#socket.writable) this.#socket.write(text, "latin1");
  }

  get isClogged(): boolean {
    return this.#socket.writableLength > this.#options.limits.unreadBytesMax;
  }

  startTls(): void {
    this.#socket.off("data", this.#onData).off("end", this.#onEnd).off("drain", this.#onDrain);
    this.#shakeHands(() => this.#session.secured());
  }

  end(): void {
    this.#ownDeadline = this.#options.now() + this.#options.timeouts.closeMs;
    this.#socket.end();
    // What still comes is read and dropped: octets nobody has read would turn the last reply into a reset.
    this.#socket.off("data", this.#onData).resume();
  }

  turned(): void {
    if (!this.#isKnown && this.#session.isKnown) {
      this.#isKnown = true;
      this.#options.onKnown();
    }
    if (this.#ownDeadline !== null) return;
    const { isSated } = this.#session;
    if (isSated !== this.#isPaused) {
      this.#isPaused = isSated;
      if (isSated) this.#socket.pause();
      else this.#socket.resume();
    }
    if (this.#isHalfClosed && this.#session.isIdle) this.end();
  }

  #shakeHands(then: () => void): void {
    const { secureContext } = this.#options;
    if (secureContext === null) throw new Error("There is no certificate to shake hands with.");
    const secured = new TLSSocket(this.#socket, { isServer: true, secureContext: secureContext() });
    this.#socket = secured;
    secured.on("error", ignore);
    secured.once("secure", () => {
      this.#attach(secured);
      then();
    });
  }

  #attach(socket: Socket): void {
    socket.on("data", this.#onData).on("end", this.#onEnd).on("drain", this.#onDrain);
  }

  readonly #onData = (chunk: Buffer): void => this.#session.receive(chunk);

  readonly #onDrain = (): void => this.#session.proceed();

  // RFC 5321 §4.1.1.10 wants QUIT first. A client that has only closed its side still gets the answers that are due.
  readonly #onEnd = (): void => {
    this.#isHalfClosed = true;
    this.turned();
  };

  readonly #onClose = (): void => {
    this.#session.close();
    this.#options.onClosed();
  };
}

// The end of the connection, which follows every error, is all that counts.
function ignore(): void {}
