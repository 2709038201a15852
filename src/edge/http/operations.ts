import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { Histogram, type Registry } from "prom-client";

import { Refusal } from "../../base/errors.ts";
import { problemOfRefusal } from "./api/problem.ts";
import type { HttpObserver } from "./observer.ts";
import { sendAnswer } from "./send-answer.ts";
import type { HttpServer } from "./server.ts";

/** Whether the service can do its work, and of which parts that is true. */
export interface Readiness {
  isReady: boolean;
  parts: Record<string, boolean>;
}

/** What the routes for those who run the service need. */
export interface OperationsOptions {
  readiness(): Promise<Readiness>;
  registry: Registry;
  /** Whoever reads the metrics has to show it, from this machine too; without one only this machine can. */
  metricsToken?: string;
}

/** Serves /health, /ready and /metrics. None of them says anything about an account. */
export function registerOperations(server: HttpServer, options: OperationsOptions): void {
  const { app } = server;
  app.get("/health", async () => ({ status: "ok" }));
  app.get("/ready", async (_request, reply) => {
    const { isReady, parts } = await options.readiness();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready", parts });
  });
  app.get("/metrics", async (request, reply) => {
    if (!mayReadMetrics(request, options.metricsToken)) {
      const refusal = new Refusal(
        "forbidden",
        "Metrics are for who has the token, or, where none is set, for this machine.",
      );
      return sendAnswer(reply, problemOfRefusal(refusal, request.id));
    }
    const body = await options.registry.metrics();
    return sendAnswer(reply, {
      status: 200,
      headers: { "content-type": options.registry.contentType },
      body,
    });
  });
}

// Answers of the accept writer take milliseconds, those that wait for the DNS seconds.
const bucketSeconds = [0.005, 0.02, 0.1, 0.5, 2, 10];

/** Counts and times the requests of each route. */
export function createHttpObserver(registry: Registry): HttpObserver {
  const durations = new Histogram({
    name: "facteur_http_request_duration_seconds",
    help: "How long requests took until they were answered.",
    labelNames: ["method", "route", "status"],
    buckets: bucketSeconds,
    registers: [registry],
  });
  return ({ method, route, status, seconds }) => durations.observe({ method, route, status }, seconds);
}

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

function mayReadMetrics({ socket, headers }: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) {
    const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    return bearer !== undefined && isSame(bearer, token);
  }
  // A proxy on this machine connects from loopback on behalf of everyone; one that does not say so is known by nothing.
  const isForwarded = headers.forwarded !== undefined || headers["x-forwarded-for"] !== undefined;
  return !isForwarded && loopback.test(socket.remoteAddress ?? "");
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
