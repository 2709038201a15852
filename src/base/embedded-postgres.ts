import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Cluster,
  clusterUser,
  type EmbeddedOptions,
  ensureServer,
  openCluster,
  type RunningServer,
  removeSocketFolder,
  shutDown,
} from "./postgres-cluster.ts";
import { enterUsers, hasUsers, withLock } from "./postgres-lock.ts";
import { findServer, isAlive } from "./postgres-process.ts";

export type { EmbeddedOptions } from "./postgres-cluster.ts";
export type { ServerSettings } from "./postgres-settings.ts";

/** A PostgreSQL of our own, running. */
export type EmbeddedPostgres = {
  connection: { socketDir: string; port: number; user: string; database: string };
  /** The server's process; another one after a restart. */
  readonly pid: number;
  /** Whether the server ran already, for another process or left by one that was killed. */
  reused: boolean;
  /** Stops the server, unless another process uses it. */
  stop(): Promise<void>;
};

const watchMs = 1000; // how long a dead server stays unnoticed
const restartsMax = 5; // within the time below; a server that dies more often needs a person, and is tried slowly
const slowRestartMs = 15_000;
const restartWindowMs = 10 * 60 * 1000;

/** Starts PostgreSQL on the data in `folder`, made on first use, or joins the server that runs there: several
 *  processes may use one server, and the last to leave stops it. A server that dies is started again. Run by
 *  root, it changes to an unprivileged user; that user then owns the data. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const cluster = openCluster(options);
  const users = join(cluster.folder, "users");
  const { leave, server, reused } = await locked(cluster, async () => {
    const leave = enterUsers(users);
    try {
      return { leave, ...(await ensureServer(cluster)) };
    } catch (error) {
      leave();
      throw error;
    }
  });
  options.log.info(reused ? "postgres.joined" : "postgres.started", { pid: server.mark.pid });
  return new Embedded({ cluster, users, leave, server, reused });
}

type Joined = { cluster: Cluster; users: string; leave: () => void; server: RunningServer; reused: boolean };

class Embedded implements EmbeddedPostgres {
  readonly connection: EmbeddedPostgres["connection"];
  readonly reused: boolean;
  readonly #cluster: Cluster;
  readonly #users: string;
  readonly #leave: () => void;
  readonly #watch: NodeJS.Timeout;
  readonly #onExit = () => this.#stopAtExit();
  #server: RunningServer;
  readonly #quit = new AbortController();
  #restarts: number[] = [];
  #restarting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor({ cluster, users, leave, server, reused }: Joined) {
    this.connection = {
      socketDir: server.socketDir,
      port: server.port,
      user: clusterUser,
      database: "postgres",
    };
    this.reused = reused;
    this.#cluster = cluster;
    this.#users = users;
    this.#leave = leave;
    this.#server = server;
    this.#watch = setInterval(() => this.#check(), watchMs);
    this.#watch.unref();
    process.once("exit", this.#onExit);
  }

  get pid(): number {
    return this.#server.mark.pid;
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#watch);
    process.off("exit", this.#onExit);
    this.#quit.abort();
    await this.#restarting;
    await locked(this.#cluster, async () => {
      this.#leave();
      if (hasUsers(this.#users)) return;
      await shutDown(this.#cluster);
      removeSocketFolder(this.#cluster);
    });
  }

  // A process that ends without having called stop: nothing can be waited for any more.
  #stopAtExit(): void {
    this.#leave();
    const found = findServer(this.#cluster.dataFolder);
    if (found.kind === "running" && !hasUsers(this.#users)) process.kill(found.mark.pid, "SIGINT");
  }

  #check(): void {
    if (this.#restarting || isAlive(this.#server.mark)) return;
    this.#restarting = this.#restart().finally(() => {
      this.#restarting = undefined;
    });
  }

  async #restart(): Promise<void> {
    const { log } = this.#cluster;
    const now = performance.now();
    this.#restarts = [...this.#restarts.filter((at) => at > now - restartWindowMs), now];
    if (this.#restarts.length > restartsMax) {
      // A full disk may be emptied by somebody: it goes on, slowly, and says so.
      log.error("postgres.dies_again_and_again", {
        restarts: restartsMax,
        minutes: restartWindowMs / 60_000,
      });
      await pause(slowRestartMs, undefined, { signal: this.#quit.signal }).catch(() => {});
      if (this.#quit.signal.aborted) return;
    }
    log.warn("postgres.died", { pid: this.pid });
    try {
      const { server } = await locked(this.#cluster, () => ensureServer(this.#cluster));
      this.#server = server;
      log.info("postgres.restarted", { pid: this.pid });
    } catch (error) {
      log.error("postgres.restart_failed", { error });
    }
  }
}

function locked<T>(cluster: Cluster, work: () => Promise<T>): Promise<T> {
  return withLock(join(cluster.folder, "locks"), work);
}
