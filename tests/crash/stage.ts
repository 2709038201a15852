import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DatabaseAddress } from "../../src/base/database.ts";
import { type EmbeddedPostgres, startEmbedded } from "../../src/base/embedded-postgres.ts";
import { findServer } from "../../src/base/postgres-process.ts";
import { silent } from "../support/database.ts";
import type { Credentials } from "../support/service.ts";
import { Audience } from "./audience.ts";
import { Books } from "./books.ts";
import { Clients } from "./clients.ts";
import type { Evidence, Takeover, Tellings } from "./ledger.ts";
import { Node } from "./node.ts";
import type { Random } from "./random.ts";
import { Sinks } from "./sinks.ts";

const senderDomain = "shop.example";
// Nothing has moved for so long: what is left waits for its time, or for ever.
const stillMs = 4000;
// A claimed row that does not move for so long is stuck: every way back is shorter.
const stuckMs = 120_000;
// Longer than what is in doubt rests. Doubled while nothing comes of it: destinations that cut connections are in pauses.
const advanceMinutes = 11;
const advanceDoublingsMax = 4;
const advancesMax = 60;
// After so many, servers stop cutting connections: a sender spares one that does, and the end would take hours of nothing.
const advancesUntilCalm = 20;
// An endpoint catches up with all that happened, a thousand events a second or so, and what failed has its second try.
const tellPauseMs = 500;
const tellRoundsAtRest = 4;
const tellRoundsMax = 240;

/** What a phase is played on. */
export interface StageOptions {
  random: Random;
  messages: number;
  nodes: number;
  /** One folder for all nodes, as processes of one machine have it, or one for each. */
  folders: "one" | "each";
  /** A PostgreSQL of its own beside the nodes, or that of the only node. */
  database: "embedded" | "shared";
  dataFolder?: string;
  env: Record<string, string>;
}

/** The nodes, their database, the sinks and the clients, and what has been done to them. */
export class Stage {
  readonly nodes: Node[] = [];
  readonly random: Random;
  readonly kills = { node: 0, database: 0 };
  stalls = 0;
  /** Starts that failed because the database was killed under them, or the disk was full. */
  failedStarts = 0;
  readonly troubles: string[] = [];
  readonly takeovers: Takeover[] = [];
  /** What may be reported as perhaps sent, for what was done so far. */
  unknownExplained = 0;
  sinks!: Sinks;
  clients!: Clients;
  books!: Books;
  audience!: Audience;
  readonly folder: string;
  readonly #options: StageOptions;
  #server: EmbeddedPostgres | null = null;

  private constructor(options: StageOptions) {
    this.#options = options;
    this.random = options.random;
    this.folder = options.dataFolder ?? mkdtempSync(path.join(tmpdir(), "facteur-crash-"));
  }

  static async open(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options);
    try {
      await stage.#build();
      return stage;
    } catch (error) {
      await stage.close({ keepsFolder: false });
      throw error;
    }
  }

  async #build(): Promise<void> {
    const { random, messages, nodes, folders, database, env } = this.#options;
    this.sinks = await Sinks.start(random.fork("sinks"));
    const all: Record<string, string> = { FACTEUR_ROUTES: this.sinks.routes, ...env };
    if (database === "shared") {
      this.#server = await startEmbedded({ folder: path.join(this.folder, "server"), log: silent });
      all.DATABASE_URL = urlOf(this.#server.connection);
    }
    for (let number = 0; number < nodes; number++) {
      const dataFolder = path.join(this.folder, folders === "one" ? "data" : `data-${number}`);
      if (folders === "each" && number > 0) this.#copyRootKey(dataFolder);
      const node = await Node.make({ dataFolder, env: all });
      this.nodes.push(node);
      await node.start();
    }
    const [first] = this.nodes as [Node];
    // Not the account of the first start, which is told of once: on a busy machine that start may have to be repeated.
    const credentials: Credentials = await first.service.account(`news@${senderDomain}`, senderDomain);
    this.audience = await Audience.open(random.fork("audience"), first, credentials);
    this.books = new Books(() => this.#address());
    this.clients = new Clients({
      entrances: this.nodes,
      credentials,
      from: `news@${senderDomain}`,
      messages,
      random,
    });
  }

  #copyRootKey(dataFolder: string): void {
    mkdirSync(path.join(dataFolder, "secrets"), { recursive: true, mode: 0o700 });
    const key = path.join("secrets", "root.key");
    copyFileSync(path.join(this.folder, "data-0", key), path.join(dataFolder, key));
  }

  #address(): DatabaseAddress {
    if (this.#server !== null) return this.#server.connection;
    const found = findServer(path.join(this.#clusterFolder()));
    if (found.kind !== "running") throw new Error("The embedded PostgreSQL does not run.");
    return { socketDir: found.socketDir, port: found.port, user: "facteur", database: "postgres" };
  }

  #clusterFolder(): string {
    const own = path.join(this.folder, "server", "cluster");
    const [first] = this.nodes;
    return this.#server === null ? path.join(first?.service.dataFolder ?? "", "postgres", "cluster") : own;
  }

  /** Kills a node and starts it again. It may be killed once more while it starts. */
  async killNode(node: Node, restMs: number): Promise<void> {
    await this.#hit(node, () => node.service.kill());
    node.restart = this.#comeBack(node, restMs);
    node.restart.catch(() => undefined);
  }

  async #comeBack(node: Node, restMs: number): Promise<void> {
    await pause(restMs);
    this.failedStarts += await node.start((trouble) => this.troubles.push(trouble));
  }

  /** Kills a node, and leaves it to the caller to start it. */
  async killInPlace(node: Node): Promise<void> {
    await this.#hit(node, () => node.service.kill());
  }

  /** Kills a node while it starts, behind a kill. */
  async killWhileStarting(node: Node, afterMs: number): Promise<void> {
    await this.#hit(node, () => node.service.kill());
    await this.#hit(node, () => node.startAndKill(afterMs));
    node.restart = this.#comeBack(node, 0);
    node.restart.catch(() => undefined);
  }

  // At most what is on the wire at that moment can be in doubt later.
  async #hit(node: Node, kill: () => Promise<void>): Promise<void> {
    await node.restart;
    this.unknownExplained += this.sinks.open;
    this.kills.node++;
    await kill();
  }

  /** Kills the server itself, or one of its processes: then it throws out all others and recovers. */
  killDatabase(): void {
    const found = findServer(this.#clusterFolder());
    if (found.kind !== "running") return;
    const { pid } = found.mark;
    const children = childrenOf(pid);
    const victim = children.length > 0 && this.random.chance(0.5) ? this.random.pick(children) : pid;
    try {
      process.kill(victim, "SIGKILL");
      this.kills.database++;
    } catch {
      // It has ended by itself since it was counted.
    }
  }

  /** Waits until everything has its end. What waits for its time gets it: the clock is advanced. */
  async settle(): Promise<void> {
    for (const node of this.nodes) await node.restart;
    let advances = 0;
    let vain = 0;
    let last = { queued: -1, claimed: -1 };
    for (let stillSince = performance.now(); ; await pause(250)) {
      const state = await this.books.queue();
      if (state.queued === 0) return await this.#tellAll();
      if (state.queued !== last.queued || state.claimed !== last.claimed) {
        stillSince = performance.now();
        vain = 0;
      }
      last = state;
      const stillFor = performance.now() - stillSince;
      if (stillFor > stuckMs || advances > advancesMax) {
        this.troubles.push(`stuck: ${state.queued} queued, ${state.claimed} of them claimed`);
        return;
      }
      if (stillFor < stillMs || state.claimed > 0) continue;
      await this.advanceClock(`${advanceMinutes * 2 ** Math.min(vain, advanceDoublingsMax)}m`);
      advances++;
      vain++;
      if (advances === advancesUntilCalm) this.sinks.isDropping = false;
      stillSince = performance.now();
    }
  }

  // An endpoint that has failed is tried again when its time has come. Advancing the clock may also bring an event.
  async #tellAll(): Promise<void> {
    for (let round = 0; round < tellRoundsMax; round++) {
      const events = await this.books.events();
      const sent = events.filter(({ kind }) => kind === "sent").map(({ id }) => id);
      if (
        this.audience.hasHeard(
          events.map(({ id }) => id),
          sent,
        )
      )
        return;
      await pause(tellPauseMs);
      if (round % tellRoundsAtRest === tellRoundsAtRest - 1) await this.advanceClock("31s");
    }
  }

  async #tellings(): Promise<Tellings> {
    const { each, grouped } = this.audience;
    const [first] = this.nodes as [Node];
    return {
      ...{ each, grouped: new Set(grouped) },
      feed: await this.audience.readFeed(first),
      statistics: await this.audience.readStatistics(first, (await this.books.messages()).length),
    };
  }

  async advanceClock(span: string): Promise<void> {
    const [first] = this.nodes as [Node];
    await first.service.command("clock", "advance", span).catch((error: unknown) => {
      this.troubles.push(`the clock was not advanced: ${(error as Error).message.slice(0, 300)}`);
    });
  }

  async evidence(): Promise<Evidence> {
    const { books } = this;
    return {
      ...this.evidenceOfClients(),
      messages: await books.messages(),
      events: await books.events(),
      queued: (await books.queue()).queued,
      usage: await books.usage(),
      tellings: await this.#tellings(),
    };
  }

  /** What is known when the database cannot be asked. */
  evidenceOfClients(): Evidence {
    const { sinks, clients, takeovers, troubles } = this;
    const unknownExplained = this.unknownExplained + sinks.cutInDoubt;
    const { calls } = clients;
    const books = { messages: [], events: [], queued: 0, usage: 0 };
    return {
      ...books,
      calls,
      receipts: sinks.receipts,
      unknownExplained,
      takeovers,
      tellings: null,
      troubles,
    };
  }

  /** Ends everything. @param keepsFolder for whoever looks at what went wrong */
  async close({ keepsFolder }: { keepsFolder: boolean }): Promise<void> {
    await this.books?.close();
    for (const node of this.nodes) {
      await node.restart.catch(() => undefined);
      if (node.isRunning) await node.service.stop();
    }
    if (this.#server === null) endServer(this.#clusterFolder());
    await this.#server?.stop();
    await this.sinks?.close();
    await this.audience?.close();
    if (!keepsFolder) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Ends the embedded server of a node that was killed and has left it running. */
function endServer(clusterFolder: string): void {
  const found = findServer(clusterFolder);
  if (found.kind === "running") process.kill(found.mark.pid, "SIGQUIT");
}

function urlOf({ socketDir, port, user, database }: EmbeddedPostgres["connection"]): string {
  return `postgres:///${database}?${new URLSearchParams({ host: socketDir, port: String(port), user })}`;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
