import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Log } from "../../base/log.ts";
import { appendEvidence } from "./chain.ts";
import type { Evidence } from "./evidence.ts";
import type { Finding, Probe } from "./probe.ts";
import { selectLatest } from "./store.ts";

export interface WatchOptions {
  database: Database;
  clock: Clock;
  ids: IdSource;
  figures: FiguresInForce;
  log: Log;
  probes: readonly Probe[];
}

/** Runs the probes and keeps what they find. */
export class PromiseWatch {
  readonly #options: WatchOptions;
  readonly #stopping = new AbortController();
  #round: Promise<unknown> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** The names of its probes. */
  get names(): string[] {
    return this.#options.probes.map(({ name }) => name);
  }

  /** Runs what is due beside everything else, one round at a time. Never fails. */
  runInBackground(): Promise<void> {
    const round = this.#round.then(() => this.#runDueQuietly());
    this.#round = round;
    return round;
  }

  /** Runs what is due and waits for it, in turn with what runs in the background. */
  runDueInTurn(): Promise<Evidence[]> {
    const round = this.#round.then(() => this.runDue());
    this.#round = round.catch(() => {});
    return round;
  }

  /** Runs no further probe and waits for the one at work. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#round;
  }

  async #runDueQuietly(): Promise<void> {
    try {
      if (!this.#stopping.signal.aborted) await this.runDue();
    } catch (error) {
      this.#options.log.warn("promise.not_watched", { error });
    }
  }

  /** Runs the probes whose time has come. Several processes may: what one has found counts for all. */
  async runDue(): Promise<Evidence[]> {
    const { database, clock, probes } = this.#options;
    const latest = await database.read({ role: "retention" }, selectLatest);
    const lastOf = new Map(latest.map((each) => [each.probe, each.at.getTime()]));
    const nowMs = clock.now().getTime();
    const due = probes.filter(({ name, everyMinutes }) => {
      return nowMs - (lastOf.get(name) ?? 0) >= everyMinutes * 60_000;
    });
    return this.#runEach(due);
  }

  /** Runs probes now: all of them, or those that are named. */
  runAll(names: readonly string[] | null = null): Promise<Evidence[]> {
    const { probes } = this.#options;
    return this.#runEach(names === null ? probes : probes.filter(({ name }) => names.includes(name)));
  }

  // One after the other: together they would be felt by those who send mail. Who only waits is felt by nobody.
  async #runEach(probes: readonly Probe[]): Promise<Evidence[]> {
    const patient = probes.filter(({ isPatient }) => isPatient === true);
    const rounds = [probes.filter((probe) => !patient.includes(probe)), ...patient.map((probe) => [probe])];
    const ended = await Promise.allSettled(rounds.map((round) => this.#runInTurn(round)));
    return ended.flatMap((round) => {
      if (round.status === "rejected") throw round.reason;
      return round.value;
    });
  }

  async #runInTurn(probes: readonly Probe[]): Promise<Evidence[]> {
    const found: Evidence[] = [];
    for (const probe of probes) {
      if (this.#stopping.signal.aborted) break;
      found.push(await this.#runOne(probe));
    }
    return found;
  }

  async #runOne(probe: Probe): Promise<Evidence> {
    const { database, clock, ids, figures, log } = this.#options;
    const finding = await this.#look(probe);
    if (finding.outcome === "broken") {
      log.error("promise.broken", { probe: probe.name, detail: finding.detail });
    }
    return database.write({ role: "retention" }, (tx) =>
      appendEvidence(tx, { ids, now: clock.now(), figures }, probe.name, finding),
    );
  }

  // A probe that fails has proven nothing, neither way.
  async #look(probe: Probe): Promise<Finding> {
    try {
      return await probe.run(this.#stopping.signal);
    } catch (error) {
      this.#options.log.warn("promise.probe_failed", { probe: probe.name, error });
      return { outcome: "unknown", detail: "The probe could not look; the log says why.", checks: 0 };
    }
  }
}
