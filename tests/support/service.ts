import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const main = path.resolve(import.meta.dirname, "../../src/main.ts");
const flagsFile = path.resolve(import.meta.dirname, "../../bin/v8-flags.mjs");
// As `npm start` runs it.
const { v8Flags } = (await import(pathToFileURL(flagsFile).href)) as { v8Flags: string[] };
const startSecondsMax = 60;
const run = promisify(execFile);

/** What a test asks of a service. */
export interface ServiceOptions {
  /** Kept over restarts when the test gives one; made and removed otherwise. */
  dataFolder?: string;
  env?: Record<string, string>;
  roles?: string;
}

/** A key pair of an account. */
export interface Credentials {
  accountId: string;
  apiKey: string;
  secretKey: string;
}

/** What the service says of itself when it is ready. */
type ReadyLine = {
  publicUrl: string;
  signInUrl?: string;
  submission: { port: number; implicitTlsPort: number | null } | null;
  inbound: { port: number } | null;
} & Partial<Credentials>;

/** The service as its users meet it: a process of its own, with its embedded database. */
export class TestService {
  readonly dataFolder: string;
  readonly env: Record<string, string>;
  readonly roles: string | null;
  #process: ChildProcess | null = null;
  /** What the process has logged and printed, for the failure's text. */
  output = "";
  url = "";
  /** Where mail is handed in by SMTP; 0 where it is not. */
  submissionPort = 0;
  submissionTlsPort = 0;
  /** Where other servers bring mail; 0 where they do not. */
  inboundPort = 0;
  /** The link into the dashboard that the last start has printed. */
  signInUrl = "";
  /** The account that the first start makes; "" after a later one. */
  first: Credentials = { accountId: "", apiKey: "", secretKey: "" };

  constructor(options: ServiceOptions = {}) {
    this.dataFolder = options.dataFolder ?? mkdtempSync(path.join(tmpdir(), "facteur-test-"));
    this.env = {
      FACTEUR_LOG: "warn",
      FACTEUR_HTTP: "127.0.0.1:0",
      FACTEUR_SUBMISSION: "127.0.0.1:0",
      FACTEUR_INBOUND: "127.0.0.1:0",
      ...options.env,
    };
    this.roles = options.roles ?? null;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts the process and waits until it says that it is ready. */
  async start(): Promise<this> {
    const roles = this.roles === null ? [] : ["--roles", this.roles];
    const child = spawn(process.execPath, [...v8Flags, main, "serve", ...roles, "--json"], {
      env: { ...cleanEnv(), ...this.env, FACTEUR_DATA: this.dataFolder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    child.stderr?.on("data", (bytes: Buffer) => {
      this.output += bytes.toString();
    });
    const ready = await this.#ready(child);
    this.url = ready.publicUrl;
    this.submissionPort = ready.submission?.port ?? 0;
    this.submissionTlsPort = ready.submission?.implicitTlsPort ?? 0;
    this.inboundPort = ready.inbound?.port ?? 0;
    this.signInUrl = ready.signInUrl ?? "";
    if (ready.apiKey !== undefined) {
      const { accountId = "", apiKey, secretKey = "" } = ready;
      this.first = { accountId, apiKey, secretKey };
    }
    return this;
  }

  async #ready(child: ChildProcess): Promise<ReadyLine> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadyLine>();
    const timer = setTimeout(
      () => reject(new Error(`No start in ${startSecondsMax} s.\n${this.output}`)),
      startSecondsMax * 1000,
    );
    child.once("exit", (code, signal) =>
      reject(new Error(`The service ended (${code ?? signal}).\n${this.output}`)),
    );
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith('{"ready"')) resolve(JSON.parse(line));
      });
    }
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks the process to stop and waits for it. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null || !this.isRunning) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** The process number of the embedded PostgreSQL; 0 when none runs. */
  postgresPid(): number {
    try {
      const file = path.join(this.dataFolder, "postgres", "cluster", "postmaster.pid");
      return Number(readFileSync(file, "utf8").split("\n")[0]);
    } catch {
      return 0;
    }
  }

  /** Runs `facteur …` beside the service and reads its JSON. */
  async command(...args: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await run(process.execPath, [main, ...args, "--json"], {
      env: { ...cleanEnv(), ...this.env, FACTEUR_DATA: this.dataFolder },
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** An account that may send from a domain. */
  async account(address: string, domain: string): Promise<Credentials> {
    const made = (await this.command("account", "create", "--email", address)) as unknown as Credentials;
    await this.command("domain", "approve", domain, "--account", made.accountId);
    return made;
  }

  /** A request with a key pair. */
  async request(
    credentials: Credentials,
    method: string,
    target: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; headers: Headers; text: string; json: () => unknown }> {
    const authorization = `Basic ${Buffer.from(`${credentials.apiKey}:${credentials.secretKey}`).toString("base64")}`;
    const response = await fetch(`${this.url}${target}`, {
      method,
      headers: { authorization, "content-type": "application/json", ...options.headers },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as unknown,
    };
  }

  /** Stops everything and removes the data. */
  async remove(): Promise<void> {
    await this.stop();
    const pid = this.postgresPid();
    if (pid > 0) endQuietly(pid);
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}

/** Starts a service that ends with the test. */
export async function testService(
  t: { after(work: () => Promise<void>): void },
  options: ServiceOptions = {},
): Promise<TestService> {
  const service = new TestService(options);
  t.after(() => service.remove());
  return service.start();
}

// Settings of the person who runs the tests must not leak into the service.
function cleanEnv(): Record<string, string | undefined> {
  const entries = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("FACTEUR_") && name !== "DATABASE_URL",
  );
  return Object.fromEntries(entries);
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGQUIT");
  } catch {
    // It has ended by itself.
  }
}
