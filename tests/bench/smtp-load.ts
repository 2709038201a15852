// The load generator for SMTP, the same for every server: a process of its own that hands in messages over connections it
// keeps, MAIL, RCPT and DATA in one packet, and reads no more of an answer than its code.
import { connect, type Socket } from "node:net";
import { messageBytes, recipientDomain, senderDomain } from "./requests.ts";

/** What to hand in. */
export interface SmtpLoadPlan {
  port: number;
  messages: number;
  connections: number;
  /** Null for a server that asks nobody who they are. */
  login: { user: string; password: string } | null;
}

/** What came of it. */
export interface SmtpLoadResult {
  seconds: number;
  /** Of this process. */
  cpuSeconds: number;
}

if (process.send !== undefined) {
  process.once("message", (plan: SmtpLoadPlan) => {
    run(plan).then(
      (result) => process.send?.({ result }, () => process.disconnect()),
      (error: unknown) => process.send?.({ error: String(error) }, () => process.disconnect()),
    );
  });
}

async function run({ port, messages, connections, login }: SmtpLoadPlan): Promise<SmtpLoadResult> {
  const clients = await Promise.all(Array.from({ length: connections }, () => Client.open(port, login)));
  const begin = process.cpuUsage();
  const startedAt = performance.now();
  let left = messages;
  await Promise.all(
    clients.map(async (client) => {
      while (left > 0) await client.give(left--);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(begin);
  for (const client of clients) client.close();
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

const lines = `${"x".repeat(78)}\r\n`.repeat(Math.ceil(messageBytes / 80));

class Client {
  readonly #socket: Socket;
  #text = "";
  #waiting: { resolve: () => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      this.#text += bytes.toString("latin1");
      this.#waiting?.resolve();
    });
    const fail = () => this.#waiting?.reject(new Error("The server closed the connection."));
    socket.on("error", fail).on("close", fail);
  }

  static async open(port: number, login: SmtpLoadPlan["login"]): Promise<Client> {
    const socket = connect(port, "127.0.0.1").setNoDelay(true);
    const client = new Client(socket);
    await client.#answers(1);
    socket.write("EHLO bench.example.net\r\n");
    await client.#answers(1);
    if (login === null) return client;
    socket.write(`AUTH PLAIN ${Buffer.from(`\0${login.user}\0${login.password}`).toString("base64")}\r\n`);
    await client.#answers(1);
    return client;
  }

  async give(number: number): Promise<void> {
    const from = `news@${senderDomain}`;
    const to = `r${number}@${recipientDomain}`;
    this.#socket.write(`MAIL FROM:<${from}>\r\nRCPT TO:<${to}>\r\nDATA\r\n`);
    await this.#answers(3);
    const head = `From: ${from}\r\nTo: ${to}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n`;
    this.#socket.write(`${head}Message-ID: <${number}.${process.pid}@${senderDomain}>\r\n\r\n${lines}.\r\n`);
    await this.#answers(1);
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  async #answers(count: number): Promise<void> {
    for (;;) {
      const answers = this.#text.match(/^\d{3} .*\r\n/gm) ?? [];
      const refusal = answers.find((answer) => /^[45]/.test(answer));
      if (refusal !== undefined) throw new Error(`Refused: ${refusal.trim()}`);
      if (answers.length >= count) break;
      await new Promise<void>((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    }
    this.#text = "";
  }
}
