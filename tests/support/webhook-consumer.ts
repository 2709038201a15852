import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createPoster, type PosterOptions, type WebhookPoster } from "../../src/edge/webhooks/post.ts";
import type { Cleanup } from "./database.ts";

/** A request as a consumer has got it. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The events in it, of both versions of Mailjet's API. */
  events: Record<string, unknown>[];
}

/** How a consumer answers: a status, a text, nothing for ever, a broken connection, or byte by byte. */
export type ConsumerAnswer =
  | { status: number; body?: string; headers?: Record<string, string>; delayMs?: number }
  | "hang"
  | "reset"
  | "drip";

/** Somebody's program that takes events: a real HTTP server. */
export interface Consumer {
  url: string;
  port: number;
  received: Received[];
  /** What it answers; 200 unless told otherwise. */
  answer: (request: Received) => ConsumerAnswer;
  /** Waits until so many requests are there. */
  until(count: number): Promise<void>;
  /** Waits until what was received looks right. */
  untilReceived(isEnough: (received: Received[]) => boolean): Promise<void>;
  openConnections(): number;
}

const waitSecondsMax = 60;

export async function startConsumer(t: Cleanup): Promise<Consumer> {
  const waiting = new Set<() => void>();
  const consumer: Consumer = {
    url: "",
    port: 0,
    received: [],
    answer: () => ({ status: 200 }),
    until: (count) => consumer.untilReceived((received) => received.length >= count),
    untilReceived: async (isEnough) => {
      const end = performance.now() + waitSecondsMax * 1000;
      while (!isEnough(consumer.received)) {
        if (performance.now() > end) throw new Error(`Only ${consumer.received.length} requests came.`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 500);
          waiting.add(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
    openConnections: () => connections,
  };
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => {});
    response.on("error", () => {});
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const received = { path: request.url ?? "", headers: request.headers, body, events: eventsOf(body) };
      const answer = consumer.answer(received);
      consumer.received.push(received);
      for (const wake of waiting) wake();
      waiting.clear();
      if (answer === "hang") return;
      if (answer === "reset") {
        request.socket.destroy();
        return;
      }
      if (answer === "drip") {
        response.writeHead(200);
        const timer = setInterval(() => response.write("."), 50);
        response.on("close", () => clearInterval(timer));
        return;
      }
      const { status, body: text = "", headers = {}, delayMs = 0 } = answer;
      setTimeout(() => {
        response.writeHead(status, headers);
        response.end(text);
      }, delayMs);
    });
  });
  server.on("connection", (socket) => {
    connections++;
    socket.on("close", () => connections--);
    socket.on("error", () => {});
  });
  consumer.port = await listening(server);
  consumer.url = `http://127.0.0.1:${consumer.port}/events`;
  t.after(async () => {
    server.closeAllConnections();
    server.close();
  });
  return consumer;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

// The ids of messages have more digits than a JavaScript number: they are read as text.
function eventsOf(body: string): Record<string, unknown>[] {
  try {
    const value = JSON.parse(body.replaceAll(/"MessageID":(\d+)/g, '"MessageID":"$1"')) as unknown;
    return (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
  } catch {
    return [];
  }
}

/** A poster for a test, which may reach this machine unless told otherwise. */
export function testPoster(t: Cleanup, options: Partial<PosterOptions> = {}): WebhookPoster {
  const absent = async () => ({ kind: "missing", ttlSeconds: undefined, authenticated: false }) as const;
  const poster = createPoster({
    resolver: { a: absent, aaaa: absent },
    allowsPrivate: true,
    ca: null,
    real: () => performance.now(),
    ...options,
  });
  t.after(async () => poster.close());
  return poster;
}
