import type { Socket } from "node:net";
import { connect } from "node:net";
import type { TLSSocket } from "node:tls";

import type { Credentials } from "./auth.ts";
import { authenticate } from "./auth.ts";
import { SmtpConnection } from "./connection.ts";
import type { ConnectionError } from "./failure.ts";
import { failureOf, SessionFailure, StepRefused } from "./failure.ts";
import type { Offers } from "./offers.ts";
import { noOffers, readOffers } from "./offers.ts";
import type { Reply } from "./reply.ts";
import { toReply } from "./reply.ts";
import type { SmtpTimeouts } from "./timeouts.ts";
import { defaultTimeouts } from "./timeouts.ts";
import type { TlsDetails, TlsPolicy } from "./tls.ts";
import { isTlsRequired, secure } from "./tls.ts";
import { Wire } from "./wire.ts";

/** Where to connect to, as whom, and on which terms. */
export interface OpenOptions {
  /** The name of the peer, from its MX record or from settings; a TLS peer is asked for it. */
  readonly host: string;
  /** The IP address that was found for it. */
  readonly address: string;
  readonly port: number;
  /** The IP address to connect from. */
  readonly localAddress?: string;
  /** Our name in EHLO: a domain that resolves to `localAddress`, or an address literal. */
  readonly heloName: string;
  readonly tls: TlsPolicy;
  /** TLS from the first byte (port 465). RFC 8314 §3.3. */
  readonly implicitTls?: boolean;
  /** Only over an encrypted connection. Demand a certificate as well: whoever answers gets the password. */
  readonly auth?: Credentials;
  readonly timeouts?: Partial<SmtpTimeouts>;
  /** False sends DATA even where the peer offers CHUNKING. */
  readonly chunking?: boolean;
  /** Ends the attempt as `cancelled`. */
  readonly signal?: AbortSignal;
}

/** The step that failed. */
export type OpenStage = "connect" | "greeting" | "hello" | "tls" | "auth";

/** An open connection, or where and why there is none: by a reply, or by an error.
 *  A `tls` failure under an opportunistic policy says that the peer's TLS is broken: the caller may connect
 *  again with `off`, and should remember it (RFC 7435 §3). `isTemporary` is false for a 5yz only,
 *  and never for encryption. */
export type OpenResult = { readonly kind: "open"; readonly connection: SmtpConnection } | OpenFailed;

/** There is no connection: `reply` when the peer said so, else `error`. */
export interface OpenFailed {
  readonly kind: "failed";
  readonly stage: OpenStage;
  readonly reply?: Reply;
  readonly error?: ConnectionError;
  /** A code of the system, of OpenSSL or of the parser; never text of the peer. */
  readonly detail?: string;
  readonly isTemporary: boolean;
}

/** Connects, greets, encrypts and logs in. Every step is bounded by its timeout. Never throws but for a
 *  `heloName` that is no name. */
export async function openConnection(options: OpenOptions): Promise<OpenResult> {
  if (!heloNameForm.test(options.heloName))
    throw new RangeError("heloName must be a domain or an address literal.");
  const opening = new Opening(options);
  try {
    return { kind: "open", connection: await opening.run() };
  } catch (error) {
    return opening.explain(error);
  }
}

const heloNameForm = /^[A-Za-z0-9_.:[\]-]{1,255}$/;

class Opening {
  readonly #options: OpenOptions;
  readonly #timeouts: SmtpTimeouts;
  #stage: OpenStage = "connect";
  #wire: Wire | undefined;
  #tls: TlsDetails | undefined;

  constructor(options: OpenOptions) {
    this.#options = options;
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
  }

  async run(): Promise<SmtpConnection> {
    const { signal } = this.#options;
    const socket = await connectTo(this.#options, this.#timeouts.connectMs);
    const cancel = (): void => this.#wire?.fail(new SessionFailure("cancelled"));
    signal?.addEventListener("abort", cancel);
    try {
      const wire = await this.#greet(socket);
      const offers = await this.#encrypt(wire, await this.#hello(wire));
      return await this.#logIn(offers);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  explain(error: unknown): OpenResult {
    const stage = this.#stage;
    if (error instanceof StepRefused) {
      // RFC 5321 §3.1 wants a QUIT even from a client that was turned away. Nobody needs to wait for it.
      void this.#wire?.quit(this.#timeouts.quitMs);
      // A policy that cannot be met is a fault somebody repairs, whatever the code: RFC 8461 §5.
      const isTemporary = error.reply.code < 500 || stage === "tls";
      return { kind: "failed", stage, reply: error.reply, isTemporary };
    }
    if (!(error instanceof SessionFailure)) {
      this.#wire?.fail(new SessionFailure("cancelled"));
      throw error;
    }
    void this.#wire?.quit(this.#timeouts.quitMs);
    const detail = error.detail === undefined ? {} : { detail: error.detail };
    return { kind: "failed", stage, error: error.kind, ...detail, isTemporary: true };
  }

  async #greet(socket: Socket): Promise<Wire> {
    const wire = this.#adopt(this.#options.implicitTls === true ? await this.#secure(socket) : socket);
    this.#stage = "greeting";
    wire.expectReply();
    const reply = await wire.reply(this.#timeouts.greetingMs);
    if (reply.code >= 400) throw new StepRefused(toReply(reply));
    if (reply.code >= 300) throw new SessionFailure("protocol", "greeting_reply");
    return wire;
  }

  async #hello(wire: Wire): Promise<Offers> {
    this.#stage = "hello";
    wire.send(`EHLO ${this.#options.heloName}\r\n`, 1);
    const reply = await wire.reply(this.#timeouts.helloMs);
    if (reply.code < 300) return readOffers(reply);
    if (reply.code < 400) throw new SessionFailure("protocol", "ehlo_reply");
    // RFC 5321 §3.2: a peer that refuses EHLO may know HELO. It then offers nothing, least of all encryption.
    if (reply.code < 500 || this.#tls !== undefined) throw new StepRefused(toReply(reply));
    wire.send(`HELO ${this.#options.heloName}\r\n`, 1);
    const second = await wire.reply(this.#timeouts.helloMs);
    if (second.code >= 400) throw new StepRefused(toReply(second));
    if (second.code >= 300) throw new SessionFailure("protocol", "helo_reply");
    return noOffers;
  }

  /** Returns what the peer offers in the end. RFC 3207 §4.2: what it said in plain text is forgotten. */
  async #encrypt(wire: Wire, offers: Offers): Promise<Offers> {
    const { tls, implicitTls } = this.#options;
    if (tls.mode === "off" || implicitTls === true) return offers;
    const isRequired = isTlsRequired(tls);
    this.#stage = "tls";
    if (!offers.startTls) {
      if (isRequired) throw new SessionFailure("tls_not_offered");
      return offers;
    }
    wire.send("STARTTLS\r\n", 1);
    const reply = await wire.reply(this.#timeouts.tlsMs);
    if (reply.code >= 400 && (isRequired || reply.code === 421)) throw new StepRefused(toReply(reply));
    // RFC 3207 §4: "not available" leaves the connection as it was, which is good enough without a policy.
    if (reply.code >= 400) return offers;
    if (reply.code >= 300) throw new SessionFailure("protocol", "starttls_reply");
    return this.#hello(this.#adopt(await this.#secure(wire.detach())));
  }

  /** From here on the connection fails in one place. An abort may have come a moment before. */
  #adopt(socket: Socket): Wire {
    const wire = new Wire(socket);
    this.#wire = wire;
    if (this.#options.signal?.aborted === true) wire.fail(new SessionFailure("cancelled"));
    return wire;
  }

  async #secure(socket: Socket): Promise<TLSSocket> {
    this.#stage = "tls";
    const { tls, host, signal } = this.#options;
    const secured = await secure(socket, { policy: tls, host, timeoutMs: this.#timeouts.tlsMs, signal });
    this.#tls = { protocol: secured.getProtocol() ?? "unknown", cipher: secured.getCipher().standardName };
    return secured;
  }

  async #logIn(offers: Offers): Promise<SmtpConnection> {
    const wire = this.#wire;
    if (wire === undefined) throw new Error("Greeted without a wire.");
    const { auth, chunking } = this.#options;
    if (auth !== undefined) {
      this.#stage = "auth";
      const isEncrypted = this.#tls !== undefined;
      const { authMechanisms: mechanisms } = offers;
      await authenticate(auth, { wire, mechanisms, isEncrypted, timeoutMs: this.#timeouts.authMs });
    }
    const isChunkingPreferred = chunking !== false;
    return new SmtpConnection({
      wire,
      offers,
      timeouts: this.#timeouts,
      isChunkingPreferred,
      tls: this.#tls,
    });
  }
}

function connectTo(options: OpenOptions, timeoutMs: number): Promise<Socket> {
  const { address, port, localAddress, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new SessionFailure("cancelled"));
    const socket = connect({ host: address, port, ...(localAddress === undefined ? {} : { localAddress }) });
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("connect", onConnect).off("error", onError);
      // Between here and the wire's own listener, and after a destroyed attempt, an error has nobody to go to.
      socket.on("error", () => undefined);
    };
    const give = (failure: SessionFailure): void => {
      stop();
      socket.destroy();
      reject(failure);
    };
    const onConnect = (): void => {
      stop();
      // Commands and messages leave as whole groups; waiting for more would only delay them.
      socket.setNoDelay(true);
      resolve(socket);
    };
    const onError = (error: Error): void => give(failureOf(error));
    const onAbort = (): void => give(new SessionFailure("cancelled"));
    const timer = setTimeout(() => give(new SessionFailure("timeout")), timeoutMs);
    socket.on("connect", onConnect).on("error", onError);
    signal?.addEventListener("abort", onAbort);
  });
}
