// The load generator: a process of its own that writes requests made beforehand to plain sockets and reads no more of
// an answer than its status and length. What it costs is in its result.
import { connect, type Socket } from "node:net";
import { bodyOf, type CallKind, PreparedCall, type Recipients } from "./requests.ts";

/** What to send. */
export interface LoadPlan {
  url: string;
  authorization: string;
  kind: CallKind;
  calls: number;
  connections: number;
  /** Calls a second at fixed times, whether earlier ones were answered or not; null as fast as answers come. */
  rate: number | null;
  /** The first number this load uses: no two loads may share one. */
  firstNumber: number;
  recipients: Recipients;
}

/** What came of it. */
export interface LoadResult {
  seconds: number;
  /** Of every call, from the moment it was due until its answer, sorted. Milliseconds. */
  latencies: number[];
  /** Of this process. */
  cpuSeconds: number;
  refused: number;
  firstRefusal: string;
}

// Different texts in turn; more would only fill memory.
const callsPrepared = 16;

if (process.send !== undefined) {
  process.once("message", (plan: LoadPlan) => {
    run(plan).then(
      (result) => process.send?.({ result }, () => process.disconnect()),
      (error: unknown) => process.send?.({ error: String(error) }, () => process.disconnect()),
    );
  });
}

async function run(plan: LoadPlan): Promise<LoadResult> {
  const load = new Load(plan);
  await load.open();
  const begin = process.cpuUsage();
  const startedAt = performance.now();
  await load.run(startedAt);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(begin);
  load.close();
  const latencies = load.latencies.sort((a, b) => a - b);
  return { seconds, latencies, cpuSeconds: (user + system) / 1e6, ...load.refusals };
}

class Load {
  readonly #plan: LoadPlan;
  readonly #idle: Caller[] = [];
  readonly #callers: Caller[] = [];
  readonly latencies: number[] = [];
  readonly refusals = { refused: 0, firstRefusal: "" };
  #sent = 0;
  #number: number;
  #whenIdle: (() => void) | null = null;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#number = plan.firstNumber;
  }

  async open(): Promise<void> {
    const { connections } = this.#plan;
    const calls = preparedCalls(this.#plan);
    for (let index = 0; index < connections; index++) {
      const caller = new Caller(this.#plan.url, calls[index % calls.length] as () => PreparedCall);
      await caller.open();
      this.#callers.push(caller);
      this.#idle.push(caller);
    }
  }

  async run(startedAt: number): Promise<void> {
    const { calls, rate } = this.#plan;
    const done: Promise<void>[] = [];
    while (this.#sent < calls) {
      const dueAt = rate === null ? performance.now() : startedAt + (this.#sent * 1000) / rate;
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const caller = this.#idle.pop();
      if (caller === undefined) {
        await new Promise<void>((resolve) => {
          this.#whenIdle = resolve;
        });
        continue;
      }
      this.#sent++;
      done.push(this.#call(caller, dueAt));
    }
    await Promise.all(done);
  }

  async #call(caller: Caller, dueAt: number): Promise<void> {
    const number = this.#number;
    this.#number += caller.numbers;
    const answer = await caller.call(number);
    this.latencies.push(performance.now() - dueAt);
    if (answer.status !== 200) {
      this.refusals.refused++;
      this.refusals.firstRefusal ||= `${answer.status} ${answer.text}`;
    }
    this.#idle.push(caller);
    this.#whenIdle?.();
    this.#whenIdle = null;
  }

  close(): void {
    for (const caller of this.#callers) caller.close();
  }
}

// Each connection has bytes of its own: the kernel may still be reading them when the next call is numbered.
function preparedCalls({ url, authorization, kind, recipients }: LoadPlan): (() => PreparedCall)[] {
  const { host } = new URL(url);
  const head = `POST /v3.1/send HTTP/1.1\r\nhost: ${host}\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n`;
  return Array.from({ length: callsPrepared }, (_, seed) => {
    const body = bodyOf(kind, seed, recipients);
    return () => new PreparedCall(head, body);
  });
}

interface Answer {
  status: number;
  text: string;
}

/** One connection, one call at a time. */
class Caller {
  readonly #url: URL;
  readonly #call: PreparedCall;
  #socket: Socket | null = null;
  #buffer: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  constructor(url: string, make: () => PreparedCall) {
    this.#url = new URL(url);
    this.#call = make();
  }

  get numbers(): number {
    return this.#call.numbers;
  }

  async open(): Promise<void> {
    const socket = connect(Number(this.#url.port), this.#url.hostname);
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("error", (error) => this.#waiting?.reject(error));
    socket.on("close", () => {
      this.#socket = null;
      this.#waiting?.reject(new Error("The server closed the connection without an answer."));
    });
    this.#socket = socket;
  }

  async call(number: number): Promise<Answer> {
    if (this.#socket === null) await this.open();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket?.write(this.#call.numbered(number));
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket?.destroy();
  }

  #read(bytes: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
    const headEnd = this.#buffer.indexOf("\r\n\r\n");
    if (headEnd === -1) return;
    const head = this.#buffer.toString("latin1", 0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.#buffer.length < end) return;
    const status = Number(head.slice(9, 12));
    const text =
      status === 200 ? "" : this.#buffer.toString("utf8", headEnd + 4, Math.min(end, headEnd + 504));
    this.#buffer = this.#buffer.subarray(end);
    // The server ends a connection after so many requests, and says so.
    if (/\r\nconnection: close/i.test(head)) {
      this.#socket?.removeAllListeners("close");
      this.#socket?.destroy();
      this.#socket = null;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status, text });
  }
}
