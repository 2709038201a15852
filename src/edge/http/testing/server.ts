import type { AddressInfo } from "node:net";

import { ManualClock } from "../../../base/clock.ts";
import { allPermissions, type Permission, type Principal } from "../principal.ts";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "../server.ts";

/** A line of the log as a test reads it. */
export interface LogLine {
  level: "info" | "warn" | "error";
  event: string;
  fields: Record<string, unknown>;
}

/** A server under test, with what it has logged. */
export interface TestServer {
  server: HttpServer;
  lines: LogLine[];
  clock: ManualClock;
  /** Starts to listen on a free port. */
  start(): Promise<AddressInfo>;
}

/** The principal of the key pair "key" and "secret". */
export function principalOf(changes: Partial<Principal> = {}): Principal {
  return {
    accountId: 7n,
    actor: { kind: "key", id: 70n, isPrimary: true },
    parentId: null,
    isSuspended: false,
    readableUntil: null,
    permissions: allPermissions,
    ...changes,
  };
}

async function authenticate(user: string, secret: string): Promise<Principal | null> {
  if (secret !== "secret") return null;
  if (user === "key") return principalOf();
  if (user === "suspended") return principalOf({ isSuspended: true });
  if (user === "reader") {
    const actor = { kind: "key", id: 71n, isPrimary: false } as const;
    return principalOf({ actor, permissions: new Set<Permission>(["read"]) });
  }
  return null;
}

/** A server that knows the pairs key:secret, suspended:secret and reader:secret. */
export function createTestServer(options: Partial<HttpServerOptions> = {}): TestServer {
  const lines: LogLine[] = [];
  const clock = new ManualClock(new Date("2026-03-05T10:00:00.000Z"));
  const write =
    (level: LogLine["level"]) =>
    (event: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, event, fields });
    };
  const log = { info: write("info"), warn: write("warn"), error: write("error"), debug: () => {} };
  const server = createHttpServer({ log, clock, authenticate, ...options });
  return { server, lines, clock, start: () => server.listen("127.0.0.1", 0) };
}

/** The Authorization header of a pair. */
export function basic(user = "key", secret = "secret"): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
}
