import type { FastifyReply, FastifyRequest } from "fastify";

import type { Answer } from "./answer.ts";
import { sendAnswer } from "./send-answer.ts";
import type { HttpServer } from "./server.ts";
import { readTarget } from "./target.ts";

/** What a browser asks of the dashboard. */
export interface FileRequest {
  /** Behind `/dashboard/`, decoded; "" for the page itself. */
  path: string;
  acceptEncoding: string | undefined;
  ifNoneMatch: string | undefined;
}

const dashboardPath = "/dashboard/";

/** Serves the dashboard, and leads a browser to it that asks for nothing in particular. */
export function registerDashboard(
  { app }: HttpServer,
  files: (request: FileRequest) => Promise<Answer>,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const { "accept-encoding": acceptEncoding, "if-none-match": ifNoneMatch } = request.headers;
    return sendAnswer(reply, await files({ path, acceptEncoding, ifNoneMatch }));
  };
  // The router takes the path with and without its slash for the same; without it the page would look for its parts in
  // the wrong folder.
  app.get(dashboardPath, async (request, reply) => {
    const { path } = readTarget(request.originalUrl);
    return path.endsWith("/") ? answer(request, reply, "") : reply.redirect(dashboardPath);
  });
  app.get<{ Params: { "*": string } }>(`${dashboardPath}*`, (request, reply) =>
    answer(request, reply, request.params["*"]),
  );
  // Whoever opens the address in a browser wants pages; a program that looks for something is told that it is not here.
  app.get("/", async (request, reply) => {
    const isBrowser = request.headers.accept?.includes("text/html") === true;
    return isBrowser ? reply.redirect(dashboardPath) : reply.callNotFound();
  });
}
