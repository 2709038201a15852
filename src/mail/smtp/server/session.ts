import { readCommand } from "./command.ts";
import { type Answer, Conversation, type ConversationOptions } from "./conversation.ts";
import { type Line, LineInput } from "./line-input.ts";
import { replies, reply, type ServerReply, wireOf } from "./reply.ts";

/** What a session stands on. */
export interface SessionOptions extends ConversationOptions {
  onDefect: (error: unknown) => void;
  /** Is told of each reply. */
  onReply?: (said: ServerReply) => void;
}

/** The connection, as a session sees it. */
export interface SessionWire {
  write(text: string): void;
  /** The client does not read what is written to it. */
  readonly isClogged: boolean;
  /** Shakes hands, and calls `secured`. */
  startTls(): void;
  /** Closes when everything is written. */
  end(): void;
  /** Something has changed: whether octets are wanted, until when, or who the client is. */
  turned(): void;
}

// Replies are gathered while commands are at hand, and written in one piece. RFC 2920 §3.2.
const gatheredCharactersMax = 16_384;

/** One session with an SMTP client, without its socket: octets go in, replies come out, in the same order however the
 *  network has cut them. */
export class SmtpSession {
  readonly #options: SessionOptions;
  readonly #wire: SessionWire;
  readonly #conversation: Conversation;
  readonly #input = new LineInput();
  readonly #startedAt: number;
  #state: "open" | "handshake" | "over" = "open";
  #isBusy = false;
  #isRunning = false;
  #isStopping = false;
  #out = "";
  #errors = 0;
  #commands = 0;
  #deadline: number;

  constructor(options: SessionOptions, wire: SessionWire) {
    this.#options = options;
    this.#wire = wire;
    this.#conversation = new Conversation(options);
    this.#startedAt = options.now();
    this.#deadline = this.#startedAt + options.timeouts.commandMs;
  }

  /** Says the first word. RFC 5321 §3.1. */
  greet(): void {
    this.#answer(reply(220, "", `${this.#options.name} ESMTP`), false);
    this.#turn();
  }

  /** When the client is over its time; never while we are the one who is waited for. */
  get deadline(): number {
    if (this.#isBusy) return Number.POSITIVE_INFINITY;
    const { timeouts } = this.#options;
    const end = this.isKnown ? Number.POSITIVE_INFINITY : this.#startedAt + timeouts.strangerMs;
    return Math.min(this.#deadline, this.#conversation.messageDeadline, end);
  }

  /** Nothing is being done for the client. */
  get isIdle(): boolean {
    return !this.#isBusy && !this.#wire.isClogged;
  }

  get isKnown(): boolean {
    return this.#conversation.isKnown;
  }

  /** Octets that have come wait for something: no more are wanted. */
  get isSated(): boolean {
    return !this.#input.isEmpty && (this.#isBusy || this.#wire.isClogged);
  }

  receive(chunk: Buffer): void {
    // RFC 3207 §6: what came in plain text behind STARTTLS was not said by the client.
    if (this.#state !== "open") return;
    this.#input.push(chunk);
    this.proceed();
  }

  /** Goes on with what has come. */
  proceed(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#state === "open" && !this.#isBusy && !this.#wire.isClogged && this.#step()) {
      if (this.#out.length > gatheredCharactersMax) this.#flush();
    }
    this.#isRunning = false;
    this.#turn();
  }

  /** The connection is encrypted now. */
  secured(): void {
    // The handshake may be done after the session was ended: then nobody is there to talk to.
    if (this.#state !== "handshake") return;
    this.#conversation.secured();
    this.#state = "open";
    this.#touch();
    this.#turn();
  }

  /** The client is over its time. */
  expire(): void {
    this.#leave(replies.timeout);
  }

  /** Makes room for others. */
  evict(): void {
    this.#leave(replies.crowded);
  }

  /** Ends at the next moment at which no message is lost by it. */
  stop(): void {
    this.#isStopping = true;
    if (!this.#isBusy && this.#conversation.expects !== "content") this.#leave(replies.stopping);
  }

  /** The connection is gone. */
  close(): void {
    this.#state = "over";
    this.#input.clear();
    // A message that is being taken is held, and counted, until it is answered.
    if (!this.#isBusy) this.#conversation.reset();
    this.#options.dialogue.ended();
  }

  /** Takes one step; false when more octets are needed for it. */
  #step(): boolean {
    if (this.#input.isEmpty) return false;
    const { expects } = this.#conversation;
    if (expects === "content") return this.#readContent();
    const { authOctetsMax, commandOctetsMax } = this.#options.limits;
    const line = this.#input.line(expects === "auth" ? authOctetsMax : commandOctetsMax);
    if (line === null) return false;
    this.#take(this.#answerTo(line), true);
    return true;
  }

  #answerTo(line: Line): Answer {
    const { strangerCommandsMax, commandsPerMessageMax } = this.#options.limits;
    this.#commands += 1;
    if (this.#commands > (this.isKnown ? commandsPerMessageMax : strangerCommandsMax)) {
      return replies.tooManyCommands;
    }
    if (this.#conversation.expects === "auth") return this.#conversation.authLine(line);
    if (line.kind === "too_long") return replies.lineTooLong;
    // A line that a lax reader sees and a strict one does not: nothing in it is done.
    if (line.kind === "bare") return replies.bareLineEnd;
    return this.#conversation.obey(readCommand(line.octets));
  }

  #readContent(): boolean {
    let answer: Answer = replies.none;
    this.#input.content((octets) => {
      const part = this.#conversation.content(octets);
      answer = part.answer;
      return part.length;
    });
    if (this.isKnown && this.#conversation.expects !== "content") this.#commands = 0;
    this.#take(answer, false);
    return true;
  }

  /** @param isCounted whether a refusal speaks against the client: that of a message does not */
  #take(answer: Answer, isCounted: boolean): void {
    if (answer instanceof Promise) this.#wait(answer, isCounted);
    else this.#answer(answer, isCounted);
  }

  /** Nothing else is done until the answer is there. */
  #wait(answer: Promise<ServerReply>, isCounted: boolean): void {
    this.#isBusy = true;
    const goOn = (known: ServerReply) => {
      this.#isBusy = false;
      this.#answer(known, isCounted);
      if (this.#isStopping) this.#leave(replies.stopping);
      this.proceed();
    };
    answer.then(goOn, (error: unknown) => {
      this.#options.onDefect(error);
      goOn(replies.defect);
    });
  }

  #answer(given: ServerReply, isCounted: boolean): void {
    this.#touch();
    if (given === replies.none || this.#state === "over") return;
    const answer = isCounted && given.code >= 500 ? this.#counted(given) : given;
    if (answer.isLast || answer.code === 221 || answer.code === 421) this.#leave(answer);
    else this.#say(answer);
    if (answer === replies.readyForTls) this.#startTls();
  }

  #say(said: ServerReply): void {
    this.#out += wireOf(said);
    this.#options.onReply?.(said);
  }

  #counted(refusal: ServerReply): ServerReply {
    this.#errors += 1;
    return this.#errors < this.#options.limits.errorsMax ? refusal : replies.tooManyErrors;
  }

  #startTls(): void {
    this.#flush();
    this.#input.clear();
    this.#state = "handshake";
    this.#touch();
    this.#wire.startTls();
  }

  #leave(lastWords: ServerReply): void {
    if (this.#state === "over") return;
    // In the middle of a handshake nothing can be said.
    if (this.#state === "open") this.#say(lastWords);
    this.#state = "over";
    this.#input.clear();
    if (!this.#isBusy) this.#conversation.reset();
    this.#flush();
    this.#wire.end();
  }

  #touch(): void {
    const { now, timeouts } = this.#options;
    const isContent = this.#conversation.expects === "content";
    const openMs = isContent ? timeouts.dataBlockMs : timeouts.commandMs;
    this.#deadline = now() + (this.#state === "handshake" ? timeouts.tlsMs : openMs);
  }

  #turn(): void {
    this.#flush();
    this.#wire.turned();
  }

  #flush(): void {
    if (this.#out === "") return;
    const text = this.#out;
    this.#out = "";
    this.#wire.write(text);
  }
}
