import type { Socket } from "node:net";

import { failureOf, SessionFailure } from "./failure.ts";
import type { RawReply } from "./reply.ts";
import { ReplyParser } from "./reply.ts";

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (failure: SessionFailure) => void;
  readonly timer: NodeJS.Timeout;
}

/** A socket that speaks in commands and replies. It counts the replies that are due: one that nobody asked
 *  for is never taken for the answer to a later command.
 *  A failure is final, closes the socket, and is thrown by every later call. */
export class Wire {
  readonly #socket: Socket;
  readonly #parser = new ReplyParser();
  readonly #replies: RawReply[] = [];
  #repliesDue = 0;
  #waiter: Waiter<RawReply> | undefined;
  #drained: Waiter<void> | undefined;
  #failure: SessionFailure | undefined;
  #interruption: RawReply | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("close", this.#onEnd);
    socket.on("drain", this.#onDrain);
    socket.on("error", this.#onError);
  }

  get failure(): SessionFailure | undefined {
    return this.#failure;
  }

  /** The reply that came although none was due, such as a 421 while idle or in the middle of a message. */
  get interruption(): RawReply | undefined {
    return this.#interruption;
  }

  /** Has the system taken all that was written? */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Announces a reply that no command asks for: the greeting. */
  expectReply(): void {
    this.#repliesDue += 1;
  }

  /** Writes commands, all in one piece, to which `replies` answers are due. */
  send(commands: string, replies: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#repliesDue += replies;
    this.#socket.write(commands, "utf8");
  }

  /** Writes the octets of a message in one piece. */
  sendBytes(parts: readonly Buffer[], replies: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#repliesDue += replies;
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }

  /** The next reply in order. The time is for the whole reply: a peer that drips bytes gains nothing. */
  reply(timeoutMs: number): Promise<RawReply> {
    const reply = this.#replies.shift();
    if (reply !== undefined) return Promise.resolve(reply);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject, timer: this.#deadline(timeoutMs) };
    });
  }

  /** Waits until the peer has taken enough of what was written to be given more. */
  async drained(timeoutMs: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#socket.writableNeedDrain) return;
    await new Promise<void>((resolve, reject) => {
      this.#drained = { resolve, reject, timer: this.#deadline(timeoutMs) };
    });
  }

  /** Hands the socket over to TLS. Whatever the peer sent in plain text after its reply is an attack:
   *  RFC 3207 §6 in the light of the command injection class of 2011 and 2021. */
  detach(): Socket {
    const isInjected =
      this.#parser.isPartial || this.#replies.length > 0 || this.#failure?.kind === "protocol";
    if (isInjected) {
      this.fail(new SessionFailure("tls_injection"));
      throw new SessionFailure("tls_injection");
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#socket.off("data", this.#onData);
    this.#socket.off("end", this.#onEnd);
    this.#socket.off("close", this.#onEnd);
    this.#socket.off("drain", this.#onDrain);
    this.#failure = new SessionFailure("closed", "detached");
    return this.#socket;
  }

  fail(failure: SessionFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#socket.destroy();
    for (const waiter of [this.#waiter, this.#drained]) {
      if (waiter === undefined) continue;
      clearTimeout(waiter.timer);
      waiter.reject(failure);
    }
    this.#waiter = undefined;
    this.#drained = undefined;
  }

  /** Says goodbye and closes, whatever the peer answers. Never throws. RFC 5321 §4.1.1.10. */
  async quit(timeoutMs: number): Promise<void> {
    try {
      this.send("QUIT\r\n", 1);
      await this.reply(timeoutMs);
    } catch (error) {
      if (!(error instanceof SessionFailure)) throw error;
    } finally {
      this.fail(new SessionFailure("closed"));
    }
  }

  #deadline(timeoutMs: number): NodeJS.Timeout {
    return setTimeout(() => this.fail(new SessionFailure("timeout")), timeoutMs);
  }

  readonly #onData = (chunk: Buffer): void => {
    const defect = this.#parser.push(chunk, this.#receive);
    if (defect !== undefined) this.fail(new SessionFailure("protocol", defect));
  };

  readonly #receive = (reply: RawReply): void => {
    if (this.#repliesDue === 0) {
      this.#interruption ??= reply;
      this.fail(new SessionFailure(reply.code === 421 ? "closed" : "protocol", "unexpected_reply"));
      return;
    }
    this.#repliesDue -= 1;
    const waiter = this.#waiter;
    if (waiter === undefined) {
      this.#replies.push(reply);
      return;
    }
    this.#waiter = undefined;
    clearTimeout(waiter.timer);
    waiter.resolve(reply);
  };

  readonly #onDrain = (): void => {
    const waiter = this.#drained;
    if (waiter === undefined) return;
    this.#drained = undefined;
    clearTimeout(waiter.timer);
    waiter.resolve();
  };

  readonly #onEnd = (): void => this.fail(new SessionFailure("closed"));
  readonly #onError = (error: Error): void => this.fail(failureOf(error));
}
