import { after } from "node:test";
import type { InjectOptions } from "fastify";

import { registerApi } from "../api/register.ts";
import { apiMemory, memoryApi } from "./memory-api.ts";
import { basic, createTestServer } from "./server.ts";

/** Our own API over memory, with a way to ask it; a body that is not a string is sent as JSON, and a header that is
 *  undefined is not sent. */
export function createApi(options: { proxies?: string[] } = {}) {
  const memory = apiMemory();
  const { server, lines } = createTestServer({ limits: { bodyBytesMax: 200_000 }, ...options });
  registerApi(server, memoryApi(memory));
  after(() => server.app.close());
  const ask = async (
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string | undefined> = {},
  ) => {
    const request: InjectOptions = {
      method: method as "GET",
      url: `/api/v1${url}`,
      headers: definedOf({
        authorization: basic(),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      }),
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    const response = await server.app.inject(request);
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: /json/.test(String(response.headers["content-type"])) ? JSON.parse(response.body) : null,
    };
  };
  return { ask, memory, lines };
}

function definedOf(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
