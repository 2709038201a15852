import { Refusal } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import {
  messageReasons,
  type Outcome,
  outcomeOfOpen,
  outcomeOfSend,
  type Site,
  type Target,
} from "../../core/delivery/index.ts";
import {
  type ClaimedDelivery,
  type ComposeInput,
  compose,
  type Loaded,
  type Tracked,
} from "../../core/messages/index.ts";
import { type OpenFailed, openConnection, type SmtpConnection } from "../../mail/smtp/index.ts";
import type { BrokenTls } from "./broken-tls.ts";
import type { Inbox } from "./inbox.ts";
import type { Journal } from "./journal.ts";
import type { LaneKeeper } from "./lane-keeper.ts";
import type { Loads } from "./loads.ts";
import { ownFault, refusalOf } from "./refusal.ts";
import type { Settler } from "./settler.ts";
import { type Handover, type Sealer, sealAndSign, sealInSevenBits } from "./sign.ts";
import type { SiteQueue } from "./site-queue.ts";
import type { Source, SourceAddresses } from "./source-addresses.ts";
import { refusalSettlement, settlementOf, type VerdictContext } from "./verdict.ts";

// Loaded and asked about together; also how many messages a withdrawn consent can be too late for at most.
const batchMax = 25;
// How many are loaded before it is known how fast this destination takes them.
const batchFirst = 5;
// What was loaded longer ago is asked about again before it is attempted: an unsubscription holds within seconds.
const permitMsMax = 1000;
// Signatures made ahead while a message is on its way: enough to keep the processor busy, few enough to stay fresh.
const aheadMax = 4;
// An idle connection waits so long for more mail before it says goodbye.
const lingerMs = 2000;
// How often it looks meanwhile whether it may go on at all. Mail that comes wakes it at once.
const idleLookMs = 200;

/** Told about a template that could not be rendered and whose sender wants to know. */
export type TemplateFaultReporter = (loaded: Extract<Loaded, { kind: "faulty" }>) => void;

export interface CourierOptions {
  loads: Loads;
  keeper: LaneKeeper;
  settler: Settler;
  journal: Journal;
  verdicts: VerdictContext;
  inbox: Inbox;
  sealer: Sealer;
  heloName: string;
  sources: SourceAddresses;
  log: Log;
  /** Gives up a row whose outcome cannot be written: what the journal knows of it decides. */
  giveUp: (delivery: ClaimedDelivery) => void;
  /** Puts messages back that were claimed and not attempted. */
  release: (deliveries: ClaimedDelivery[]) => Promise<void>;
  reportTemplateFault: TemplateFaultReporter;
  isStopping: () => boolean;
  /** Ends connections at once, when the service must not wait for them any longer. */
  cut: AbortSignal;
  /** Hosts whose TLS was found broken: plain text for a while (RFC 7435 §3). */
  brokenTls: BrokenTls;
}

type Permit = { item: Extract<Loaded, { kind: "ready" }>; askedAt: number };

/** Carries the messages of one destination over one connection, one after the other. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #queue: SiteQueue;
  #connection: SmtpConnection | null = null;
  #host: string | null = null;
  #source: Source | null = null;
  #batchSize = batchFirst;

  constructor(options: CourierOptions, queue: SiteQueue) {
    this.#options = options;
    this.#queue = queue;
  }

  /** Works until there is nothing more to do, the budget is used up or the service stops. */
  async run(): Promise<void> {
    const cut = () => this.#connection?.destroy();
    this.#options.cut.addEventListener("abort", cut);
    try {
      let lingersUntil = Date.now() + lingerMs;
      while (!this.#options.isStopping() && this.#mayGoOn()) {
        const batch = this.#queue.take(this.#batchSize);
        if (batch.length > 0) {
          await this.#carry(batch);
          lingersUntil = Date.now() + lingerMs;
        } else if (this.#connection === null || Date.now() > lingersUntil) break;
        else await this.#queue.arrival(idleLookMs);
      }
    } finally {
      this.#options.cut.removeEventListener("abort", cut);
      await this.#hangUp();
    }
  }

  #mayGoOn(): boolean {
    const { budget, couriers, site } = this.#queue;
    if (this.#options.sources.isSpent(site) && this.#connection === null) return false;
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
    await this.#sendAll(await this.#permit(batch));
    const tookMs = Math.max(1, clock.real() - startedAt);
    this.#batchSize = Math.max(
      1,
      Math.min(batchMax, Math.floor((batch.length * permitMsMax) / (tookMs * 2))),
    );
  }

  /** Loads messages and settles those that must not be attempted. */
  async #permit(batch: ClaimedDelivery[]): Promise<Permit[]> {
    const { loads, verdicts } = this.#options;
    const loaded = await loads.load(batch, verdicts.clock.real()).catch(async (error: unknown) => {
      await this.#options.release(batch);
      throw error;
    });
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

  #refuse(item: Loaded): void {
    if (item.kind === "faulty") this.#options.reportTemplateFault(item);
    if (item.kind === "damaged") {
      this.#options.log.error("delivery.not_readable", { error: item.error, messageId: item.delivery.id });
    }
    this.#options.settler.add(refusalOf(this.#options.verdicts, item));
  }

  async #sendAll(permits: Permit[]): Promise<void> {
    const made: Promise<Handover | null>[] = [];
    let index = 0;
    try {
      for (; index < permits.length; index++) {
        const permit = permits[index] as Permit;
        for (const next of permits.slice(made.length, index + aheadMax)) made.push(this.#make(next.item));
        const handover = await made[index];
        if (handover === null || handover === undefined) continue;
        const isRefused = await this.#attempt(permit, handover);
        if (isRefused || !this.#mayGoOn()) break;
      }
      index++;
    } finally {
      await this.#putBack(permits, made, index);
    }
  }

  // What was made ahead and not attempted is due again; what could not be made is settled already.
  async #putBack(permits: Permit[], made: Promise<Handover | null>[], from: number): Promise<void> {
    const handovers = await Promise.all(made);
    const left = permits.filter((_, index) => index >= from && handovers[index] !== null);
    if (left.length > 0) await this.#options.release(left.map((permit) => permit.item.delivery));
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
  async #attempt(permit: Permit, handover: Handover): Promise<boolean> {
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
    await this.#spend();
    const outcome =
      this.#queue.site === null
        ? await this.#keep(input, handover)
        : await this.#send(delivery, input, handover);
    if (outcome === null) {
      await release([delivery]);
      return true;
    }
    this.#record(delivery, { input, tracked: handover.tracked }, outcome);
    return this.#learn(outcome);
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
      settler.add(settlementOf(verdicts, delivery, outcome, { ...attempt, host: this.#host }));
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

  async #keep(input: ComposeInput, handover: Extract<Handover, { kind: "signed" }>): Promise<Outcome> {
    await this.#options.inbox.keep(input, handover);
    return { kind: "sent", reply: { code: 250, text: "kept in the test inbox" } };
  }

  /** Attempts one message on a connection; null when no address may send any more today. */
  async #send(
    delivery: ClaimedDelivery,
    input: ComposeInput,
    handover: Extract<Handover, { kind: "signed" }>,
  ): Promise<Outcome | null> {
    const { journal, sealer } = this.#options;
    if (!(await this.#mayGoOnHere())) {
      await this.#hangUp();
      const failed = await this.#open();
      if (failed === "spent") return null;
      if (failed !== null) return outcomeOfOpen(failed);
    }
    const connection = this.#connection;
    if (connection === null) throw new Error("A connection was opened and is not there.");
    // Noted while MAIL, RCPT and DATA travel; awaited before the message may be accepted.
    const intended = journal.intend(delivery.claim);
    intended.catch(() => {}); // its failure arrives through the hook below
    let isHandedOver = false;
    const beforeFinalDot = async () => {
      await intended;
      isHandedOver = true;
    };
    const send = ({ envelope, octets: message }: typeof handover) =>
      connection.send({ envelope, message, beforeFinalDot });
    try {
      let result = await send(handover);
      if (result.kind === "unsendable" && result.reason === "eight_bit_unsupported") {
        const narrow = await sealInSevenBits(sealer, input);
        if (narrow?.kind === "signed") result = await send(narrow);
      }
      const outcome = outcomeOfSend(result);
      if (!connection.isReusable) await this.#hangUp();
      return outcome;
    } catch (error) {
      if (!isHandedOver) throw error;
      // A defect of ours behind the last octet. To put the message back would make two of one.
      this.#options.log.error("delivery.attempt_broke", { error, messageId: delivery.id });
      return { kind: "unknown", detail: "the attempt broke off behind the last octet" };
    }
  }

  async #mayGoOnHere(): Promise<boolean> {
    const connection = this.#connection;
    if (connection === null || this.#source === null || !connection.isReusable) return false;
    if (connection.messagesSent >= this.#queue.budget.limits.messagesPerConnectionMax) return false;
    return this.#source.spend();
  }

  async #hangUp(): Promise<void> {
    const connection = this.#connection;
    const source = this.#source;
    this.#connection = null;
    this.#source = null;
    await connection?.quit();
    await source?.giveBack();
  }

  /** Tries the destination's servers in their order. Answers null when one is open, else the last failure. */
  async #open(): Promise<OpenFailed | "spent" | null> {
    const site = this.#queue.site as Site;
    let last: OpenFailed | "spent" | null = null;
    for (const target of site.targets) {
      const source = await this.#options.sources.choose(site, target.address);
      if (source === null) {
        last ??= "spent";
        continue;
      }
      const failed = await this.#openTarget(target, source);
      if (failed === null) return null;
      await source.giveBack();
      last = failed;
    }
    return last;
  }

  async #openTarget(target: Target, source: Source): Promise<OpenFailed | null> {
    const { brokenTls, verdicts } = this.#options;
    const name = `${target.address}:${target.port}`;
    const isBroken = brokenTls.has(name, verdicts.clock.real());
    const isOptional = target.tls.mode === "opportunistic";
    const first = await this.#connect(target, source, isBroken && isOptional);
    if (first === null || first.stage !== "tls" || !isOptional) return first;
    brokenTls.add(name, verdicts.clock.real());
    return this.#connect(target, source, true);
  }

  async #connect(target: Target, source: Source, withoutTls: boolean): Promise<OpenFailed | null> {
    const result = await openConnection({
      host: target.host,
      address: target.address,
      port: target.port,
      heloName: this.#options.heloName,
      tls: withoutTls ? { mode: "off" } : target.tls,
      implicitTls: target.implicitTls,
      signal: this.#options.cut,
      ...(target.auth === null ? {} : { auth: target.auth }),
      ...(source.address === undefined ? {} : { localAddress: source.address }),
    });
    if (result.kind === "failed") return result;
    this.#connection = result.connection;
    this.#host = target.host;
    this.#source = source;
    await source.spend();
    return null;
  }
}
