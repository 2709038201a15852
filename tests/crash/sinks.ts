import { type Behaviour, type SmtpServer, type StepEvent, startSmtpServer } from "../support/smtp-server.ts";
import { domainsOfSink, type Receipt } from "./ledger.ts";
import type { Random } from "./random.ts";

// Several destinations, so that more connections are open when a process is killed.
const sinkCount = 4;
const chunking = "CHUNKING";
const extensions = ["PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
// How long a sink thinks about a message: long enough that kills hit messages in every phase.
const thinkMsMax = 12;
// Of the messages a dropping sink gets, so many in a hundred lose their connection, before or behind the last octet.
const dropShare = 0.04;
// Cut in the middle of the body: its header alone is longer.
const cutAfterOctets = 200;

/** Servers that count what they keep, recipient by recipient. */
export class Sinks {
  readonly receipts = new Map<string, Receipt>();
  /** Messages that were whole, or might have been for all the client knows, when their connection was cut. */
  cutInDoubt = 0;
  /** Connections that were cut before the message began. */
  cutBefore = 0;
  /** Do they cut connections at times? */
  isDropping = false;
  readonly #random: Random;
  readonly #servers: SmtpServer[] = [];

  private constructor(random: Random) {
    this.#random = random;
  }

  static async start(random: Random): Promise<Sinks> {
    const sinks = new Sinks(random);
    for (let number = 0; number < sinkCount; number++) {
      const server = await startSmtpServer({
        keep: "counts",
        // One of them takes messages in chunks, the others by DATA and its final dot.
        extensions: number === 0 ? [...extensions, chunking] : extensions,
        on: {
          mail: () => sinks.#atMail(),
          data: () => sinks.#atData(),
          message: (event) => sinks.#atMessage(event),
        },
      });
      sinks.#servers.push(server);
    }
    return sinks;
  }

  /** Where the service sends what: a value of FACTEUR_ROUTES. */
  get routes(): string {
    const ports = this.#servers.map((server) => server.port);
    const named = ports.flatMap((port, number) =>
      domainsOfSink(number, sinkCount).map((domain) => `${domain}=127.0.0.1:${port}`),
    );
    return [...named, `*=127.0.0.1:${ports.at(-1)}`].join(",");
  }

  /** Connections that are open at this moment: no more messages can be between intent and outcome. */
  get open(): number {
    return this.#servers.reduce((sum, server) => sum + server.counts.open, 0);
  }

  /** Whole messages so far. */
  get arrived(): number {
    return this.#servers.reduce((sum, server) => sum + server.times("message"), 0);
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.close();
  }

  #atMail(): Behaviour | undefined {
    if (!this.#drops()) return undefined;
    this.cutBefore++;
    return { end: "reset" };
  }

  #atData(): Behaviour | undefined {
    if (!this.#drops()) return undefined;
    if (this.#random.chance(0.5)) {
      this.cutBefore++;
      return { end: "reset" };
    }
    // The client may have written everything by then, and cannot see how far it came.
    this.cutInDoubt++;
    return { reply: "354 Go ahead", endAfterOctets: cutAfterOctets };
  }

  // What is whole counts at once, whatever becomes of the reply: a real server would have it by then.
  #atMessage({ to }: StepEvent): Behaviour {
    const delayMs = this.#random.between(1, thinkMsMax);
    const isCut = this.#drops();
    const isKept = !isCut || this.#random.chance(0.5);
    for (const address of to) {
      const receipt = this.receipts.get(address) ?? { kept: 0, dropped: 0 };
      if (isKept) receipt.kept++;
      else receipt.dropped++;
      this.receipts.set(address, receipt);
    }
    if (!isCut) return { delayMs };
    this.cutInDoubt++;
    return { delayMs, end: this.#random.pick(["reset", "close"] as const) };
  }

  #drops(): boolean {
    return this.isDropping && this.#random.chance(dropShare);
  }
}
