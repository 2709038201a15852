import type { Database } from "../../base/database.ts";
import type { ClaimedDelivery, Loaded, MessageLoader } from "../../core/messages/index.ts";

// Messages of one transaction. With what they hold they are in memory at once: some 10 MB of ordinary mail.
const rowsMax = 200;

/** What was found of a message. */
export type Answered = Exclude<Loaded, { kind: "later" }>;

interface Waiting {
  deliveries: ClaimedDelivery[];
  resolve: (loaded: Answered[]) => void;
  reject: (error: unknown) => void;
}

/** Loads messages for many couriers. Those that ask while a load is under way share the next: each transaction has six
 *  statements, however few messages it is about, and couriers of a destination that takes mail fast ask for a few each. */
export class Loads {
  readonly #database: Database;
  readonly #loader: MessageLoader;
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(options: { database: Database; loader: MessageLoader }) {
    this.#database = options.database;
    this.#loader = options.loader;
  }

  /** Says of messages, in order, what is to be done with them. The database is asked about those that were not accepted by this
   *  process a moment ago. Where their contents are large the answer is about the first of them, and one at least: the others
   *  are to be asked for again when those are done.
   *  @param realNow milliseconds of real time */
  async load(deliveries: ClaimedDelivery[], realNow: number): Promise<Answered[]> {
    const unpacked = deliveries.map((delivery) => this.#unpack(delivery, realNow));
    const asked = deliveries.filter((_, index) => unpacked[index] === null);
    if (asked.length === 0) return unpacked.filter((item) => item !== null);
    const answers = (await this.#ask(asked)).values();
    const all = unpacked.map((item) => item ?? answers.next().value ?? null);
    const left = all.indexOf(null);
    return (left === -1 ? all : all.slice(0, left)).filter((item) => item !== null);
  }

  // Used now or never: it must not stay in memory for as long as a slow destination takes.
  #unpack(delivery: ClaimedDelivery, realNow: number): Answered | null {
    if (delivery.carried === undefined) return null;
    const loaded = this.#loader.unpack(delivery, realNow);
    delivery.carried = undefined;
    return loaded === null || isLater(loaded) ? null : loaded;
  }

  #ask(deliveries: ClaimedDelivery[]): Promise<Answered[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ deliveries, resolve, reject });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length > 0) await this.#loadGroup(this.#takeGroup());
    this.#isRunning = false;
  }

  async #loadGroup(group: Waiting[]): Promise<void> {
    try {
      const all = group.flatMap(({ deliveries }) => deliveries);
      const loaded = await this.#database.read({ role: "delivery" }, (reader) =>
        this.#loader.load(reader, all),
      );
      let from = 0;
      const again: Waiting[] = [];
      for (const waiting of group) {
        const own = loaded.slice(from, from + waiting.deliveries.length);
        const answered = untilLater(own);
        // Who got nothing is among the first of the next transaction.
        if (answered.length === 0) again.push(waiting);
        else waiting.resolve(answered);
        from += waiting.deliveries.length;
      }
      this.#waiting.unshift(...again);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #takeGroup(): Waiting[] {
    let count = 0;
    let rows = 0;
    for (const { deliveries } of this.#waiting) {
      rows += deliveries.length;
      if (count > 0 && rows > rowsMax) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}

function untilLater(loaded: readonly Loaded[]): Answered[] {
  const answered: Answered[] = [];
  for (const item of loaded) {
    if (isLater(item)) break;
    answered.push(item);
  }
  return answered;
}

function isLater(item: Loaded): item is Extract<Loaded, { kind: "later" }> {
  return item.kind === "later";
}
