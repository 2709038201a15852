import { ManualClock } from "../../../base/clock.ts";
import { createLog } from "../../../base/log.ts";
import { createHttpServer } from "../server.ts";
import { apiPrefix, registerApi } from "./register.ts";
import type { ApiServices } from "./services.ts";

/** The description of our own API (OpenAPI 3.1) as docs/openapi.json holds it, made without a running service. */
export async function describeApi(): Promise<string> {
  const log = createLog({ level: "silent" });
  const server = createHttpServer({ log, clock: new ManualClock(new Date(0)), authenticate: nobody });
  registerApi(server, neverCalled);
  try {
    await server.app.ready();
    const answer = await server.app.inject({ method: "GET", url: `${apiPrefix}/openapi.json` });
    if (answer.statusCode !== 200) throw new Error(`The description was answered with ${answer.statusCode}.`);
    return `${JSON.stringify(answer.json(), null, 2)}\n`;
  } finally {
    await server.app.close();
  }
}

async function nobody(): Promise<null> {
  return null;
}

// Routes are described, not run.
const neverCalled = {} as ApiServices;
