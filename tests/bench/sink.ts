import { spawn } from "node:child_process";
import { once } from "node:events";
import { eventually, freePort, isListening } from "./neighbours.ts";

// Postfix' own test server, for both sides. It takes messages and throws them away.
const program = "/usr/sbin/smtp-sink";
const backlog = "1024";

/** A server that counts what it takes. */
export interface Sink {
  port: number;
  /** Messages taken since the start. */
  count(): number;
  /** Resolves when so many have been taken since the start. */
  taken(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts smtp-sink. @param delaySeconds how long it thinks about each message: a queue builds up behind it */
export async function startSink(delaySeconds = 0): Promise<Sink> {
  const port = await freePort();
  const delay = delaySeconds > 0 ? ["-w", String(delaySeconds)] : [];
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn(program, ["-c", ...delay, ...user, `127.0.0.1:${port}`, backlog], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let count = 0;
  let waiting: { count: number; resolve: () => void }[] = [];
  // It writes `sess=1 quit=0 mesg=20` and a carriage return after each message.
  child.stdout.on("data", (bytes: Buffer) => {
    for (const [, messages] of bytes.toString().matchAll(/mesg=(\d+)\r/g)) {
      count = Math.max(count, Number(messages));
    }
    for (const each of waiting) if (each.count <= count) each.resolve();
    waiting = waiting.filter((each) => each.count > count);
  });
  await eventually(() => isListening(port), "smtp-sink did not start.");
  return {
    port,
    count: () => count,
    taken: (wanted) =>
      wanted <= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count: wanted, resolve })),
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
