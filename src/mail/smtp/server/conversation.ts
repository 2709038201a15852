import type { Credentials } from "../auth.ts";
import { AuthExchange, type AuthStep, authOffer } from "./auth-exchange.ts";
import { type Command, needsUtf8 } from "./command.ts";
import type { Dialogue, ReceivedMessage, ReceivedRecipient, Verdict } from "./dialogue.ts";
import type { Held } from "./held-octets.ts";
import { Intake } from "./intake.ts";
import type { ServerLimits, ServerTimeouts } from "./limits.ts";
import type { Line } from "./line-input.ts";
import { checkOctets, type OctetProblem } from "./octet-check.ts";
import { replies, reply, type ServerReply } from "./reply.ts";

/** What a conversation stands on. */
export interface ConversationOptions {
  /** The name this server gives itself. */
  name: string;
  dialogue: Dialogue;
  /** Must the client say who it is? */
  requiresAuth: boolean;
  /** STARTTLS can be had. */
  offersTls: boolean;
  /** The connection is encrypted from its first octet. */
  isSecure: boolean;
  /** A password may be said in plain text, since nobody is on the way. */
  allowsPlainAuth: boolean;
  limits: ServerLimits;
  timeouts: ServerTimeouts;
  held: Held;
  /** Milliseconds that only move forward. */
  now: () => number;
}

/** A reply, now or when it is known. */
export type Answer = ServerReply | Promise<ServerReply>;

interface Envelope {
  from: ReceivedMessage["from"];
  parameters: ReceivedMessage["parameters"];
  recipients: ReceivedRecipient[];
}

/** What has been said, and what may be said next. RFC 5321 §4.1.4. It knows commands and replies, no octets of the
 *  network; the session beside it brings them. */
export class Conversation {
  readonly #options: ConversationOptions;
  #isSecure: boolean;
  #isAuthenticated = false;
  #isKnown = false;
  #hello: "helo" | "ehlo" | null = null;
  #clientName = "";
  #envelope: Envelope | null = null;
  #auth: AuthExchange | null = null;
  #intake: Intake | null = null;
  /** Octets that come belong to the message. */
  #takesContent = false;
  #authFailures = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#isSecure = options.isSecure;
  }

  /** What comes next: a command, an answer within AUTH, or octets of a message. */
  get expects(): "command" | "auth" | "content" {
    if (this.#takesContent) return "content";
    return this.#auth === null ? "command" : "auth";
  }

  /** The client has logged in or, where nobody must, has named somebody who gets mail here. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** When the message that is coming in must have come whole. */
  get messageDeadline(): number {
    return this.#intake?.deadline ?? Number.POSITIVE_INFINITY;
  }

  obey(command: Command): Answer {
    switch (command.verb) {
      case "ehlo":
      case "helo":
        this.#clientName = command.name;
        return this.#greet(command.verb);
      case "mail":
        return this.#mail(command);
      case "rcpt":
        return this.#recipient(command);
      case "data":
        return this.#data();
      case "bdat":
        return this.#chunk(command);
      case "rset":
        this.reset();
        return replies.accepted;
      case "starttls":
        return this.#startTls();
      case "auth":
        return this.#startAuth(command);
      case "quit":
        return replies.bye;
      case "noop":
        return replies.accepted;
      case "help":
        return replies.help;
      case "vrfy":
        return replies.notVerified;
      default:
        return command.reply;
    }
  }

  /** Forgets the message that was begun. */
  reset(): void {
    this.#envelope = null;
    this.#intake?.release();
    this.#intake = null;
    this.#takesContent = false;
  }

  /** RFC 3207 §4.2: everything said in plain text is forgotten. */
  secured(): void {
    this.reset();
    this.#hello = null;
    this.#auth = null;
    this.#isAuthenticated = false;
    this.#isSecure = true;
  }

  #greet(verb: "ehlo" | "helo"): ServerReply {
    this.reset();
    this.#hello = verb;
    return reply(250, "", verb === "helo" ? this.#options.name : this.#offers());
  }

  #offers(): string[] {
    const { name, offersTls, limits, requiresAuth } = this.#options;
    return [
      name,
      "PIPELINING",
      `SIZE ${limits.messageBytesMax}`,
      ...(offersTls && !this.#isSecure ? ["STARTTLS"] : []),
      ...(this.#mayAuthenticate() ? [authOffer] : []),
      "8BITMIME",
      "SMTPUTF8",
      // RFC 3461 §5: whoever offers it owes reports, and a report to a stranger is one that somebody else may get.
      ...(requiresAuth ? ["DSN"] : []),
      "CHUNKING",
      "ENHANCEDSTATUSCODES",
    ];
  }

  #mayAuthenticate(): boolean {
    const { requiresAuth, allowsPlainAuth } = this.#options;
    return requiresAuth && !this.#isAuthenticated && (this.#isSecure || allowsPlainAuth);
  }

  #startTls(): ServerReply {
    if (this.#isSecure) return replies.secureAlready;
    if (!this.#options.offersTls) return replies.notImplemented;
    return this.#envelope === null ? replies.readyForTls : replies.notWithinMail;
  }

  #startAuth({ mechanism, initial }: Extract<Command, { verb: "auth" }>): Answer {
    if (this.#isAuthenticated) return replies.authenticatedAlready;
    if (this.#envelope !== null) return replies.notWithinMail;
    if (this.#hello !== "ehlo") return replies.helloFirst;
    if (!this.#options.requiresAuth) return replies.notImplemented;
    if (!this.#mayAuthenticate()) {
      const user = AuthExchange.userIn(mechanism, initial);
      if (user !== null) this.#options.dialogue.saidInClear(user, replies.encryptionRequired);
      return replies.encryptionRequired;
    }
    const exchange = AuthExchange.of(mechanism);
    return exchange === null ? replies.mechanismUnknown : this.#takeAuth(exchange, exchange.start(initial));
  }

  /** An answer within AUTH. */
  authLine(line: Line): Answer {
    const exchange = this.#auth;
    this.#auth = null;
    if (exchange === null) throw new Error("Nothing was asked within AUTH.");
    if (line.kind === "too_long") return replies.authTooLong;
    if (line.kind === "bare") return replies.bareLineEnd;
    return this.#takeAuth(exchange, exchange.answer(line.octets.toString("latin1")));
  }

  #takeAuth(exchange: AuthExchange, step: AuthStep): Answer {
    if (step.kind === "credentials") return this.#authenticate(step.credentials);
    if (step.kind === "ask") this.#auth = exchange;
    return step.reply;
  }

  async #authenticate(credentials: Credentials): Promise<ServerReply> {
    const refusal = await this.#options.dialogue.authenticate(credentials);
    if (refusal === null) {
      this.#isAuthenticated = true;
      this.#isKnown = true;
      return replies.authenticated;
    }
    this.#authFailures += 1;
    const isLast = this.#authFailures >= this.#options.limits.authFailuresMax;
    return isLast ? { ...refusal, isLast } : refusal;
  }

  #mail({ from, parameters }: Extract<Command, { verb: "mail" }>): Answer {
    const { requiresAuth, limits, dialogue } = this.#options;
    if (this.#hello === null) return replies.helloFirst;
    if (requiresAuth && !this.#isAuthenticated) {
      return this.#mayAuthenticate() ? replies.authRequired : replies.tlsRequired;
    }
    if (this.#envelope !== null) return replies.oneAtATime;
    // RFC 1870 §6.1: said before, it need not be sent.
    const sizeBytes = parameters.sizeBytes ?? 0;
    if (sizeBytes > limits.messageBytesMax) return replies.tooLarge;
    if (!this.#options.held.hasRoom(sizeBytes)) return replies.full;
    return unless(dialogue.mail(from, parameters), () => {
      this.#envelope = { from, parameters, recipients: [] };
      return replies.senderOk;
    });
  }

  #recipient({ to, parameters }: Extract<Command, { verb: "rcpt" }>): Answer {
    const envelope = this.#envelope;
    if (envelope === null) return replies.mailFirst;
    if (this.#intake !== null) return replies.notWithinMail;
    // RFC 5321 §4.5.3.1.10.
    if (envelope.recipients.length >= this.#options.limits.recipientsMax) return replies.tooManyRecipients;
    if (to !== "postmaster" && to.isInternationalised && !envelope.parameters.isUtf8)
      return needsUtf8("RCPT");
    const recipient = { to, parameters };
    return unless(this.#options.dialogue.recipient(recipient), () => {
      envelope.recipients.push(recipient);
      this.#isKnown ||= !this.#options.requiresAuth;
      return replies.recipientOk;
    });
  }

  #data(): ServerReply {
    if (this.#intake !== null) return replies.noMixing;
    const refusal = this.#contentRefusal();
    if (refusal !== null) return refusal;
    // Rather than to read all of it for nothing.
    if (!this.#options.held.hasRoom(0)) return replies.full;
    this.#intake = this.#newIntake("data");
    this.#takesContent = true;
    return replies.goAhead;
  }

  // RFC 3030 §2: the octets follow whatever is thought of the command, so they are read in any case.
  #chunk(chunk: Extract<Command, { verb: "bdat" }>): Answer {
    // The reply ends the session: nobody reads as much for nothing.
    if (chunk.sizeBytes > this.#options.limits.messageBytesMax) return replies.runaway;
    const intake = this.#intake ?? this.#newIntake("chunks");
    this.#intake = intake;
    intake.begin(chunk, this.#contentRefusal());
    if (chunk.sizeBytes === 0) return this.#partOver(intake);
    this.#takesContent = true;
    return replies.none;
  }

  #contentRefusal(): ServerReply | null {
    if (this.#envelope === null) return replies.mailFirst;
    return this.#envelope.recipients.length === 0 ? replies.recipientFirst : null;
  }

  #newIntake(kind: "data" | "chunks"): Intake {
    const { held, limits, timeouts, now } = this.#options;
    const { messageBytesMax: bytesMax } = limits;
    return new Intake(kind, held, { bytesMax, deadline: now() + timeouts.messageMs });
  }

  /** Takes octets of the message. @returns how many, and what is to be said to it */
  content(octets: Buffer): { length: number; answer: Answer } {
    const intake = this.#intake;
    if (intake === null) throw new Error("No message is coming in.");
    const { length, isOver } = intake.read(octets);
    if (isOver) return { length, answer: this.#partOver(intake) };
    return { length, answer: intake.isRunaway ? replies.runaway : replies.none };
  }

  #partOver(intake: Intake): Answer {
    this.#takesContent = false;
    const envelope = this.#envelope;
    if (intake.refusal === null && envelope !== null) {
      if (!intake.isLast) return replies.chunkOk;
      const octets = intake.take();
      const flaw = checkOctets(octets, this.#options.limits.lineOctetsMax);
      if (intake.refusal === null && flaw === null) return this.#message(envelope, octets);
      if (flaw !== null) return this.#refuseMessage(explain(flaw));
    }
    return this.#refuseMessage(intake.refusal ?? replies.mailFirst);
  }

  #refuseMessage(refusal: ServerReply): ServerReply {
    this.reset();
    return refusal;
  }

  async #message(envelope: Envelope, octets: Buffer): Promise<ServerReply> {
    const protocol = this.#protocol(envelope.parameters.isUtf8);
    try {
      return await this.#options.dialogue.message({ ...envelope, octets, protocol, hello: this.#clientName });
    } finally {
      this.reset();
    }
  }

  #protocol(isUtf8: boolean): string {
    if (this.#hello === "helo") return "SMTP";
    return `${isUtf8 ? "UTF8" : "E"}SMTP${this.#isSecure ? "S" : ""}${this.#isAuthenticated ? "A" : ""}`;
  }
}

function unless(verdict: Verdict, go: () => ServerReply): Answer {
  if (verdict === null) return go();
  return verdict instanceof Promise ? verdict.then((refusal) => refusal ?? go()) : verdict;
}

function explain({ problem, line }: OctetProblem): ServerReply {
  const place = `Line ${line} of the message`;
  switch (problem) {
    case "bare_line_end":
      return reply(554, "5.6.0", `${place} has a CR or LF alone. Lines end with CRLF`);
    case "line_too_long":
      return reply(
        554,
        "5.6.0",
        `${place} has more than 998 octets. Encode it as quoted-printable or base64`,
      );
    default:
      return reply(554, "5.6.0", `${place} holds a NUL. Encode it as base64`);
  }
}
