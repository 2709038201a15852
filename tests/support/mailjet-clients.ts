import { createRequire } from "node:module";
import type { Credentials } from "./service.ts";

/** One call of Mailjet's API, as both generations of the official client can make it. */
export interface MailjetCall {
  version?: "v3" | "v3.1";
  id?: string | number | bigint;
  action?: string;
  body?: object;
  filters?: Record<string, unknown>;
}

export interface MailjetAnswer {
  status: number;
  /** What the client made of the body, to be read as freely as client programs do; ids beyond 2^53 are texts. */
  body: ReturnType<typeof JSON.parse>;
}

export type MailjetMethod = "get" | "post" | "put" | "delete";

/** An unmodified client. What fails is an answer too: the clients reject. */
export interface MailjetClient {
  readonly name: string;
  call(method: MailjetMethod, resource: string, call?: MailjetCall): Promise<MailjetAnswer>;
}

interface Resource {
  id(id: unknown): Resource;
  action(name: string): Resource;
  request(body?: object, filters?: object): Promise<Answered>;
}

interface Answered {
  response: { status: number; data?: unknown; text?: string };
  body: unknown;
}

interface Failure {
  message: string;
  statusCode?: number | null;
  response?: { status: number; data?: unknown; text?: string } | null;
}

type Connected = Record<MailjetMethod, (resource: string, config?: { version?: string }) => Resource>;

const require = createRequire(import.meta.url);

/** The official client, version 6. With a proxy it asks a plain HTTP server for absolute addresses. */
export function mailjet6(
  { apiKey, secretKey }: Credentials,
  host: string,
  options: { proxy?: { protocol: string; host: string; port: number } } = {},
): MailjetClient {
  const { Client } = require("node-mailjet") as { Client: new (params: object) => Connected };
  const client = new Client({ apiKey, apiSecret: secretKey, config: { host }, options });
  return {
    name: "node-mailjet 6",
    call: (...call) => settled(request(client, (r, b, f) => r.request(b, f), call)),
  };
}

/** The official client, version 3.4.1. */
export function mailjet3({ apiKey, secretKey }: Credentials, url: string): MailjetClient {
  const old = require("node-mailjet-3") as {
    connect: (key: string, secret: string, options: object) => Connected;
  };
  const client = old.connect(apiKey, secretKey, { url });
  const start = (resource: Resource, body: object, filters: object) =>
    resource.request(Object.keys(filters).length > 0 ? { ...body, filters } : body);
  return { name: "node-mailjet 3.4.1", call: (...call) => settled(request(client, start, call)) };
}

function request(
  client: Connected,
  start: (resource: Resource, body: object, filters: object) => Promise<Answered>,
  [method, name, call = {}]: [MailjetMethod, string, (MailjetCall | undefined)?],
): Promise<Answered> {
  const { version, id, action, body = {}, filters = {} } = call;
  let resource = client[method](name, version === undefined ? undefined : { version });
  if (id !== undefined) resource = resource.id(String(id));
  if (action !== undefined) resource = resource.action(action);
  return start(resource, body, filters);
}

async function settled(answer: Promise<Answered>): Promise<MailjetAnswer> {
  try {
    const { response, body } = await answer;
    return { status: response.status, body: withIdsAsText(body) };
  } catch (error) {
    const { response, statusCode } = error as Failure;
    if (response === null || response === undefined) throw error;
    const body = response.data ?? parsed(response.text ?? "");
    return { status: statusCode ?? response.status, body: withIdsAsText(body) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Version 6 makes objects of large integers, version 3.4.1 texts. */
function withIdsAsText(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withIdsAsText);
  if (value.constructor?.name === "BigNumber") return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withIdsAsText(inner)]));
}
