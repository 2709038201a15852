import { Refusal } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { messageReasons, type Outcome, outcomeOfOpen, outcomeOfSend } from "../../core/delivery/index.ts";
import {
  type ClaimedDelivery,
  type ComposeInput,
  compose,
  type Loaded,
  type Tracked,
} from "../../core/messages/index.ts";
import { giveMemory } from "../../mail/mime/index.ts";
import type { SendResult, SmtpConnection, Upcoming } from "../../mail/smtp/index.ts";
import type { ComposedOctets } from "./composed-octets.ts";
import type { Inbox } from "./inbox.ts";
import type { Journal } from "./journal.ts";
import type { LaneKeeper } from "./lane-keeper.ts";
import { Line, type LineOptions } from "./line.ts";
import type { Answered, Loads } from "./loads.ts";
import { MadeAhead } from "./made-ahead.ts";
import { ownFault, refusalOf } from "./refusal.ts";
import type { Settler } from "./settler.ts";
import { type Handover, type Sealer, sealAndSign, sealInSevenBits } from "./sign.ts";
import type { SiteQueue } from "./site-queue.ts";
import { refusalSettlement, settlementOf, type VerdictContext } from "./verdict.ts";

// Loaded and asked about together; also how many messages a withdrawn consent can be too late for at most.
const batchMax = 100;
// How many are loaded before it is known how fast this destination takes them.
const batchFirst = 5;
// What was loaded longer ago is asked about again before it is attempted: an unsubscription holds within seconds.
const permitMsMax = 1000;
// Its envelope goes out ahead only while there is time for the message before it to be answered.
const announcedMsMax = 500;
// An idle connection waits so long for more mail before it says goodbye.
const lingerMs = 2000;
// How often it looks meanwhile whether it may go on at all. Mail that comes wakes it at once.
const idleLookMs = 200;

/** Told about a template that could not be rendered and whose sender wants to know. */
export type TemplateFaultReporter = (loaded: Extract<Loaded, { kind: "faulty" }>) => void;

export interface CourierOptions extends Omit<LineOptions, "clock"> {
  loads: Loads;
  keeper: LaneKeeper;
  settler: Settler;
  journal: Journal;
  /** What composed messages of all couriers hold. */
  composed: ComposedOctets;
  verdicts: VerdictContext;
  inbox: Inbox;
  sealer: Sealer;
  log: Log;
  /** Gives up a row whose outcome cannot be written: what the journal knows of it decides. */
  giveUp: (delivery: ClaimedDelivery) => void;
  /** Puts messages back that were claimed and not attempted. */
  release: (deliveries: ClaimedDelivery[]) => Promise<void>;
  reportTemplateFault: TemplateFaultReporter;
  isStopping: () => boolean;
}

type Signed = Extract<Handover, { kind: "signed" }>;

/** A message on its way. */
interface Parcel {
  delivery: ClaimedDelivery;
  input: ComposeInput;
  handover: Signed;
  /** Asked for the message behind it when its last octets leave. */
  next: () => Upcoming | null;
}

type Permit = { item: Extract<Loaded, { kind: "ready" }>; askedAt: number };

/** Carries the messages of one destination over one connection, one after the other. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #queue: SiteQueue;
  readonly #line: Line;
  /** The message whose envelope has gone out behind the last one. */
  #ahead: Handover | null = null;
  #batchSize = batchFirst;

  constructor(options: CourierOptions, queue: SiteQueue) {
    this.#options = options;
    this.#queue = queue;
    this.#line = new Line({ ...options, clock: options.verdicts.clock }, queue);
  }

  /** Works until there is nothing more to do, the budget is used up or the service stops. */
  async run(): Promise<void> {
    const cut = () => this.#line.cut();
    this.#options.cut.addEventListener("abort", cut);
    try {
      let lingersUntil = Date.now() + lingerMs;
      while (!this.#options.isStopping() && this.#mayGoOn()) {
        const batch = this.#queue.take(this.#batchSize);
        if (batch.length > 0) {
          await this.#carry(batch);
          lingersUntil = Date.now() + lingerMs;
        } else if (this.#line.connection === null || Date.now() > lingersUntil) break;
        else await this.#queue.arrival(idleLookMs);
      }
    } finally {
      this.#options.cut.removeEventListener("abort", cut);
      await this.#line.hangUp();
    }
  }

  #mayGoOn(): boolean {
    const { budget, couriers, site } = this.#queue;
    if (this.#options.sources.isSpent(site) && this.#line.connection === null) return false;
    return site === null || couriers <= budget.connections(this.#now());
  }

  // A destination's pauses go by with the product's time, as the retries do that wait for them.
  #now(): number {
    return this.#options.verdicts.clock.now().getTime();
  }

  // As many at a time as go out while their permits are fresh. More would each be asked about again, one by one: with
  // 25 at a time and a destination that takes ten a second, two thirds of them.
  async #carry(batch: ClaimedDelivery[]): Promise<void> {
    const { clock } = this.#options.verdicts;
    const startedAt = clock.real();
    const permits = await this.#permit(batch).catch(async (error: unknown) => {
      await this.#options.release(batch);
      throw error;
    });
    await this.#sendAll(permits);
    const tookMs = Math.max(1, clock.real() - startedAt);
    // Of large ones fewer are loaded than were asked for.
    this.#batchSize = Math.max(
      1,
      Math.min(batchMax, Math.floor((permits.length * permitMsMax) / (tookMs * 2))),
    );
  }

  /** Loads messages and settles those that must not be attempted. When it fails they are still to be given back. */
  async #permit(batch: ClaimedDelivery[]): Promise<Permit[]> {
    const { loads, verdicts } = this.#options;
    const loaded = await loads.load(batch, verdicts.clock.real());
    this.#queue.putBack(batch.slice(loaded.length));
    const askedAt = verdicts.clock.real();
    const now = verdicts.clock.now();
    return loaded.flatMap((item) => {
      if (item.kind === "ready" && now < item.delivery.expiresAt) {
        return [{ item, askedAt: item.askedAt ?? askedAt }];
      }
      this.#refuse(item);
      return [];
    });
  }

  #refuse(item: Answered): void {
    if (item.kind === "faulty") this.#options.reportTemplateFault(item);
    if (item.kind === "damaged") {
      this.#options.log.error("delivery.not_readable", { error: item.error, messageId: item.delivery.id });
    }
    this.#options.settler.add(refusalOf(this.#options.verdicts, item));
  }

  async #sendAll(permits: Permit[]): Promise<void> {
    const items = permits.map(({ item }) => item);
    const made = new MadeAhead(items, (item) => this.#make(item), this.#options.composed);
    let index = 0;
    try {
      for (; index < permits.length; index++) {
        const handover = await made.take(index, () => !this.#options.isStopping());
        if (handover === "no_room") return;
        if (handover === null) {
          made.letGo(index);
          continue;
        }
        const next = index + 1;
        const announce = () => this.#announce(permits[next], made.peek(next));
        const isRefused = await this.#attempt(permits[index] as Permit, handover, announce);
        // It was announced, and then it was not to be sent: a withdrawal in between, for instance.
        if (this.#ahead === handover) await this.#takeBackAnnounced();
        made.letGo(index);
        if (isRefused || !this.#mayGoOn()) break;
      }
      index++;
    } finally {
      await this.#takeBackAnnounced();
      // What was made ahead and not attempted is due again; what could not be made is settled already.
      const left = await made.leave(index);
      if (left.length > 0) await this.#options.release(left.map(({ delivery }) => delivery));
    }
  }

  /** Decides whether the envelope of the message that comes next may travel with the end of the one before. */
  #announce(permit: Permit | undefined, handover: Handover | null): Upcoming | null {
    if (permit === undefined || handover?.kind !== "signed" || this.#queue.site === null) return null;
    const { keeper, verdicts, isStopping } = this.#options;
    const { lane, claim } = permit.item.delivery;
    const isFresh = verdicts.clock.real() - permit.askedAt <= announcedMsMax;
    if (!isFresh || !this.#queue.takesAhead || isStopping() || !keeper.holds(lane, claim.epoch)) return null;
    if (!this.#mayGoOn() || !this.#line.hasRoomBehind || !this.#queue.budget.spend(this.#now())) return null;
    this.#ahead = handover;
    return { envelope: handover.envelope, message: handover.octets, isComposed: handover.isComposed };
  }

  // The server waits for a message that does not come: only the end of the connection tells it so.
  async #takeBackAnnounced(): Promise<void> {
    if (this.#ahead === null) return;
    this.#ahead = null;
    await this.#line.hangUp();
  }

  /** Composes and signs a message. Never rejects: null when it was settled here instead. */
  async #make(item: Extract<Loaded, { kind: "ready" }>): Promise<Handover | null> {
    const { settler, verdicts, sealer, log } = this.#options;
    const { delivery, input } = item;
    try {
      const composed = compose(input);
      const { fault } = composed;
      if (composed.kind === "composed") {
        // Delivered all the same, at each attempt: told of once.
        if (fault !== null && delivery.attempts === 0) {
          this.#options.reportTemplateFault({ kind: "faulty", delivery, fault });
        }
        return await sealAndSign(sealer, input, composed, this.#queue.site === null);
      }
      this.#refuse({ kind: "faulty", delivery, fault: composed.fault });
    } catch (error) {
      if (error instanceof Refusal) {
        settler.add(
          refusalSettlement(verdicts, delivery, "blocked", messageReasons.badTemplate, error.message),
        );
        return null;
      }
      log.error("delivery.not_composed", { error, messageId: delivery.id });
      const outcome = ownFault("could not be composed");
      settler.add(settlementOf(verdicts, delivery, outcome, { input, host: null }));
    }
    return null;
  }

  /** Attempts one message. Answers whether the destination refuses to go on. */
  async #attempt(permit: Permit, handover: Handover, next: () => Upcoming | null): Promise<boolean> {
    const { keeper, settler, release, verdicts } = this.#options;
    const { delivery, input } = permit.item;
    await settler.ready();
    if (!keeper.holds(delivery.lane, delivery.claim.epoch) || this.#options.isStopping()) {
      await release([delivery]);
      return false;
    }
    if (verdicts.clock.real() - permit.askedAt > permitMsMax && !(await this.#askAgain(permit))) return false;
    if (handover.kind === "unsignable") {
      settler.add(
        refusalSettlement(verdicts, delivery, "blocked", messageReasons.senderBlocked, handover.detail),
      );
      return false;
    }
    if (this.#ahead !== handover) await this.#spend();
    const outcome =
      this.#queue.site === null
        ? await this.#keep(input, handover)
        : await this.#send({ delivery, input, handover, next });
    if (outcome === null) {
      await release([delivery]);
      return true;
    }
    this.#record(delivery, { input, tracked: handover.tracked }, outcome);
    if (outcome.kind === "sent") this.#giveMemory(handover);
    return this.#learn(outcome);
  }

  // What is still to be written to the connection is not given back: it would leave as part of another message.
  #giveMemory({ isComposed, octets }: Signed): void {
    const isWritten = this.#queue.site === null || this.#line.connection?.isFlushed === true;
    const message = octets.at(-1);
    if (isComposed && isWritten && message !== undefined) giveMemory(message);
  }

  // From here on the message may have been handed over: whatever goes wrong, it is not put back. Its row stays claimed,
  // and the journal's intent makes it `unknown`.
  #record(
    delivery: ClaimedDelivery,
    attempt: { input: ComposeInput; tracked: Tracked },
    outcome: Outcome,
  ): void {
    const { settler, verdicts, log } = this.#options;
    try {
      settler.add(settlementOf(verdicts, delivery, outcome, { ...attempt, host: this.#line.host }));
    } catch (error) {
      log.error("delivery.outcome_not_written", { error, messageId: delivery.id });
      this.#options.giveUp(delivery);
    }
  }

  /** Waits for this minute's share of the destination. */
  async #spend(): Promise<void> {
    const { budget } = this.#queue;
    while (!budget.spend(this.#now()) && !this.#options.isStopping()) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #askAgain(permit: Permit): Promise<boolean> {
    const [again] = await this.#permit([permit.item.delivery]);
    return again !== undefined;
  }

  #learn(outcome: Outcome): boolean {
    const { budget } = this.#queue;
    if (outcome.kind === "sent") {
      budget.succeeded();
      return false;
    }
    const isRefusal =
      outcome.kind === "deferred" &&
      (outcome.scope === "destination" || outcome.scope === "source") &&
      outcome.reason !== messageReasons.greylisted;
    if (isRefusal) {
      budget.refused(this.#now());
      this.#queue.refusedFor = outcome.reason;
    }
    return isRefusal;
  }

  async #keep(input: ComposeInput, handover: Signed): Promise<Outcome> {
    await this.#options.inbox.keep(input, handover);
    return { kind: "sent", reply: { code: 250, text: "kept in the test inbox" } };
  }

  /** Attempts one message on a connection; null when no address may send any more today. */
  async #send(parcel: Parcel): Promise<Outcome | null> {
    const isAnnounced = this.#ahead === parcel.handover;
    this.#ahead = null;
    const { connection } = this.#line;
    const mayGoOn = isAnnounced ? connection?.isReusable === true : await this.#line.mayGoOn();
    if (connection !== null && mayGoOn) {
      const result = await this.#hand(connection, parcel);
      if (isAnnounced && isUnanswered(result)) this.#queue.takesAhead = false;
      // Not its fault: the peer had had enough when the message before was over.
      if (!isTurnedAway(result)) return this.#conclude(connection, result);
      if (!isAnnounced) this.#line.takeBack();
    }
    await this.#line.hangUp();
    const opened = await this.#line.open();
    if (opened === "spent") return null;
    if ("stage" in opened) return outcomeOfOpen(opened);
    return this.#conclude(opened, await this.#hand(opened, parcel));
  }

  /** Hands a message over, re-encoded where the peer takes no octets above 127. */
  async #hand(connection: SmtpConnection, parcel: Parcel): Promise<SendResult | "broke_off"> {
    const { journal, sealer, log } = this.#options;
    const { delivery, input, handover, next } = parcel;
    // Noted while MAIL, RCPT and DATA travel; awaited before the message may be accepted.
    const intended = journal.intend(delivery.claim);
    intended.catch(() => {}); // its failure arrives through the hook below
    let isHandedOver = false;
    const beforeFinalDot = async () => {
      await intended;
      isHandedOver = true;
    };
    const send = ({ envelope, octets: message, isComposed }: Signed) =>
      connection.send({ envelope, message, isComposed, next, beforeFinalDot });
    try {
      const result = await send(handover);
      if (result.kind !== "unsendable" || result.reason !== "eight_bit_unsupported") return result;
      const narrow = await sealInSevenBits(sealer, input);
      return narrow?.kind === "signed" ? await send(narrow) : result;
    } catch (error) {
      if (!isHandedOver) throw error;
      log.error("delivery.attempt_broke", { error, messageId: delivery.id });
      return "broke_off";
    }
  }

  async #conclude(connection: SmtpConnection, result: SendResult | "broke_off"): Promise<Outcome> {
    // A defect of ours behind the last octet. To put the message back would make two of one.
    if (result === "broke_off") {
      return { kind: "unknown", detail: "the attempt broke off behind the last octet" };
    }
    if (!connection.isReusable) await this.#line.hangUp();
    return outcomeOfSend(result);
  }
}

const closing = 421;

function isTurnedAway(result: SendResult | "broke_off"): boolean {
  if (result === "broke_off" || !("stage" in result) || result.stage !== "mail") return false;
  return result.kind === "lost" ? result.error !== "timeout" : result.reply.code === closing;
}

// A peer that throws away what comes behind a final dot would let every message wait for an answer to its MAIL.
function isUnanswered(result: SendResult | "broke_off"): boolean {
  if (result === "broke_off" || result.kind !== "lost") return false;
  return result.stage === "mail" && result.error === "timeout";
}
