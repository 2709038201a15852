import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Question, Transaction } from "./smtp-server-answers.ts";
import { behaviourOf, ehloReply, isPositive, Login, pause, wireForm } from "./smtp-server-answers.ts";
import { judgeCommand, judgeMessage } from "./smtp-server-judge.ts";
import type { IncomingMessage } from "./smtp-server-message.ts";
import { ChunkedMessage, DataMessage } from "./smtp-server-message.ts";
import type { Behaviour, SmtpServerState, SmtpStep } from "./smtp-server-types.ts";

const nothing = Buffer.alloc(0);
const pathForm = /^(?:FROM|TO):<([^>]*|".*"@[^>]*)>(?: (.*))?$/i;
const verbs: ReadonlyMap<string, SmtpStep> = new Map([
  ["EHLO", "ehlo"],
  ["HELO", "helo"],
  ["STARTTLS", "starttls"],
  ["AUTH", "auth"],
  ["MAIL", "mail"],
  ["RCPT", "rcpt"],
  ["DATA", "data"],
  ["BDAT", "bdat"],
  ["RSET", "rset"],
  ["NOOP", "noop"],
  ["QUIT", "quit"],
]);

/** One connection of the scripted server. */
export class SmtpServerSession {
  readonly #state: SmtpServerState;
  readonly #connection: number;
  readonly #isKeeping: boolean;
  #socket: Socket;
  #tls: string | undefined;
  #user: string | undefined;
  #input: Buffer = nothing;
  #output = "";
  #isWaiting = false;
  #isSpent = false;
  #isGreeted = false;
  #transaction: Transaction | undefined;
  #incoming: IncomingMessage | undefined;
  #dataBehaviour: Behaviour = {};
  #login: Login | undefined;

  constructor(socket: Socket, state: SmtpServerState, connection: number) {
    this.#state = state;
    this.#connection = connection;
    this.#isKeeping = state.options.keep === "messages";
    this.#socket = socket;
    if (state.options.implicitTls === true) {
      this.#secure(() => this.#greet());
      return;
    }
    this.#listen();
    this.#greet();
  }

  drop(): void {
    this.#isSpent = true;
    this.#socket.destroy();
  }

  #greet(): void {
    this.#ask({ step: "connect", usual: `220 ${this.#state.options.name ?? "sink.test"} ESMTP` });
    this.#flush();
  }

  #listen(): void {
    this.#socket.on("data", this.#onData);
    this.#socket.on("error", () => undefined);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    this.#work();
  };

  /** Answers everything that has come in, and sends the replies in one piece. */
  #work(): void {
    let hasProgress = true;
    while (hasProgress && !this.#isWaiting && !this.#isSpent && this.#input.length > 0) {
      const isInMessage = this.#incoming !== undefined && !this.#incoming.isComplete;
      if (isInMessage) this.#readMessage(this.#incoming as IncomingMessage);
      else hasProgress = this.#readLine();
    }
    this.#flush();
  }

  #flush(): void {
    if (this.#output === "" || this.#socket.destroyed) return;
    this.#socket.write(this.#output);
    this.#output = "";
  }

  #readLine(): boolean {
    const end = this.#input.indexOf(10);
    if (end === -1) return false;
    const raw = this.#input.subarray(0, end + 1);
    const line = raw.toString("utf8").replace(/\r?\n$/, "");
    this.#input = this.#input.subarray(end + 1);
    if (this.#login !== undefined) {
      this.#login.hear(line);
      this.#continueLogin(this.#login);
      return true;
    }
    this.#state.counts.commands += 1;
    const space = line.indexOf(" ");
    const verb = (space === -1 ? line : line.slice(0, space)).toUpperCase();
    const step = verbs.get(verb) ?? "unknown";
    const { extensions, violations } = this.#state;
    judgeCommand({ raw, line, step, followers: this.#input.length, extensions }, violations);
    this.#obey(step, space === -1 ? "" : line.slice(space + 1));
    return true;
  }

  #obey(step: SmtpStep, argument: string): void {
    const { name = "sink.test" } = this.#state.options;
    if (step === "ehlo")
      this.#ask({ step, argument, usual: ehloReply([name, ...this.#offers()]), after: this.#hello });
    else if (step === "helo") this.#ask({ step, argument, usual: `250 ${name}`, after: this.#hello });
    else if (step === "starttls") this.#askForTls();
    else if (step === "auth")
      this.#ask({ step, argument, usual: "", after: (answer) => this.#startAuth(argument, answer) });
    else if (step === "mail") this.#mail(argument);
    else if (step === "rcpt") this.#rcpt(argument);
    else if (step === "data") this.#data(argument);
    else if (step === "bdat") this.#bdat(argument);
    else if (step === "rset") this.#ask({ step, usual: "250 2.0.0 Flushed", after: () => this.#forget() });
    else if (step === "noop") this.#ask({ step, usual: "250 2.0.0 OK" });
    else if (step === "quit") this.#ask({ step, usual: "221 2.0.0 Bye", after: () => this.#end("close") });
    else this.#ask({ step, argument, usual: "500 5.5.1 Unknown command" });
  }

  readonly #hello = (): void => {
    this.#isGreeted = true;
    this.#forget();
  };

  #forget(): void {
    this.#transaction = undefined;
    this.#incoming = undefined;
  }

  #offers(): string[] {
    const { tls, implicitTls, auth } = this.#state.options;
    const offersTls = tls !== undefined && implicitTls !== true && this.#tls === undefined;
    const mechanisms =
      auth !== undefined && this.#tls !== undefined ? (auth.mechanisms ?? ["PLAIN", "LOGIN"]) : [];
    return [
      ...this.#state.extensions,
      ...(offersTls ? ["STARTTLS"] : []),
      ...(mechanisms.length > 0 ? [`AUTH ${mechanisms.join(" ")}`] : []),
    ];
  }

  #mail(argument: string): void {
    const path = pathForm.exec(argument);
    const obstacle = !this.#isGreeted
      ? "503 5.5.1 Say hello first"
      : this.#transaction !== undefined
        ? "503 5.5.1 Nested MAIL"
        : undefined;
    const [, from = "", mailParameters = ""] = path ?? [];
    const begin = ({ reply }: Behaviour): void => {
      if (isPositive(reply)) this.#transaction = { from, mailParameters, to: [], rcptParameters: [] };
    };
    if (obstacle !== undefined || path === null) this.#say(obstacle ?? "501 5.5.4 Syntax");
    else this.#ask({ step: "mail", argument, usual: "250 2.1.0 OK", after: begin });
  }

  #rcpt(argument: string): void {
    const path = pathForm.exec(argument);
    const transaction = this.#transaction;
    if (transaction === undefined || path === null) {
      this.#say(path === null ? "501 5.5.4 Syntax" : "503 5.5.1 MAIL first");
      return;
    }
    const [, to = "", parameters = ""] = path;
    const add = ({ reply }: Behaviour): void => {
      if (!isPositive(reply)) return;
      transaction.to.push(to);
      transaction.rcptParameters.push(parameters);
    };
    this.#ask({ step: "rcpt", argument, usual: "250 2.1.5 OK", after: add });
  }

  #data(argument: string): void {
    const hasRecipients = (this.#transaction?.to.length ?? 0) > 0;
    const usual = hasRecipients ? "354 Go ahead" : "503 5.5.1 No valid recipients";
    const begin = (behaviour: Behaviour): void => {
      if (!String(behaviour.reply).startsWith("354")) return;
      this.#incoming = new DataMessage(this.#isKeeping);
      this.#dataBehaviour = behaviour;
    };
    this.#ask({ step: "data", argument, usual, after: begin });
  }

  #bdat(argument: string): void {
    const [, octets, last] = /^(\d+)( LAST)?$/i.exec(argument) ?? [];
    if (octets === undefined) {
      this.#say("501 5.5.4 Syntax");
      return;
    }
    const incoming =
      this.#incoming instanceof ChunkedMessage ? this.#incoming : new ChunkedMessage(this.#isKeeping);
    incoming.begin(Number(octets), last !== undefined);
    this.#incoming = incoming;
    this.#dataBehaviour = {};
    if (incoming.isComplete) this.#endMessage(incoming);
  }

  #readMessage(incoming: IncomingMessage): void {
    const { earlyReply, endAfterOctets = Infinity } = this.#dataBehaviour;
    if (earlyReply !== undefined && incoming.octets === 0) this.#say(earlyReply);
    const taken = incoming.take(this.#input);
    this.#input = this.#input.subarray(taken);
    if (incoming.octets >= endAfterOctets) this.#end("close");
    else if (incoming.isComplete) this.#endMessage(incoming);
  }

  #endMessage(incoming: IncomingMessage): void {
    if (incoming instanceof ChunkedMessage && !incoming.isLast) {
      this.#ask({ step: "bdat", usual: "250 2.0.0 Chunk taken" });
      return;
    }
    const { violations } = this.#state;
    const transaction = this.#transaction ?? { from: "", mailParameters: "", to: [], rcptParameters: [] };
    const { mailParameters } = transaction;
    const { via } = incoming;
    const data = this.#isKeeping
      ? judgeMessage({ raw: incoming.raw(), via, mailParameters }, violations)
      : undefined;
    this.#forget();
    const usual = transaction.to.length > 0 ? "250 2.0.0 Accepted" : "554 5.5.1 No valid recipients";
    const after = ({ reply }: Behaviour): void => this.#record(transaction, incoming, { reply, data });
    this.#ask({ step: "message", usual, after, transaction, data });
  }

  #record(
    transaction: Transaction,
    { via, octets }: IncomingMessage,
    { reply, data }: { reply: Behaviour["reply"]; data: Buffer | undefined },
  ): void {
    const { options, counts, transactions } = this.#state;
    const code = reply === undefined ? undefined : Number(String(reply).slice(0, 3));
    const session = { connection: this.#connection, tls: this.#tls, user: this.#user };
    if (options.keep !== "counts") transactions.push({ ...session, ...transaction, octets, via, code, data });
    if (!isPositive(reply)) return;
    counts.messages += 1;
    counts.octets += octets;
    this.#state.onMessage();
  }

  /** Asks the script, does what it says, and lets the question's `after` draw the consequences. */
  #ask(question: Question): void {
    const { step, argument = "", usual, transaction = this.#transaction, data } = question;
    const times = (this.#state.steps.get(step) ?? 0) + 1;
    this.#state.steps.set(step, times);
    const script = this.#state.options.on?.[step];
    if (typeof script !== "function") {
      this.#perform(behaviourOf(script, usual), question);
      return;
    }
    const { from, to = [] } = transaction ?? {};
    const answer = script({ step, argument, times, connection: this.#connection, from, to: [...to], data });
    if (!(answer instanceof Promise)) {
      this.#perform(behaviourOf(answer, usual), question);
      return;
    }
    this.#isWaiting = true;
    void answer.then((settled) => {
      this.#isWaiting = false;
      this.#perform(behaviourOf(settled, usual), question);
      this.#work();
    });
  }

  #perform(behaviour: Behaviour, { after }: Question): void {
    const { delayMs, dripMs, isSilent, stopsReading, end, reply } = behaviour;
    const finish = (): void => {
      this.#isWaiting = isSilent === true;
      after?.(behaviour);
      if (end !== undefined) this.#end(end);
    };
    if (stopsReading === true) this.#socket.pause();
    if (delayMs === undefined && dripMs === undefined) {
      if (reply !== undefined && reply !== "") this.#say(reply);
      finish();
      return;
    }
    this.#isWaiting = true;
    void this.#sayLater(behaviour).then(() => {
      finish();
      this.#work();
    });
  }

  async #sayLater({ delayMs = 0, dripMs, reply }: Behaviour): Promise<void> {
    this.#flush();
    await pause(delayMs);
    if (reply === undefined) return;
    if (dripMs === undefined) this.#say(reply);
    else await this.#drip(wireForm(reply), dripMs);
  }

  async #drip(reply: Buffer, dripMs: number): Promise<void> {
    for (const byte of reply) {
      if (this.#socket.destroyed) return;
      this.#socket.write(Buffer.from([byte]));
      await pause(dripMs);
    }
  }

  #say(reply: string | Buffer): void {
    if (typeof reply === "string") {
      this.#output += `${reply.replaceAll("\n", "\r\n")}\r\n`;
      return;
    }
    this.#flush();
    if (this.#socket.writable) this.#socket.write(reply);
  }

  #end(how: "close" | "reset"): void {
    this.#flush();
    this.#isSpent = true;
    if (how === "reset") this.#socket.resetAndDestroy();
    else this.#socket.end(() => this.#socket.destroy());
  }

  #askForTls(): void {
    if (this.#offers().includes("STARTTLS")) {
      this.#ask({
        step: "starttls",
        usual: "220 2.0.0 Go ahead",
        after: (behaviour) => this.#startTls(behaviour),
      });
    } else {
      this.#say("502 5.5.1 Not offered");
    }
  }

  #startTls({ reply, breaksHandshake }: Behaviour): void {
    if (!isPositive(reply)) return;
    this.#flush();
    this.#input = nothing;
    this.#isGreeted = false;
    if (breaksHandshake !== true) {
      this.#secure(() => undefined);
      return;
    }
    // Not before the client has begun to shake hands: else it is plain text behind the reply.
    this.#socket.off("data", this.#onData).once("data", () => {
      this.#say(Buffer.from("This is not TLS at all, whatever was said.\r\n"));
      this.#end("close");
    });
  }

  #secure(after: () => void): void {
    const { secureContext, counts } = this.#state;
    const plain = this.#socket.off("data", this.#onData).on("error", () => undefined);
    const secured = new TLSSocket(plain, { isServer: true, ...(secureContext ? { secureContext } : {}) });
    this.#socket = secured;
    secured.on("secure", () => {
      counts.handshakes += 1;
      this.#tls = secured.getProtocol() ?? "unknown";
      after();
    });
    this.#listen();
  }

  #startAuth(argument: string, { reply }: Behaviour): void {
    if (reply !== "") return;
    if (this.#tls === undefined) {
      this.#say("538 5.7.11 Encryption required");
      return;
    }
    this.#login = new Login(argument);
    this.#continueLogin(this.#login);
  }

  #continueLogin(login: Login): void {
    const { auth } = this.#state.options;
    const reply = login.reply(auth);
    if (!reply.startsWith("334")) this.#login = undefined;
    if (isPositive(reply)) this.#user = auth?.user;
    this.#say(reply);
  }
}
