import { connect, type Socket } from "node:net";

/** An answer as it came over the socket. */
export interface RawAnswer {
  status: number;
  reason: string;
  headers: Map<string, string>;
  body: string;
}

// Long enough for a busy machine, short enough for a test that waits for an answer that never comes.
const patienceMs = 10_000;

/** Sends bytes as they are and returns all that comes back until the other side closes or falls silent. */
export async function exchange(port: number, bytes: string | Buffer, until = /$^/): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  return collect(socket, until);
}

/** Reads from a socket until it ends or what was read matches. */
export function collect(socket: Socket, until: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let seen = "";
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(seen);
    };
    const timer = setTimeout(finish, patienceMs);
    socket.on("data", (chunk: Buffer) => {
      seen += chunk.toString("latin1");
      if (until.test(seen)) finish();
    });
    socket.on("close", finish);
  });
}

/** Splits one answer into its parts. */
export function parseRaw(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const match = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(statusLine);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return {
    status: Number(match?.[1] ?? 0),
    reason: match?.[2] ?? "",
    headers,
    body: rest.join("\r\n\r\n"),
  };
}

/** Sends one request on a connection of its own. */
export async function ask(port: number, head: string[], body: string | Buffer = ""): Promise<RawAnswer> {
  const bytes = Buffer.concat([
    Buffer.from(`${[...head, "Connection: close"].join("\r\n")}\r\n\r\n`, "latin1"),
    Buffer.from(body as string),
  ]);
  return parseRaw(await exchange(port, bytes));
}
