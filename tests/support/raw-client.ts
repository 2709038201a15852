import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

/** A client that says exactly what a test wants to be said, and nothing by itself. */
export class RawClient {
  #socket: Socket;
  #text = "";
  #waiting: (() => void) | null = null;
  isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  /** @param from an address of the loopback (127.0.0.0/8) to come from; the usual one when it is left out */
  static async open(port: number, host = "127.0.0.1", from?: string): Promise<RawClient> {
    const socket = connect({ port, host, ...(from === undefined ? {} : { localAddress: from }) });
    const client = new RawClient(socket);
    await once(socket, "connect");
    return client;
  }

  /** Shakes hands at once. */
  static async openTls(port: number): Promise<RawClient> {
    const client = await RawClient.open(port);
    await client.startTls();
    return client;
  }

  #listen(): void {
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (bytes) => {
      this.#text += bytes.toString("latin1");
      this.#waiting?.();
    });
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      this.isClosed = true;
      this.#waiting?.();
    });
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Everything that was said and has not been asked for. */
  get unread(): string {
    return this.#text;
  }

  send(text: string | Buffer): void {
    this.#socket.write(typeof text === "string" ? Buffer.from(text) : text);
  }

  /** The next whole reply; what has come when the connection ended before. */
  async reply(): Promise<string> {
    for (;;) {
      const end = /^\d{3} .*\r\n/m.exec(this.#text);
      const isWhole = end !== null && /^(?:\d{3}-.*\r\n)*$/.test(this.#text.slice(0, end.index));
      if (isWhole) {
        const reply = this.#text.slice(0, end.index + end[0].length);
        this.#text = this.#text.slice(reply.length);
        return reply;
      }
      if (this.isClosed) return this.#text;
      await this.#more();
    }
  }

  /** Says something and waits for the reply to it. */
  ask(text: string | Buffer): Promise<string> {
    this.send(text);
    return this.reply();
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await this.#more();
  }

  async startTls(): Promise<TLSSocket> {
    this.#socket.removeAllListeners();
    const secured = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    this.#socket = secured;
    this.#text = "";
    this.#listen();
    await Promise.race([once(secured, "secureConnect"), once(secured, "close")]);
    return secured;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
