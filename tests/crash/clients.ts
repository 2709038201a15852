import { setTimeout as pause } from "node:timers/promises";
import type { Credentials } from "../support/service.ts";
import { type Answer, addressesOf, type Call, type CallKind, messagesOf } from "./ledger.ts";
import type { Random } from "./random.ts";

const clientsAtOnce = 8;
// Of all messages, how many come in batches; of the other calls, how many by our own API.
const batchShare = 0.6;
const ownShare = 0.4;
// Of the calls, how many have no Idempotency-Key, are hung up on, made twice at once, or repeated after their answer.
const unkeyedShare = 0.2;
const hangUpShare = 0.06;
const doubleShare = 0.05;
const againShare = 0.05;
// How long a client waits for an answer; one that hangs up does so within a few milliseconds.
const answerMsMax = 8000;
const hangUpMsMax = 60;
// Between two tries, and after how long a call is given up: longer than any recovery.
const retryMs = 60;
const giveUpMs = 240_000;
const textBytesMax = 6000;

/** Where calls go: any node that serves HTTP. */
export interface Entrance {
  url: string;
}

export interface ClientOptions {
  entrances: Entrance[];
  credentials: Credentials;
  from: string;
  messages: number;
  random: Random;
}

/** Clients of every degree of care. They work as far as they are let. */
export class Clients {
  readonly calls: Call[];
  readonly #options: ClientOptions;
  readonly #random: Random;
  readonly #authorization: string;
  readonly #wake = new Set<() => void>();
  #released = 0;
  #next = 0;
  #doneMessages = 0;
  #refused = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#random = options.random.fork("clients");
    const { apiKey, secretKey } = options.credentials;
    this.#authorization = `Basic ${Buffer.from(`${apiKey}:${secretKey}`).toString("base64")}`;
    this.calls = planCalls(options.messages, options.random.fork("calls"));
  }

  /** Messages whose call is over. */
  get done(): number {
    return this.#doneMessages;
  }

  get messages(): number {
    return this.#options.messages;
  }

  /** Tries that were told "not taken". */
  get refused(): number {
    return this.#refused;
  }

  /** Lets the clients go on until a share of all messages is handed in. */
  release(share: number): void {
    this.#released = share;
    for (const wake of this.#wake) wake();
    this.#wake.clear();
  }

  /** Hands in everything; resolves when every call has its end. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: clientsAtOnce }, () => this.#work()));
  }

  async #work(): Promise<void> {
    for (;;) {
      const call = this.calls[this.#next];
      if (call === undefined) return;
      if (this.#next >= this.#released * this.calls.length) {
        await new Promise<void>((resolve) => this.#wake.add(resolve));
        continue;
      }
      this.#next++;
      await this.#insist(call);
      this.#doneMessages += messagesOf[call.kind];
    }
  }

  async #insist(call: Call): Promise<void> {
    const until = performance.now() + giveUpMs;
    while (performance.now() < until) {
      const answers = await this.#tryOnce(call);
      call.tries.push(...answers);
      this.#refused += answers.filter(({ kind }) => kind === "refused").length;
      if (isOver(call, answers)) break;
      await pause(retryMs);
    }
    if (call.key !== null && this.#random.chance(againShare)) call.tries.push(await this.#ask(call, 0));
  }

  /** One request; or two at once with the same key, as a client that has lost patience sends them. */
  async #tryOnce(call: Call): Promise<Answer[]> {
    const number = call.tries.length;
    if (call.key === null || !this.#random.chance(doubleShare)) return [await this.#ask(call, number)];
    return Promise.all([this.#ask(call, number), this.#ask(call, number)]);
  }

  async #ask(call: Call, tryNumber: number): Promise<Answer> {
    const hangsUp = call.key !== null && this.#random.chance(hangUpShare);
    const signal = AbortSignal.timeout(hangsUp ? this.#random.between(1, hangUpMsMax) : answerMsMax);
    const entrance = this.#random.pick(this.#options.entrances);
    const { path, body } = requestOf(call, tryNumber, this.#options.from);
    try {
      const response = await fetch(`${entrance.url}${path}`, {
        method: "POST",
        headers: {
          authorization: this.#authorization,
          "content-type": "application/json",
          ...(call.key === null ? {} : { "idempotency-key": call.key }),
        },
        body: JSON.stringify(body),
        signal,
      });
      return answerOf(response.status, await response.text());
    } catch (error) {
      return failureOf(error);
    }
  }
}

function planCalls(messages: number, random: Random): Call[] {
  const calls: Call[] = [];
  for (let left = messages; left > 0; ) {
    // A batch holds as many as fifty single ones.
    const isBatch =
      left >= messagesOf.batch && random.chance(batchShare / (batchShare + (1 - batchShare) * 50));
    const kind: CallKind = isBatch ? "batch" : random.chance(ownShare) ? "own" : "single";
    const number = calls.length;
    const key = random.chance(unkeyedShare) ? null : `call-${number}`;
    calls.push({ number, kind, key, tries: [] });
    left -= messagesOf[kind];
  }
  return calls;
}

// Without a key, only "not taken" is repeated: whether the rest was taken nobody can say.
function isOver(call: Call, answers: Answer[]): boolean {
  if (answers.some(({ kind }) => kind === "acknowledged" || kind === "odd")) return true;
  return call.key === null && answers.every(({ kind }) => kind !== "refused" && kind !== "unreached");
}

function requestOf(call: Call, tryNumber: number, from: string): { path: string; body: unknown } {
  const addresses = addressesOf(call, tryNumber);
  const text = `Message of call ${call.number}. `.repeat(1 + ((call.number * 37) % (textBytesMax / 24)));
  if (call.kind === "own") {
    const [address = ""] = addresses;
    const body = { from: { address: from }, to: [{ address }], subject: `Call ${call.number}`, text };
    return { path: "/api/v1/messages", body };
  }
  const Messages = addresses.map((Email) => ({
    From: { Email: from },
    To: [{ Email }],
    Subject: `Call ${call.number}`,
    TextPart: text,
  }));
  return { path: "/v3.1/send", body: { Messages } };
}

function answerOf(status: number, text: string): Answer {
  if (status === 200 || status === 202) return { kind: "acknowledged", ids: idsIn(text) };
  if (status === 504) return { kind: "undecided", status };
  if (status === 503 || status === 429) return { kind: "refused", status, text };
  return { kind: "odd", status, text };
}

const mailjetForm = /"Email":"([^"]+)","MessageUUID":"[^"]+","MessageID":(\d+)/g;
const ownForm = /"id":"(\d+)","uuid":"[^"]+","address":"([^"]+)"/g;

// Read from the text: the ids are beyond what JSON.parse keeps.
function idsIn(text: string): Map<string, bigint> {
  const theirs = [...text.matchAll(mailjetForm)].map(
    ([, address = "", id = "0"]) => [address, BigInt(id)] as const,
  );
  const ours = [...text.matchAll(ownForm)].map(
    ([, id = "0", address = ""]) => [address, BigInt(id)] as const,
  );
  return new Map([...theirs, ...ours]);
}

function failureOf(error: unknown): Answer {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (cause?.code === "ECONNREFUSED") return { kind: "unreached" };
  return { kind: "unanswered", why: cause?.code ?? name ?? "unknown" };
}
