import type { BlockList } from "node:net";
import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { networksOf } from "../../base/ip.ts";
import type { Log } from "../../base/log.ts";
import { TokenBuckets } from "../../base/token-bucket.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { selectDelivered } from "../../core/messages/index.ts";
import { type Reading, recordReadings, type TrackingMode } from "../../core/tracking/index.ts";
import { Bursts } from "./bursts.ts";
import type { Countries } from "./countries.ts";

// In one transaction; more would hold up those that come meanwhile.
const groupMax = 500;
// What may wait for its commit. Beyond it readers are served and not counted.
const waitingMax = 5000;

// Of one account in a second, in this process. Who asks for one link for ever must not fill the disk.
const perSecondMax = 2000;

export interface ReadingWriterOptions {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  log: Log;
  /** What the operator lets be known of readers at most. */
  limit: TrackingMode;
  /** Networks that only machines ask from, as the operator knows them: addresses, or address/bits. */
  machineNetworks?: readonly string[];
  /** Tells the country of an address, where the operator has a list. */
  countries?: Pick<Countries, "countryOf"> | null;
}

/** Writes openings and clicks, many in one transaction: the next group forms while one is being committed. */
export class ReadingWriter {
  readonly #options: ReadingWriterOptions;
  #waiting: { reading: Reading; resolve: () => void }[] = [];
  #isRunning = false;
  readonly #bursts = new Bursts();
  readonly #buckets = new TokenBuckets<bigint>(perSecondMax);

  /** Where only machines ask from. */
  readonly networks: BlockList | null;
  readonly countries: Pick<Countries, "countryOf"> | null;

  constructor(options: ReadingWriterOptions) {
    this.#options = options;
    const { machineNetworks = [], countries = null } = options;
    this.countries = countries;
    this.networks = machineNetworks.length === 0 ? null : networksOf(machineNetworks);
  }

  /** Takes a request in.
   *  @param from the network it came from, as far as readers are not known: forgotten within seconds */
  read(reading: Reading, from: string): Promise<void> {
    const { accountId, campaignId, reader } = reading.token;
    const who = reader === null ? `${from}/${accountId}/${campaignId}` : `${reader.messageId}`;
    this.#bursts.note(who, reading, this.#options.clock.real());
    return this.add(reading);
  }

  /** Resolves when the reading is on disk: what was answered is counted, also after `kill -9`. When the database is away,
   *  or there is more than can be written, it resolves as well: readers get where they want, and the log says how many
   *  were not counted. */
  add(reading: Reading): Promise<void> {
    const { accountId } = reading.token;
    const isTooMuch = this.#buckets.take(accountId, this.#options.clock.real()) > 0;
    if (isTooMuch || this.#waiting.length >= waitingMax) {
      this.#options.log.warn("readings.not_counted", { count: 1 });
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push({ reading, resolve });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, groupMax));
    this.#isRunning = false;
  }

  async #write(group: { reading: Reading; resolve: () => void }[]): Promise<void> {
    const { database, keyring, clock, ids, limit, log } = this.#options;
    const readings = group.map(({ reading }) => reading);
    try {
      await database.write({ role: "delivery" }, (tx) =>
        recordReadings(tx, { keyring, ids, now: clock.now(), limit, deliveredAt: selectDelivered }, readings),
      );
    } catch (error) {
      log.warn("readings.not_counted", { error, count: group.length });
    }
    for (const { resolve } of group) resolve();
  }
}
