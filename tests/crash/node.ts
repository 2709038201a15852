import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { TestService } from "../support/service.ts";

const startTriesMax = 8;
const startRestMs = 2000;
// The log of a process arrives a little behind what it does.
const startForm = /"nodeId":(\d+),"event":"service.started"/;
const lookMs = 50;
const looksMax = 200;

/** A process of the service that is killed and comes back, at the same address each time. */
export class Node {
  readonly service: TestService;
  readonly url: string;
  /** Resolves when it serves again; there is one as long as it is down on purpose. */
  restart: Promise<void> = Promise.resolve();
  /** How much of its log was there before its last start. */
  #heard = 0;

  private constructor(service: TestService, port: number) {
    this.service = service;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async make(options: { dataFolder?: string; env: Record<string, string> }): Promise<Node> {
    const port = await quietPort();
    const { dataFolder, env } = options;
    const all = { FACTEUR_RATE: "none", FACTEUR_LOG: "info", ...env, FACTEUR_HTTP: `127.0.0.1:${port}` };
    return new Node(new TestService({ env: all, ...(dataFolder === undefined ? {} : { dataFolder }) }), port);
  }

  get isRunning(): boolean {
    return this.service.isRunning;
  }

  /** The number it has among the nodes, as it said at its last start. */
  async nodeId(): Promise<number> {
    for (let looks = 0; looks < looksMax; looks++) {
      const said = startForm.exec(this.service.output.slice(this.#heard));
      if (said !== null) return Number(said[1]);
      await pause(lookMs);
    }
    throw new Error("A node has not said its number.");
  }

  /** Starts it, however often that fails meanwhile, as a supervisor does; answers how often it failed.
   *  @param tell told of a process that has neither started nor ended */
  async start(tell: (trouble: string) => void = () => {}): Promise<number> {
    for (let failed = 0; ; ) {
      try {
        this.#heard = this.service.output.length;
        await this.service.start();
        return failed;
      } catch (error) {
        failed++;
        if (this.isRunning) tell("a start failed, and its process lives on");
        await this.service.kill();
        if (failed >= startTriesMax) throw error;
        await pause(startRestMs);
      }
    }
  }

  /** Starts it and kills it before it is ready, or shortly behind. */
  async startAndKill(afterMs: number): Promise<void> {
    const started = this.service.start().catch(() => undefined);
    await pause(afterMs);
    await this.service.kill();
    await started;
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    process.kill(this.service.pid, name);
  }
}

// Below the ports that systems hand out by themselves: nobody else gets it while the node is down.
async function quietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isFree) await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}
