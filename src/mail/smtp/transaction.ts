import type { Envelope } from "./commands.ts";
import { isAsciiText, isPathSafe, mailCommand, rcptCommand } from "./commands.ts";
import { SessionFailure } from "./failure.ts";
import type { OctetSurvey } from "./octets.ts";
import { sizeUp, stuffDots, survey } from "./octets.ts";
import type { Offers } from "./offers.ts";
import type { RawReply } from "./reply.ts";
import { toReply } from "./reply.ts";
import type { SendResult, SendStage, UnsendableReason } from "./result.ts";
import type { SmtpTimeouts } from "./timeouts.ts";
import type { Wire } from "./wire.ts";

/** What a transaction needs of its connection. */
export interface Session {
  readonly wire: Wire;
  readonly offers: Offers;
  readonly timeouts: SmtpTimeouts;
  /** BDAT is used when the peer offers it. */
  readonly isChunkingPreferred: boolean;
  /** The peer may still hold a sender: RSET goes out in front of the next MAIL, in the same packet. */
  needsReset: boolean;
  /** The envelope whose commands went out behind the last message, and whose replies nobody has read yet. */
  ahead: Envelope | null;
}

/** One message for one or more recipients. */
export interface Transaction {
  readonly envelope: Envelope;
  readonly recipients: readonly string[];
  /** The message in slices, with CRLF line ends. It is not copied. */
  readonly message: readonly Buffer[];
  /** Said by whoever has written each octet of the message: its lines end with CRLF, and none begins with a dot. */
  readonly isComposed?: boolean;
  /** Asked when the last octets leave. What it answers is sent next, or nothing more: with PIPELINING its envelope travels
   *  with them, which spares a round trip for each message (RFC 2920 §3.1: commands may follow the final dot). */
  readonly next?: () => Upcoming | null;
  /** Called when all that is left to send are the octets that make the peer accept. What it does, such as
   *  noting the intent, is done before they leave. When it fails they never do, and the connection ends. */
  readonly beforeFinalDot: () => Promise<void> | void;
}

/** A message that will be sent to its recipient behind another. Its transaction must have this very envelope. */
export type Upcoming = Pick<Transaction, "message" | "isComposed"> & {
  readonly envelope: Envelope & { readonly to: string };
};

/** Sends one message, and says for each recipient, in order, what became of it.
 *  @throws what `beforeFinalDot` throws; the message was not handed over then. */
export function runTransaction(session: Session, transaction: Transaction): Promise<SendResult[]> {
  const octets = surveyed(transaction);
  const reason = findObstacle(session.offers, transaction, octets);
  if (reason === undefined) return new Course(session, transaction, octets).run();
  return Promise.resolve(transaction.recipients.map(() => ({ kind: "unsendable", reason })));
}

function surveyed({ message, isComposed = false }: Pick<Transaction, "message" | "isComposed">): OctetSurvey {
  return isComposed ? sizeUp(message) : survey(message);
}

function findObstacle(
  offers: Offers,
  { envelope, recipients }: Pick<Transaction, "envelope" | "recipients">,
  octets: OctetSurvey,
): UnsendableReason | undefined {
  const isFromSafe = envelope.from === "" || isPathSafe(envelope.from);
  if (!isFromSafe || recipients.length === 0 || !recipients.every(isPathSafe)) return "invalid_address";
  if (octets.defect !== undefined) return octets.defect;
  if (needsUtf8(envelope, recipients) && !offers.smtpUtf8) return "smtputf8_unsupported";
  // RFC 6531 §3.1: whoever offers SMTPUTF8 offers 8BITMIME; some forget to say so.
  if (octets.hasEightBit && !offers.eightBitMime && !offers.smtpUtf8) return "eight_bit_unsupported";
  if (offers.sizeBytesMax !== undefined && octets.sizeBytes > offers.sizeBytesMax) return "too_large";
  return undefined;
}

function needsUtf8(envelope: Envelope, recipients: readonly string[]): boolean {
  return envelope.smtpUtf8 === true || !isAsciiText(envelope.from) || !recipients.every(isAsciiText);
}

// What is written before the peer's readiness is asked again; also the most that lies in memory twice under TLS.
const blockBytes = 65_536;
const finalDot = Buffer.from(".\r\n");

/** The way of one transaction: which reply is awaited, and who has an answer already. */
class Course {
  readonly #session: Session;
  readonly #transaction: Transaction;
  readonly #octets: OctetSurvey;
  readonly #results: (SendResult | undefined)[];
  readonly #isBdat: boolean;
  /** Its commands are with the peer already. */
  readonly #isAhead: boolean;
  /** Commands that are not written yet: with PIPELINING they leave together, else one by one. */
  #unsent: string[] = [];
  #stage: SendStage = "mail";
  #isFinalSent = false;

  constructor(session: Session, transaction: Transaction, octets: OctetSurvey) {
    this.#session = session;
    this.#transaction = transaction;
    this.#octets = octets;
    this.#results = transaction.recipients.map(() => undefined);
    this.#isBdat = isBdat(session);
    this.#isAhead = session.ahead === transaction.envelope;
    session.ahead = null;
  }

  async run(): Promise<SendResult[]> {
    try {
      await this.#converse();
    } catch (error) {
      if (!(error instanceof SessionFailure)) throw error;
      this.#settleRest(this.#explain(error));
    }
    return this.#results.map((result, index) => {
      if (result === undefined) throw new Error(`Recipient ${index} has no result.`);
      return result;
    });
  }

  async #converse(): Promise<void> {
    if (!this.#isAhead) {
      if (this.#session.needsReset) this.#unsent.push("RSET\r\n");
      this.#unsent.push(...commandsOf(this.#session, this.#transaction, this.#octets));
      if (this.#session.needsReset) await this.#reset();
    }
    await this.#mail();
    await this.#rcpt();
    if (!this.#isBdat) await this.#data();
    else if (!this.#isSettled()) await this.#chunk();
  }

  async #reset(): Promise<void> {
    const reply = await this.#ask(this.#session.timeouts.resetMs);
    if (reply.code === closing) return this.#reject("mail", reply);
    // Not the message's fault: a peer that cannot forget the last one is of no use for this one.
    if (reply.code >= 300) throw this.#breakOff("rset_reply");
    this.#session.needsReset = false;
  }

  async #mail(): Promise<void> {
    if (this.#isOver()) return;
    const reply = await this.#ask(this.#session.timeouts.mailMs);
    if (reply.code >= 300) return this.#reject("mail", reply);
    this.#session.needsReset = true;
  }

  async #rcpt(): Promise<void> {
    for (let index = 0; index < this.#results.length; index += 1) {
      if (this.#isOver()) return;
      this.#stage = this.#results[index] === undefined ? "rcpt" : this.#stage;
      const reply = await this.#ask(this.#session.timeouts.rcptMs);
      // After a refused MAIL these replies only repeat it: the first refusal stands.
      if (reply.code < 300 || this.#results[index] !== undefined) continue;
      // A 421 speaks for the recipients behind this one as well, which the peer will not hear of any more.
      if (reply.code < 400 || reply.code === closing) return this.#reject("rcpt", reply);
      this.#results[index] = rejected("rcpt", reply);
    }
  }

  async #data(): Promise<void> {
    if (this.#isOver()) return;
    this.#stage = "data";
    const reply = await this.#ask(this.#session.timeouts.dataMs);
    if (reply.code >= 400) return this.#reject("data", reply);
    // A 2yz would mean that the message is over before it began.
    if (reply.code < 300) throw this.#breakOff("data_reply");
    if (this.#isSettled()) return this.#endEmpty();
    await this.#transmit([...stuffDots(this.#transaction.message, this.#octets.dots), finalDot]);
  }

  /** RFC 2920 §3.1: DATA was pipelined and accepted although no recipient was. A dot alone ends it. */
  async #endEmpty(): Promise<void> {
    this.#session.wire.sendBytes([finalDot], 1);
    await this.#session.wire.reply(this.#session.timeouts.finalMs);
    this.#session.needsReset = false;
  }

  async #chunk(): Promise<void> {
    this.#stage = "data";
    const header = Buffer.from(`BDAT ${this.#octets.sizeBytes} LAST\r\n`);
    await this.#transmit([header, ...this.#transaction.message]);
  }

  async #transmit(parts: readonly Buffer[]): Promise<void> {
    const { wire, timeouts } = this.#session;
    const blocks = blocksOf(parts);
    const last = blocks.pop() ?? [];
    for (const block of blocks) {
      wire.sendBytes(block, 0);
      await wire.drained(timeouts.dataBlockMs);
    }
    await this.#prepare();
    this.#stage = "final";
    // From here on the peer may have accepted, whatever happens to the connection.
    this.#isFinalSent = true;
    const ahead = this.#commandsAhead();
    wire.sendBytes(ahead.length === 0 ? last : [...last, Buffer.from(ahead.join(""))], 1 + ahead.length);
    const reply = await wire.reply(timeouts.finalMs);
    // RFC 3030 §2: after a refused chunk only RSET brings the peer back to a known state.
    this.#session.needsReset = this.#isBdat && reply.code >= 300;
    if (reply.code >= 400) return this.#reject("final", reply);
    if (reply.code >= 300) throw this.#breakOff("final_reply");
    const passesReports = this.#session.offers.dsn && this.#transaction.envelope.dsn !== undefined;
    this.#settleRest({
      kind: "accepted",
      reply: toReply(reply),
      ...(passesReports ? { passesReports } : {}),
    });
  }

  #commandsAhead(): string[] {
    const { offers } = this.#session;
    if (this.#isBdat || !offers.pipelining) return [];
    const upcoming = this.#transaction.next?.() ?? null;
    if (upcoming === null) return [];
    const transaction = { envelope: upcoming.envelope, recipients: [upcoming.envelope.to] };
    const octets = surveyed(upcoming);
    if (findObstacle(offers, transaction, octets) !== undefined) return [];
    this.#session.ahead = upcoming.envelope;
    return commandsOf(this.#session, transaction, octets);
  }

  async #prepare(): Promise<void> {
    const { wire, timeouts } = this.#session;
    try {
      // The peer waits for data meanwhile, and no longer than it would for a block.
      const noting = this.#transaction.beforeFinalDot();
      if (noting !== undefined) await within(noting, timeouts.dataBlockMs);
    } catch (error) {
      wire.fail(error instanceof SessionFailure ? error : new SessionFailure("cancelled"));
      throw error;
    }
    // The peer may have left while the caller was busy: then the message is not on its way.
    if (wire.failure !== undefined) throw wire.failure;
  }

  /** Writes what has to be written, and returns the next reply. */
  #ask(timeoutMs: number): Promise<RawReply> {
    const { wire, offers } = this.#session;
    if (offers.pipelining) {
      if (this.#unsent.length > 0) wire.send(this.#unsent.join(""), this.#unsent.length);
      this.#unsent = [];
    } else {
      wire.send(this.#unsent.shift() ?? "", 1);
    }
    return wire.reply(timeoutMs);
  }

  /** True when no further command or reply is of use: the peer closes, or nobody waits for an answer. In a
   *  pipelined group the replies to what was already sent must still be read. */
  #isOver(): boolean {
    if (this.#session.wire.failure !== undefined && this.#isSettled()) return true;
    return !this.#session.offers.pipelining && this.#isSettled();
  }

  #isSettled(): boolean {
    return this.#results.every((result) => result !== undefined);
  }

  #reject(stage: SendStage, reply: RawReply): void {
    // RFC 5321 §3.8: after a 421 the peer closes. The replies to the rest of the group will not come.
    if (reply.code === closing) this.#session.wire.fail(new SessionFailure("closed"));
    this.#settleRest(
      reply.code < 400 ? this.#explain(this.#breakOff(`${stage}_reply`)) : rejected(stage, reply),
    );
  }

  #settleRest(result: SendResult): void {
    for (const [index, known] of this.#results.entries())
      if (known === undefined) this.#results[index] = result;
  }

  /** The peer said something that its command cannot mean. Nothing it says later can be relied upon. */
  #breakOff(detail: string): SessionFailure {
    const failure = new SessionFailure("protocol", detail);
    this.#session.wire.fail(failure);
    return failure;
  }

  #explain(failure: SessionFailure): SendResult {
    const { interruption } = this.#session.wire;
    // A reply in the middle of the message or while idle is the peer's reason for closing.
    if (!this.#isFinalSent && interruption !== undefined && interruption.code >= 400) {
      return rejected(this.#stage, interruption);
    }
    return {
      kind: "lost",
      stage: this.#stage,
      afterFinalDot: this.#isFinalSent,
      error: failure.kind,
      ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    };
  }
}

function isBdat({ offers, isChunkingPreferred }: Session): boolean {
  return offers.chunking && isChunkingPreferred;
}

/** The commands of a transaction up to its message, each with its CRLF. */
function commandsOf(
  session: Session,
  { envelope, recipients }: Pick<Transaction, "envelope" | "recipients">,
  { sizeBytes, hasEightBit }: OctetSurvey,
): string[] {
  const { offers } = session;
  const isUtf8 = needsUtf8(envelope, recipients);
  const mail = mailCommand({ envelope, offers, sizeBytes, hasEightBit, isUtf8 });
  const rcpts = recipients.map((to) => rcptCommand(to, envelope.dsn, offers));
  return isBdat(session) ? [mail, ...rcpts] : [mail, ...rcpts, "DATA\r\n"];
}

const closing = 421;

function rejected(stage: SendStage, reply: RawReply): SendResult {
  return { kind: "rejected", stage, reply: toReply(reply) };
}

async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SessionFailure("timeout", "before_final_dot")), timeoutMs);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Cuts a message into blocks of about 64 KB; most messages are one. Slices are not copied. */
function blocksOf(parts: readonly Buffer[]): Buffer[][] {
  const blocks: Buffer[][] = [];
  let block: Buffer[] = [];
  let bytes = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += blockBytes) {
      const piece = part.length <= blockBytes ? part : part.subarray(start, start + blockBytes);
      if (bytes > 0 && bytes + piece.length > blockBytes) {
        blocks.push(block);
        block = [];
        bytes = 0;
      }
      block.push(piece);
      bytes += piece.length;
    }
  }
  if (block.length > 0) blocks.push(block);
  return blocks;
}
