import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { canReach, type ServerAccount, serverAccount } from "./postgres-account.ts";
import { type Binaries, prepareBinaries } from "./postgres-binaries.ts";
import type { DatabaseLog } from "./postgres-listener.ts";
import {
  findServer,
  forgetDeadServer,
  hasProcessesIn,
  isAlive,
  type ProcessMark,
  type ServerState,
} from "./postgres-process.ts";
import { embeddedSettings, type ServerSettings, settingArguments } from "./postgres-settings.ts";

export type EmbeddedOptions = {
  /** Holds all that belongs to the server: `cluster` (the data), its programs, its log. */
  folder: string;
  log: DatabaseLog;
  /** Replaces settings of ours, for tests. */
  settings?: ServerSettings;
  /** Where the copy of the programs lies when not in `folder`; several servers may share it. */
  programsFolder?: string;
};

/** The data of one embedded server and what it takes to run it. */
export type Cluster = {
  folder: string;
  dataFolder: string;
  programsFolder: string;
  account: ServerAccount;
  settings: ServerSettings;
  log: DatabaseLog;
};

/** A server that answers. */
export type RunningServer = { mark: ProcessMark; socketDir: string; port: number };

/** The owner of the embedded database; a name of ours, since the operating system's user may change. */
export const clusterUser = "facteur";

const startSecondsMax = 600; // recovery reads at most max_wal_size again; a slow disk may take minutes
const tellSeconds = 10; // how often a start that takes long is told of
const stopSecondsMax = 20; // a fast shutdown ends connections and writes the buffers
const quitSecondsMax = 5; // an immediate one only ends; the next start recovers
const leftoverSecondsMax = 20; // workers of a killed server notice within a second
const pollMs = 20;
const logBytesMax = 1024 * 1024; // a few lines a start; one older file is kept
const socketPathBytesMax = 100; // sockaddr_un holds 107 bytes on Linux and 103 on macOS

/** Names the folders of a cluster and chooses who runs it. */
export function openCluster(options: EmbeddedOptions): Cluster {
  const path = resolve(options.folder);
  const dataFolder = join(path, "cluster");
  const account = serverAccount(dataFolder);
  mkdirSync(path, { recursive: true, mode: account.ids ? 0o711 : 0o700 });
  if (account.ids && !worksByFolder() && !canReach(account, path)) {
    throw new Error(
      `The user ${account.name}, who runs PostgreSQL, cannot enter ${path}. Choose another folder.`,
    );
  }
  const settings = { ...embeddedSettings, ...options.settings };
  return {
    folder: path,
    dataFolder,
    programsFolder: options.programsFolder ?? path,
    account,
    settings,
    log: options.log,
  };
}

/** Returns the cluster's server, starting it when none runs. */
export async function ensureServer(cluster: Cluster): Promise<{ server: RunningServer; reused: boolean }> {
  const found = findServer(cluster.dataFolder);
  if (found.kind === "running" && found.status !== "stopping") {
    const server = await untilReady(cluster, () => undefined);
    if (existsSync(socketPath(server))) return { server, reused: true };
    cluster.log.warn("postgres.socket_removed", { socketDir: server.socketDir });
    await shutDown(cluster);
  }
  await untilGone(cluster);
  const binaries = prepareBinaries(cluster.programsFolder, cluster.account);
  if (!existsSync(join(cluster.dataFolder, "PG_VERSION"))) await initialise(cluster, binaries);
  assertVersion(cluster, binaries);
  return { server: await launch(cluster, binaries), reused: false };
}

/** Stops the server, whoever started it: connections end, everything is written. A server that does not obey is
 *  cut short; its next start recovers. */
export async function shutDown(cluster: Cluster): Promise<void> {
  const found = findServer(cluster.dataFolder);
  if (found.kind === "none") return;
  for (const [signal, seconds] of [
    ["SIGINT", stopSecondsMax],
    ["SIGQUIT", quitSecondsMax],
  ] as const) {
    if (await endsAfter(found.mark, signal, seconds)) return;
    cluster.log.warn("postgres.stop_timed_out", { signal, seconds });
  }
  await endsAfter(found.mark, "SIGKILL", quitSecondsMax);
}

/** Removes the folder of the socket once no server uses it. */
export function removeSocketFolder(cluster: Cluster): void {
  const recorded = recordedSocketFolder(cluster);
  if (recorded) rmSync(recorded, { recursive: true, force: true });
  rmSync(socketRecord(cluster), { force: true });
}

async function endsAfter(mark: ProcessMark, signal: NodeJS.Signals, seconds: number): Promise<boolean> {
  if (!isAlive(mark)) return true;
  process.kill(mark.pid, signal);
  return await untilTrue(() => !isAlive(mark), seconds);
}

async function untilTrue(holds: () => boolean, seconds: number): Promise<boolean> {
  const until = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > until) return false;
    await pause(pollMs);
  }
  return true;
}

// A server that stops, or the workers of one that was killed: they hold the shared memory, and the next server
// refuses to start beside them.
async function untilGone(cluster: Cluster): Promise<void> {
  const { dataFolder, log } = cluster;
  const found = findServer(dataFolder);
  if (found.kind === "running") {
    log.info("postgres.awaiting_stop", { pid: found.mark.pid });
    await untilTrue(() => !isAlive(found.mark), stopSecondsMax);
  }
  if (!(await untilTrue(() => !hasProcessesIn(dataFolder), leftoverSecondsMax))) {
    throw new Error(`Processes of an earlier server still work in ${dataFolder}. End them and start again.`);
  }
  forgetDeadServer(dataFolder);
}

async function initialise(cluster: Cluster, binaries: Binaries): Promise<void> {
  const { account, dataFolder, settings } = cluster;
  if (existsSync(dataFolder) && readdirSync(dataFolder).length > 0) {
    throw new Error(`${dataFolder} holds files that are not a database. Move them away and start again.`);
  }
  // Made under another name, so that a cluster is whole when it exists.
  const draft = `${dataFolder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  if (account.ids) chownSync(draft, account.ids.uid, account.ids.gid);
  const args = ["-D", dataArgument(cluster, draft), "-U", clusterUser, "-E", "UTF8", "--locale=C"];
  const durable = settings.fsync === "off" ? ["--no-sync"] : [];
  args.push("--auth-local=trust", "--auth-host=reject", "--no-instructions", ...durable);
  try {
    await promisify(execFile)(join(binaries.folder, "bin", "initdb"), args, spawnOptions(cluster, draft));
  } catch (error) {
    throw startFailure(cluster, "initdb", error);
  }
  renameSync(draft, dataFolder);
  cluster.log.info("postgres.created", { folder: dataFolder, version: binaries.version });
}

function assertVersion({ dataFolder }: Cluster, { major }: Binaries): void {
  const found = readFileSync(join(dataFolder, "PG_VERSION"), "utf8").trim();
  if (found === major) return;
  throw new Error(
    `The data in ${dataFolder} are of PostgreSQL ${found}, this release brings ${major}, which cannot read them. ` +
      "Make a backup with the release that wrote them (facteur backup), move the folder away, and restore the " +
      "backup with this one (facteur restore).",
  );
}

async function launch(cluster: Cluster, binaries: Binaries): Promise<RunningServer> {
  const { dataFolder, settings } = cluster;
  const logPath = join(cluster.folder, "postgres.log");
  const logStart = prepareLog(logPath);
  const output = openSync(logPath, "a", 0o600);
  const socketDir = socketFolder(cluster);
  const args = ["-D", dataArgument(cluster, dataFolder)];
  args.push(...settingArguments({ ...settings, unix_socket_directories: socketDir }));
  const child = spawn(join(binaries.folder, "bin", "postgres"), args, {
    ...spawnOptions(cluster, dataFolder),
    detached: true, // a group of its own: Ctrl-C at our terminal must not take it away before we are done
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = startFailure(cluster, "postgres", error);
  });
  child.once("exit", () => {
    failure ??= startFailure(cluster, "postgres", {
      stderr: readFileSync(logPath).subarray(logStart).toString(),
    });
  });
  const server = await untilReady(cluster, () => failure);
  child.removeAllListeners("exit"); // from now on its end is no failure to start
  return server;
}

async function untilReady(cluster: Cluster, failure: () => Error | undefined): Promise<RunningServer> {
  const started = performance.now();
  let told = 0;
  for (;;) {
    const state = findServer(cluster.dataFolder);
    if (isReady(state)) return { mark: state.mark, socketDir: state.socketDir, port: state.port };
    const problem = failure();
    if (problem) throw problem;
    const seconds = (performance.now() - started) / 1000;
    if (seconds > startSecondsMax)
      throw new Error(`PostgreSQL did not start within ${startSecondsMax} seconds.`);
    if (seconds > (told + 1) * tellSeconds) {
      told += 1;
      cluster.log.info("postgres.starting", { seconds: told * tellSeconds });
    }
    await pause(pollMs);
  }
}

function isReady(state: ServerState): state is ServerState & { kind: "running" } {
  return state.kind === "running" && state.status === "ready";
}

/** The file of a server's socket. */
function socketPath({ socketDir, port }: RunningServer): string {
  return join(socketDir, `.s.PGSQL.${port}`);
}

// Linux resolves /proc/self/cwd without asking for the right to pass the folders above, and Node enters the
// folder before it changes the user: so root's data may lie where the server's user could not go by name.
function dataArgument(cluster: Cluster, dataFolder: string): string {
  return cluster.account.ids && worksByFolder() ? "/proc/self/cwd" : dataFolder;
}

function worksByFolder(): boolean {
  return existsSync("/proc/self/cwd");
}

// Nothing of our environment goes along: it may hold secrets.
function spawnOptions({ account }: Cluster, cwd: string) {
  return { cwd, env: { PATH: "/usr/bin:/bin", LC_ALL: "C" }, ...account.ids };
}

function startFailure({ account }: Cluster, program: string, error: unknown): Error {
  const { code, stderr, message } = error as { code?: string | number; stderr?: string; message?: string };
  if (code === "EPERM") {
    return new Error(
      `We may not become the user ${account.name} to run PostgreSQL. Set DATABASE_URL to a server.`,
    );
  }
  if (code === "ENOENT") {
    return new Error(
      `PostgreSQL's ${program} does not run on this system (it needs glibc). Set DATABASE_URL.`,
    );
  }
  const lines = (stderr || message || "no reason given").trim().split("\n").slice(-5).join("\n");
  return new Error(`PostgreSQL's ${program} failed:\n${lines}`);
}

function prepareLog(path: string): number {
  if (!existsSync(path)) return 0;
  const { size } = statSync(path);
  if (size <= logBytesMax) return size;
  renameSync(path, `${path}.old`);
  return 0;
}

// The same folder after a crash, since connections that are being renewed look for it; emptied, since the dead
// server's lock names a process whose number may live again.
function socketFolder(cluster: Cluster): string {
  const recorded = recordedSocketFolder(cluster);
  if (recorded) {
    for (const name of readdirSync(recorded)) rmSync(join(recorded, name), { force: true });
    return recorded;
  }
  const { ids } = cluster.account;
  const base = [tmpdir(), "/tmp"].find(
    (path) =>
      path.length + "/facteur-XXXXXX/.s.PGSQL.65535".length <= socketPathBytesMax &&
      canReach(cluster.account, path),
  );
  if (!base)
    throw new Error("There is no folder for PostgreSQL's socket. Set TMPDIR to one with a short name.");
  const path = mkdtempSync(join(base, "facteur-"));
  chmodSync(path, 0o700);
  if (ids) chownSync(path, ids.uid, ids.gid);
  writeFileSync(socketRecord(cluster), path, { mode: 0o600 });
  return path;
}

// Somebody else may have made a folder of that name after ours was cleaned away.
function recordedSocketFolder(cluster: Cluster): string | undefined {
  try {
    const path = readFileSync(socketRecord(cluster), "utf8");
    const stat = lstatSync(path);
    const owner = cluster.account.ids?.uid ?? process.getuid?.();
    return stat.isDirectory() && stat.uid === owner && (stat.mode & 0o077) === 0 ? path : undefined;
  } catch {
    return undefined;
  }
}

function socketRecord({ folder }: Cluster): string {
  return join(folder, "socket");
}
