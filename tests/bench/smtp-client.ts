// What a message costs the SMTP client: `node tests/bench/smtp-client.ts [--messages N] [--connections N] [--tls] [--data]`.
// The sink runs in a process of its own, so that the figures are the client's alone.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openConnection } from "../../src/mail/smtp/index.ts";
import { optionsFor } from "../support/smtp-client.ts";
import { startSmtpServer } from "../support/smtp-server.ts";
import { createAuthority } from "../support/tls.ts";

const { values } = parseArgs({
  options: {
    sink: { type: "boolean", default: false },
    messages: { type: "string", default: "50000" },
    connections: { type: "string", default: "10" },
    bytes: { type: "string", default: "10240" },
    tls: { type: "boolean", default: false },
    data: { type: "boolean", default: false },
    port: { type: "string" },
  },
});

if (values.sink) await runSink();
else await runClient();

async function runSink(): Promise<void> {
  const tls = createAuthority().issue(["mx.example.test"]);
  const server = await startSmtpServer({ keep: "counts", tls });
  process.send?.(server.port);
  process.once("disconnect", () => void server.close());
}

async function runClient(): Promise<void> {
  const child = values.port === undefined ? fork(fileURLToPath(import.meta.url), ["--sink"]) : undefined;
  const port = child === undefined ? Number(values.port) : Number((await once(child, "message"))[0]);
  await run(port, 5_000);
  const messages = Number(values.messages);
  const begin = process.cpuUsage();
  const start = performance.now();
  await run(port, messages);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(begin);
  const cpu = (user + system) / messages;
  console.log(
    `${messages} messages of ${values.bytes} octets over ${values.connections} connections` +
      `${values.tls ? ", TLS" : ""}, ${values.data ? "DATA" : "BDAT where offered"}: ` +
      `${Math.round(messages / seconds)}/s, ${cpu.toFixed(1)} µs CPU a message (${(user / messages).toFixed(1)} user), ` +
      `${Math.round(1e6 / cpu)} a core-second`,
  );
  child?.disconnect();
}

/** Sends over connections that are kept, as couriers do. */
async function run(port: number, messages: number): Promise<void> {
  const tls = values.tls ? ({ mode: "opportunistic" } as const) : ({ mode: "off" } as const);
  const options = optionsFor({ port }, { tls, chunking: !values.data });
  const head = Buffer.from("Subject: bench\r\nFrom: a@example.test\r\nTo: b@example.test\r\n\r\n");
  const body = Buffer.from(
    `${"x".repeat(74)}\r\n`.repeat(Math.ceil((Number(values.bytes) - head.length) / 76)),
  );
  let left = messages;
  const courier = async (): Promise<void> => {
    const opened = await openConnection(options);
    if (opened.kind !== "open") throw new Error(`No connection: ${JSON.stringify(opened)}`);
    while (left-- > 0) {
      const envelope = { from: "bounce+123456@example.test", to: `user${left}@example.net` };
      const result = await opened.connection.send({
        envelope,
        message: [head, body],
        beforeFinalDot: () => undefined,
      });
      if (result.kind !== "accepted") throw new Error(`Not accepted: ${JSON.stringify(result)}`);
    }
    await opened.connection.quit();
  };
  await Promise.all(Array.from({ length: Number(values.connections) }, courier));
}
