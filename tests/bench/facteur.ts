import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type Database, sql } from "../../src/base/database.ts";
import { silent } from "../support/database.ts";
import { type Credentials, TestService } from "../support/service.ts";
import type { LoadPlan, LoadResult } from "./load.ts";
import { messagesACall, recipientDomain, senderDomain } from "./requests.ts";

/** The service under measurement, as an operator starts it, with an account that may send. */
export interface BenchService {
  service: TestService;
  /** Of the account that sends. */
  credentials: Credentials;
  /** The service and its PostgreSQL. */
  pids(): number[];
  database: Database;
  load(plan: LoadWish): Promise<LoadResult>;
  /** Resolves when the queue is empty: everything is sent and recorded. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

/** A load, as far as a measurement cares: all recipients are of one domain unless it says otherwise. */
export type LoadWish = Pick<LoadPlan, "kind" | "calls" | "connections" | "rate"> &
  Partial<LoadPlan["recipients"]>;

// Every load of a run has numbers of its own.
let nextNumber = 1;

/** Starts the service. @param sinkPort where all mail goes; null leaves it in the queue, without a worker */
export async function startBenchService(
  sinkPort: number | null,
  env: Record<string, string> = {},
): Promise<BenchService> {
  const service = new TestService({
    env: {
      FACTEUR_RATE: "none",
      ...(sinkPort === null ? {} : { FACTEUR_ROUTES: `*=127.0.0.1:${sinkPort}` }),
      ...env,
    },
    ...(sinkPort === null ? { roles: "http,smtp,retention" } : {}),
  });
  try {
    await service.start();
    const credentials = await service.account("bench@example.org", senderDomain);
    const database = await connect({ ...addressOf(service), applicationName: "bench", log: silent });
    return {
      service,
      credentials,
      pids: () => [service.pid, service.postgresPid()],
      database,
      load: (plan) => load(service, credentials, plan),
      drained: () => drained(database),
      stop: async () => {
        await database.close();
        await service.remove();
      },
    };
  } catch (error) {
    await service.remove();
    throw error;
  }
}

// The lines of postmaster.pid: 4 is the port, 5 the folder of the socket.
function addressOf(service: TestService): {
  socketDir: string;
  port: number;
  user: string;
  database: string;
} {
  const file = path.join(service.dataFolder, "postgres", "cluster", "postmaster.pid");
  const lines = readFileSync(file, "utf8").split("\n");
  return { socketDir: lines[4] ?? "", port: Number(lines[3]), user: "facteur", database: "postgres" };
}

async function load(
  service: TestService,
  { apiKey, secretKey }: Credentials,
  { domain = recipientDomain, domains = 1, ...plan }: LoadWish,
): Promise<LoadResult> {
  const child = fork(path.join(import.meta.dirname, "load.ts"), { execArgv: [] });
  const authorization = `Basic ${Buffer.from(`${apiKey}:${secretKey}`).toString("base64")}`;
  const firstNumber = nextNumber;
  nextNumber += plan.calls * messagesACall[plan.kind] * 2;
  const answered = once(child, "message");
  const recipients = { domain, domains };
  child.send({ ...plan, recipients, url: service.url, authorization, firstNumber } satisfies LoadPlan);
  const [answer] = (await answered) as [{ result: LoadResult } | { error: string }];
  if ("error" in answer) throw new Error(`The load broke off: ${answer.error}\n${service.output}`);
  if (answer.result.refused > 0) {
    throw new Error(`${answer.result.refused} calls were refused: ${answer.result.firstRefusal}`);
  }
  return answer.result;
}

async function drained(database: Database): Promise<void> {
  for (;;) {
    const left = await database.read({ role: "operator" }, (reader) =>
      reader.row(sql`select from delivery limit 1`),
    );
    if (left === undefined) return;
    await pause(20);
  }
}
