import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Log } from "../../base/log.ts";
import { countLiveNodes, nodeNamed, type Router, type WarmUp } from "../../core/delivery/index.ts";
import type { SenderBook } from "../../core/domains/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { type HandOver, MessageLoader, returnPathOf } from "../../core/messages/index.ts";
import type { ReaderLinks } from "../../core/tracking/index.ts";
import type { Signer } from "../../mail/dkim/signer.ts";
import { BrokenTls } from "./broken-tls.ts";
import type { TemplateFaultReporter } from "./courier.ts";
import { DestinationReport } from "./destination-report.ts";
import { Dispatcher } from "./dispatcher.ts";
import { HeldClaims } from "./held-claims.ts";
import { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import { LaneKeeper } from "./lane-keeper.ts";
import { Loads } from "./loads.ts";
import { recoverSilentNodes, recoverStrays, recoverWithJournal } from "./recovery.ts";
import { Settler } from "./settler.ts";
import { leaveSlot, type Slot, takeOrphans } from "./slots.ts";
import { SourceAddresses } from "./source-addresses.ts";
import { StrayWatch } from "./stray-watch.ts";
import { DeliveryTally } from "./tally.ts";
import type { VerdictContext } from "./verdict.ts";

// How often this node looks for the mail of others that died.
const orphanEveryMs = 10_000;

export interface WorkerOptions {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  log: Log;
  nodeId: number;
  slot: Slot;
  /** The folder of all slots, and what it is called among the nodes. */
  journals: string;
  folderId: string;
  senders: SenderBook;
  router: Router;
  heloName: string;
  /** The addresses to send from, in turn; empty leaves it to the system. */
  sourceAddresses: string[];
  /** Those of them that are new, and may send only so much a day. */
  warmUps: WarmUp[];
  /** The domain bounces come back to; null takes the sender's own. */
  returnPathDomain: string | null;
  /** Signers of a domain of the operator's, for delivery reports; none leaves them unsigned. */
  ownSignersOf: (domain: string) => Promise<Signer[]>;
  /** Makes the links by which readers come back. */
  links: ReaderLinks;
  reportTemplateFault: TemplateFaultReporter;
}

/** Delivers: recovers what a killed process left, holds lanes, and carries what is in them. */
export class DeliveryWorker {
  readonly #options: WorkerOptions;
  readonly #journal: Journal;
  readonly #settler: Settler;
  readonly #keeper: LaneKeeper;
  readonly #dispatcher: Dispatcher;
  readonly #report: DestinationReport;
  readonly #loader: MessageLoader;
  readonly #verdicts: VerdictContext;
  readonly #held = new HeldClaims();
  readonly #strays: StrayWatch;
  /** What this process has done since it began. */
  readonly tally = new DeliveryTally();
  #nodeShare = 1;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #caring: Promise<void> = Promise.resolve();

  private constructor(options: WorkerOptions) {
    this.#options = options;
    const { database, keyring, clock, ids, log, nodeId, senders, router } = options;
    this.#verdicts = { keyring, ids, clock, random: Math.random };
    this.#journal = new Journal(options.slot.folder);
    this.#settler = new Settler({ database, journal: this.#journal, log });
    this.#settler.onSettled = (settlements) => {
      this.tally.settled(settlements);
      this.#held.drop(settlements.map(({ claim }) => claim));
    };
    this.#strays = new StrayWatch({ held: this.#held, journal: this.#journal, clock });
    this.#keeper = new LaneKeeper({ database, clock, log, nodeId });
    this.#loader = new MessageLoader(keyring, options.links);
    this.#dispatcher = new Dispatcher({
      database,
      clock,
      log,
      nodeId,
      router,
      keeper: this.#keeper,
      held: this.#held,
      tally: this.tally,
      settler: this.#settler,
      journal: this.#journal,
      verdicts: this.#verdicts,
      loads: new Loads({ database, loader: this.#loader }),
      inbox: new Inbox({ database, keyring, ids, clock }),
      sealer: {
        signersOf: (accountId, domain) => senders.signers(accountId, domain),
        ownSignersOf: options.ownSignersOf,
        returnPathOf: (accountId, id, fromDomain) =>
          returnPathOf(keyring, { accountId, id }, options.returnPathDomain ?? fromDomain),
      },
      heloName: options.heloName,
      sources: new SourceAddresses({ ...options, random: Math.random }),
      brokenTls: new BrokenTls(),
      reportTemplateFault: options.reportTemplateFault,
      nodeShare: () => this.#nodeShare,
    });
    this.#report = new DestinationReport({
      database,
      log,
      nodeId,
      look: () => this.#dispatcher.destinations(),
    });
    this.#keeper.onTaken = (lanes) => this.#dispatcher.wake(lanes);
  }

  /** Recovers, then takes lanes and begins. */
  static async start(options: WorkerOptions): Promise<DeliveryWorker> {
    const { keyring, ids, clock, database, log } = options;
    const recovery = { database, log, verdicts: { keyring, ids, clock, random: Math.random } };
    await recoverWithJournal(recovery, options.nodeId, options.slot.folder);
    const worker = new DeliveryWorker(options);
    await worker.#keeper.start();
    worker.#dispatcher.start();
    await worker.#report.start();
    await worker.#care();
    return worker;
  }

  /** Says that lanes have something new. */
  wake(lanes: Iterable<number> | "all"): void {
    this.#dispatcher.wake(lanes);
  }

  /** Where acceptance in this process may leave what it has just written. */
  get handOver(): HandOver {
    return this.#dispatcher.handOver;
  }

  /** Drops decrypted content from memory, when hours have been destroyed. */
  forgetContent(): void {
    this.#loader.forget();
  }

  sites(): ReturnType<Dispatcher["sites"]> {
    return this.#dispatcher.sites();
  }

  /** Ends without loss and without a second copy of anything: what is on the wire is finished and recorded. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#caring;
    const stopped = this.#dispatcher.stop();
    this.#settler.openGates();
    await stopped;
    await this.#report.stop();
    await this.#settler.stop();
    await this.#keeper.stop();
    this.#journal.close();
  }

  #care(): Promise<void> {
    this.#caring = this.#careForOthers().finally(() => {
      if (!this.#isStopped) this.#timer = setTimeout(() => void this.#care(), orphanEveryMs);
    });
    return this.#caring;
  }

  async #careForOthers(): Promise<void> {
    const { database, clock, log } = this.#options;
    try {
      this.#nodeShare = await database.read({ role: "delivery" }, (reader) =>
        countLiveNodes(reader, new Date(clock.real())),
      );
      const recovery = { database, log, verdicts: this.#verdicts };
      await this.#strays.look((fateOf) => recoverStrays(recovery, this.#options.nodeId, fateOf));
      await this.#adoptOrphans();
      await recoverSilentNodes(recovery, clock.real(), this.#options.nodeId);
    } catch (error) {
      log.warn("delivery.orphans_not_looked_at", { error });
    }
  }

  // A process of this data folder that died and did not come back: its journal is here.
  async #adoptOrphans(): Promise<void> {
    for (const slot of await takeOrphans(this.#options.journals)) {
      try {
        await this.#adopt(slot);
      } finally {
        // What could not be brought to an end now is an orphan still, and the next look finds it.
        leaveSlot(slot);
      }
    }
  }

  async #adopt(slot: Slot): Promise<void> {
    const { database, folderId, journals, log } = this.#options;
    const name = `${folderId}/${slot.number}`;
    const nodeId = await database.read({ role: "delivery" }, (reader) => nodeNamed(reader, name));
    if (nodeId === undefined) return;
    const recovery = { database, log, verdicts: this.#verdicts };
    await recoverWithJournal(recovery, nodeId, path.join(journals, String(slot.number)));
  }
}
