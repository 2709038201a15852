import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { createSecureContext } from "node:tls";

import { SmtpServerSession } from "./smtp-server-session.ts";
import type {
  RecordedTransaction,
  SmtpServerCounts,
  SmtpServerOptions,
  SmtpServerState,
  SmtpStep,
} from "./smtp-server-types.ts";

export type {
  Answer,
  Behaviour,
  RecordedTransaction,
  Script,
  SmtpServerCounts,
  SmtpServerOptions,
  SmtpServerState,
  SmtpStep,
  StepEvent,
} from "./smtp-server-types.ts";

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly counts: Readonly<SmtpServerCounts>;
  readonly transactions: readonly RecordedTransaction[];
  /** Where clients broke a standard: pipelining without an offer or behind a command that ends a group, bare
   *  CR or LF, overlong lines, parameters that were not offered, a wrong SIZE, 8-bit octets without BODY,
   *  a dot that was not doubled. What concerns octets of messages needs `keep: "messages"`. */
  readonly violations: readonly string[];
  /** How often a step has come. */
  times(step: SmtpStep): number;
  /** Returns once `count` messages have been accepted since the start. */
  accepted(count: number): Promise<void>;
  /** Closes all connections in the middle of whatever they do. */
  dropAll(): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const defaultExtensions = [
  "PIPELINING",
  "SIZE 52428800",
  "8BITMIME",
  "SMTPUTF8",
  "DSN",
  "CHUNKING",
  "ENHANCEDSTATUSCODES",
];

/** Starts a server; `await using` stops it. */
export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const waiting: { count: number; resolve: () => void }[] = [];
  const state: SmtpServerState = {
    options,
    extensions: options.extensions ?? defaultExtensions,
    secureContext: options.tls === undefined ? undefined : createSecureContext(options.tls),
    counts: { connections: 0, open: 0, handshakes: 0, commands: 0, messages: 0, octets: 0 },
    steps: new Map(),
    transactions: [],
    violations: new Set(),
    onMessage: () => {
      while (waiting[0] !== undefined && state.counts.messages >= waiting[0].count)
        waiting.shift()?.resolve();
    },
  };
  const sessions = new Set<SmtpServerSession>();
  const server = createServer({ noDelay: true }, (socket) => {
    state.counts.connections += 1;
    const session = new SmtpServerSession(socket, state, state.counts.connections);
    sessions.add(session);
    state.counts.open += 1;
    socket.on("close", () => {
      sessions.delete(session);
      state.counts.open -= 1;
    });
  });
  await listen(server, options);

  const dropAll = (): void => {
    for (const session of sessions) session.drop();
  };
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    dropAll();
    await closed;
  };
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    counts: state.counts,
    transactions: state.transactions,
    get violations() {
      return [...state.violations];
    },
    times: (step) => state.steps.get(step) ?? 0,
    accepted: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        waiting.sort((a, b) => a.count - b.count);
        state.onMessage();
      }),
    dropAll,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listen(server: Server, { port = 0, host = "127.0.0.1" }: SmtpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, 1_024, resolve);
  });
}
