// A process of its own: programs that take events. `/take/NAME` answers at once, `/hang/NAME` never. Asked by its parent, it
// tells when so many events have come for a name.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What the parent asks: that so many more events come at paths that end with one of these names. */
export interface SinkWish {
  names: string[];
  events: number;
}

/** What it is told: how many came, and in which time from the first to the last. */
export interface SinkAnswer {
  events: number;
  seconds: number;
  requests: number;
}

interface Waiting extends SinkWish {
  seen: number;
  requests: number;
  firstAt: number;
}

let waiting: Waiting | null = null;

const server = createServer((request, response) => {
  const [, kind, name = ""] = (request.url ?? "").split("/");
  if (kind === "hang") {
    request.resume();
    return;
  }
  bodyOf(request).then((body) => {
    response.end();
    note(name, body);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function note(name: string, body: string): void {
  if (waiting === null || !waiting.names.includes(name)) return;
  // What came with the first request is not counted: it was on its way before the watch began.
  if (waiting.firstAt === 0) waiting.firstAt = performance.now();
  waiting.seen += body.startsWith("[") ? (JSON.parse(body) as unknown[]).length : 1;
  waiting.requests++;
  if (waiting.seen < waiting.events) return;
  const seconds = (performance.now() - waiting.firstAt) / 1000;
  const answer = { events: waiting.seen, seconds, requests: waiting.requests } satisfies SinkAnswer;
  waiting = null;
  process.send?.(answer);
}

process.on("message", (wish: SinkWish) => {
  waiting = { ...wish, seen: 0, requests: 0, firstAt: 0 };
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
