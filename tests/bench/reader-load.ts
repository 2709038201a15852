// Readers in a process of its own: they ask for counting links over connections that stay open, each the next one as soon
// as it is answered, and read no more of an answer than its status.
import { connect, type Socket } from "node:net";

/** What to ask. */
export interface ReaderPlan {
  port: number;
  /** Asked in turn. */
  paths: string[];
  requests: number;
  connections: number;
}

/** What came of it. */
export interface ReaderResult {
  seconds: number;
  /** Answers with a status below 400. */
  answered: number;
}

if (process.send !== undefined) {
  process.once("message", (plan: ReaderPlan) => {
    run(plan).then(
      (result) => process.send?.({ result }, () => process.disconnect()),
      (error: unknown) => process.send?.({ error: String(error) }, () => process.disconnect()),
    );
  });
}

async function run({ port, paths, requests, connections }: ReaderPlan): Promise<ReaderResult> {
  const bytes = paths.map((path) =>
    Buffer.from(
      `GET ${path} HTTP/1.1\r\nhost: readers.test\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\r\n`,
    ),
  );
  const state = { left: requests, answered: 0, next: 0 };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, () => ask(port, bytes, state)));
  return { seconds: (performance.now() - startedAt) / 1000, answered: state.answered };
}

interface State {
  left: number;
  answered: number;
  next: number;
}

function ask(port: number, bytes: readonly Buffer[], state: State): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket: Socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  const send = () => {
    if (state.left === 0) {
      socket.end();
      resolve();
      return;
    }
    state.left -= 1;
    state.next += 1;
    socket.write(bytes[state.next % bytes.length] ?? Buffer.alloc(0));
  };
  let buffer = "";
  socket.once("connect", send);
  socket.on("data", (data) => {
    buffer += data.toString("latin1");
    const end = buffer.indexOf("\r\n\r\n");
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(buffer)?.[1] ?? 0);
    if (buffer.length < end + 4 + length) return;
    if (Number(buffer.slice(9, 12)) < 400) state.answered += 1;
    buffer = buffer.slice(end + 4 + length);
    send();
  });
  socket.once("error", reject);
  // After so many requests a server may end a connection: the rest goes over a new one.
  socket.once("close", () => {
    if (state.left > 0) ask(port, bytes, state).then(resolve, reject);
    else resolve();
  });
  return promise;
}
