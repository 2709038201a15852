import type { Database } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import { clearDestinations, type DestinationState, writeDestinations } from "../../core/delivery/index.ts";

// How often it is looked whether something has changed: a page that asks every few seconds shows it at once.
const reportEveryMs = 5000;
// Of so many destinations a node tells: a page shows a hundred.
const reportedMax = 500;

export interface ReportOptions {
  database: Database;
  log: Log;
  nodeId: number;
  /** How destinations stand now: those that are busy or left alone. */
  look: () => DestinationState[];
}

/** Tells all nodes how this one's destinations stand, so that any of them can show it. Nothing is written while nothing
 *  changes, and one transaction when much does. */
export class DestinationReport {
  readonly #options: ReportOptions;
  #told = new Map<string, DestinationState>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** Forgets what an earlier process of this node has told, and begins. */
  async start(): Promise<void> {
    await this.#clear();
    this.#timer = setInterval(() => void this.tell(), reportEveryMs);
  }

  /** Takes everything back. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#writing;
    await this.#clear();
  }

  /** Writes what has changed since the last time. */
  tell(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#tellOnce());
    return this.#writing;
  }

  async #tellOnce(): Promise<void> {
    const { database, log, nodeId, look } = this.#options;
    const now = new Map(
      look()
        .slice(0, reportedMax)
        .map((state) => [state.route, state]),
    );
    const changed = [...now.values()].filter((state) => !isSame(state, this.#told.get(state.route)));
    const gone = [...this.#told.keys()].filter((route) => !now.has(route));
    if (changed.length === 0 && gone.length === 0) return;
    try {
      await database.write({ role: "delivery" }, (tx) => writeDestinations(tx, nodeId, { changed, gone }));
      this.#told = now;
    } catch (error) {
      log.warn("delivery.destinations_not_told", { error });
    }
  }

  // A page shows a little less without it, and delivery does not wait for it.
  async #clear(): Promise<void> {
    const { database, log, nodeId } = this.#options;
    this.#told = new Map();
    try {
      await database.write({ role: "delivery" }, (tx) => clearDestinations(tx, nodeId));
    } catch (error) {
      log.warn("delivery.destinations_not_told", { error });
    }
  }
}

function isSame(one: DestinationState, other: DestinationState | undefined): boolean {
  return (
    other !== undefined &&
    one.connections === other.connections &&
    one.reason === other.reason &&
    one.pausedUntil?.getTime() === other.pausedUntil?.getTime()
  );
}
