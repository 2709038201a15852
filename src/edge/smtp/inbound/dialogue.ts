import type { Clock } from "../../../base/clock.ts";
import { isUnavailable } from "../../../base/database.ts";
import type { FairTurns, Turn } from "../../../base/fair-turns.ts";
import { widerNetworkOf } from "../../../base/ip.ts";
import type { Log } from "../../../base/log.ts";
import {
  findParseTarget,
  type InboundContext,
  type ParseMail,
  type ParseTarget,
  type TakenReport,
  takeComplaints,
  takeParseMail,
  takeReport,
  takeUnsubscription,
} from "../../../core/inbound/index.ts";
import { readReturnPath } from "../../../core/messages/index.ts";
import { readUnsubscribeAddress } from "../../../core/tracking/index.ts";
import type { Address } from "../../../mail/address/index.ts";
import { authenticationResults } from "../../../mail/authentication/check.ts";
import type { Resolver } from "../../../mail/dns/resolver.ts";
import {
  type Dialogue,
  type Peer,
  type ReceivedMessage,
  type ReceivedRecipient,
  reply,
  type ServerReply,
} from "../../../mail/smtp/server/index.ts";
import { headerBytesMax, receivedFieldsMax } from "../submission/limits.ts";
import { type Destination, isReport } from "./destination.ts";
import { authenticationMsMax, parseTargetsMax, turnWaitMsMax } from "./limits.ts";
import type { Rates } from "./rates.ts";
import {
  accepted,
  crowdedOut,
  fewAtATime,
  headerTooLarge,
  looping,
  mailboxFull,
  noAddress,
  nobodyReads,
  oneAtATime,
  relayingDenied,
  reportsElsewhere,
  slowDown,
  tooEarly,
  unavailable,
} from "./replies.ts";

/** What the port for mail from others needs of the service. */
export interface InboundDialogueContext extends InboundContext {
  clock: Clock;
  log: Log;
  /** The name this server gives itself. */
  name: string;
  resolver: Pick<Resolver, "a" | "aaaa" | "mx" | "txt" | "ptr">;
  /** The domains whose role addresses are answered here, in lower case. */
  ownDomains: ReadonlySet<string>;
  messages: Rates;
  unknown: Rates;
  /** Looking up who has sent a mail. */
  checking: FairTurns;
  /** Mails for parse routes are stored one at a time. */
  storing: FairTurns;
  /** Whatever asks the database. */
  working: FairTurns;
}

/** What is decided in the conversation with one server that brings mail. Everything is refused that is for nobody here,
 *  at RCPT: what was taken would have to be returned to somebody who may not have sent it. */
export class InboundDialogue implements Dialogue {
  readonly #context: InboundDialogueContext;
  readonly #network: string;
  readonly #address: string;
  #from: Address | null = null;
  #destinations: Destination[] = [];

  constructor(context: InboundDialogueContext, { address }: Peer) {
    this.#context = context;
    this.#network = widerNetworkOf(address);
    this.#address = address;
  }

  authenticate(): Promise<ServerReply | null> {
    throw new Error("Nobody logs in where mail comes in.");
  }

  saidInClear(): void {
    throw new Error("Nobody logs in where mail comes in.");
  }

  mail(from: Address | null): ServerReply | null {
    const { messages } = this.#context;
    this.#from = from;
    this.#destinations = [];
    return messages.allow(this.#address) ? null : slowDown;
  }

  async recipient({ to }: ReceivedRecipient): Promise<ServerReply | null> {
    try {
      const destination = this.#destinationOf(to) ?? (await this.#parseTargetOf(to));
      if (destination === "late") return crowdedOut;
      return destination === null ? this.#refuse(to) : this.#admit(destination);
    } catch (error) {
      if (isUnavailable(error)) return unavailable;
      throw error;
    }
  }

  async #parseTargetOf(to: Address | "postmaster"): Promise<Destination | null | "late"> {
    if (to === "postmaster") return null;
    const look = () => findParseTarget(this.#context, to);
    const target = await this.#context.working.take<ParseTarget | null | "late">(
      { key: this.#network },
      look,
      () => "late",
    );
    return target === null || target === "late" ? target : { kind: "parse", target };
  }

  #admit(destination: Destination): ServerReply | null {
    // A report of a report: whoever sends one does not keep to RFC 5321 §4.5.5, and would get ours for it.
    if (destination.kind === "unsubscribe" && this.#from === null) return reportsElsewhere;
    const isOwn = this.#from !== null && readReturnPath(this.#context.keyring, this.#from.local) !== null;
    // Nothing at an unsubscribe address answers, so readers whose own mail goes out through us may write to it.
    if (isOwn && destination.kind !== "unsubscribe" && isReport(destination)) return looping;
    const [first] = this.#destinations;
    if (first !== undefined && (isReport(first) || isReport(destination))) return oneAtATime;
    if (this.#has(destination)) return null;
    if (this.#destinations.length >= parseTargetsMax) return fewAtATime;
    this.#destinations.push(destination);
    return null;
  }

  // An address that is named twice gets a mail once.
  #has(destination: Destination): boolean {
    const isSame = (each: Destination) =>
      each.kind === "parse" &&
      destination.kind === "parse" &&
      each.target.accountId === destination.target.accountId &&
      each.target.routeId === destination.target.routeId;
    return this.#destinations.some(isSame);
  }

  async message(message: ReceivedMessage): Promise<ServerReply> {
    const { octets, from } = message;
    const [destination, ...others] = this.#destinations;
    this.#destinations = [];
    if (destination === undefined) throw new Error("A message has come for nobody.");
    if (headerBytesOf(octets) > headerBytesMax) return headerTooLarge;
    if (hops(octets) > receivedFieldsMax) return looping;
    try {
      if (destination.kind === "parse") return await this.#takeParse([destination, ...others], message);
      const take = () => this.#take(destination, { octets, isFromNobody: from === null });
      return await this.#context.working.take({ key: this.#network }, take, () => crowdedOut);
    } catch (error) {
      if (isUnavailable(error)) return unavailable;
      throw error;
    }
  }

  ended(): void {
    this.#destinations = [];
  }

  #destinationOf(to: Address | "postmaster"): Destination | null {
    if (to === "postmaster") return { kind: "role" };
    const { keyring, ownDomains } = this.#context;
    const message = readReturnPath(keyring, to.local);
    if (message !== null) return { kind: "return_path", message };
    const reader = readUnsubscribeAddress(keyring, to.local);
    if (reader !== null) return { kind: "unsubscribe", reader };
    // RFC 5321 §4.5.1, RFC 2142 §4.
    const isRole = /^(?:postmaster|abuse)$/i.test(to.local) && ownDomains.has(to.domain);
    return isRole ? { kind: "role" } : null;
  }

  #refuse(to: Address | "postmaster"): ServerReply {
    const { unknown, ownDomains } = this.#context;
    if (!unknown.allow(this.#address)) return { ...slowDown, isLast: true };
    return to !== "postmaster" && ownDomains.has(to.domain) ? noAddress : relayingDenied;
  }

  async #takeParse(
    destinations: readonly Destination[],
    { octets, from, hello }: ReceivedMessage,
  ): Promise<ServerReply> {
    const { resolver, checking, storing, clock, name: by } = this.#context;
    // The other server waits for all of it together.
    const end = clock.real() + turnWaitMsMax;
    const turn = (): Turn => ({ key: this.#network, waitMsMax: end - clock.real() });
    const targets = destinations.flatMap((each) => (each.kind === "parse" ? [each.target] : []));
    const sender = from?.text ?? "";
    const brought = { octets, address: this.#address, hello, sender, by };
    const check = () => authenticationResults(brought, resolver, authenticationMsMax);
    const results = await checking.take<string | null>(turn(), check, () => null);
    if (results === null) return crowdedOut;
    const added = [["Authentication-Results", results]] as const;
    const mail = { octets, sender, targets, added, by };
    // Large mails are written for seconds, and a copy of each is made: one at a time.
    return storing.take(
      turn(),
      () => this.#store(mail, turn()),
      () => crowdedOut,
    );
  }

  #store(mail: ParseMail, turn: Turn): Promise<ServerReply> {
    const { clock, log, working } = this.#context;
    const store = async () => {
      if (!(await takeParseMail(this.#context, mail, clock.now()))) return mailboxFull;
      const { targets, octets } = mail;
      log.info("inbound.taken", { destination: "parse", routes: targets.length, bytes: octets.length });
      return accepted;
    };
    return working.take(turn, store, () => crowdedOut);
  }

  async #take(
    destination: Exclude<Destination, { kind: "parse" }>,
    mail: { octets: Buffer; isFromNobody: boolean },
  ): Promise<ServerReply> {
    const { clock, log } = this.#context;
    const now = clock.now();
    if (destination.kind === "unsubscribe") {
      const kind = await takeUnsubscription(this.#context, destination.reader, mail.octets, now);
      log.info("inbound.unsubscribed", { kind });
      return kind === "unknown" ? noAddress : accepted;
    }
    const taken =
      destination.kind === "return_path"
        ? await takeReport(this.#context, destination.message, mail, now)
        : await takeComplaints(this.#context, mail, now);
    const isNews = "isNews" in taken ? taken.isNews : false;
    log.info("inbound.taken", { destination: destination.kind, kind: taken.kind, isNews });
    return replyTo(destination, taken);
  }
}

function replyTo({ kind }: Destination, taken: TakenReport): ServerReply {
  if (taken.kind === "early") return tooEarly;
  if (taken.kind !== "personal") return accepted;
  return kind === "return_path"
    ? nobodyReads
    : reply(550, "5.7.1", "Write to the operator: this address takes reports");
}

function headerBytesOf(octets: Buffer): number {
  const blank = octets.indexOf("\r\n\r\n");
  return blank === -1 ? octets.length : blank;
}

// RFC 5321 §6.3. Counted in the header alone, each at the start of its line.
function hops(octets: Buffer): number {
  const head = octets.toString("latin1", 0, headerBytesOf(octets));
  return head.match(/^received[ \t]*:/gim)?.length ?? 0;
}
