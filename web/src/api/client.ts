import type { Operations, Problem } from "./contract.ts";
import { places } from "./places.ts";

export type ProblemCode = Problem["code"];
type FieldProblem = NonNullable<Problem["errors"]>[number];
/** What can be wrong with a field. */
export type FieldCode = NonNullable<FieldProblem["code"]>;

/** What a refused request answered: RFC 9457, in the service's own words. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }
}

/** The service could not be reached, or answered something that is not from it. */
export class Unreachable extends Error {}

type Name = keyof Operations;
type Part<N extends Name, P extends "path" | "query" | "body"> = Operations[N][P] extends null
  ? { [key in P]?: never }
  : { [key in P]: Operations[N][P] };

/** What an operation is asked with; parts that it does not have cannot be given. */
export type Input<N extends Name> = Part<N, "path"> & Part<N, "query"> & Part<N, "body">;
export type Answer<N extends Name> = Operations[N]["answer"];

/** Asks the API. The session's cookie goes along by itself.
 *  @throws ApiProblem, Unreachable */
export async function call<N extends Name>(
  name: N,
  input: Input<N>,
  signal?: AbortSignal,
): Promise<Answer<N>> {
  const [method = "GET", pattern = ""] = places[name].split(" ");
  const { path = null, query = null, body = null } = input as Record<string, object | null>;
  const sent = body === null ? null : { type: "application/json", content: JSON.stringify(body) };
  return (await ask(method, urlOf(pattern, path, query), sent, signal)) as Answer<N>;
}

/** Asks the API with a file, octet for octet: which encoding it is in, the service looks at.
 *  @throws ApiProblem, Unreachable */
export async function callWithFile<N extends Name>(name: N, file: Blob, type: string): Promise<Answer<N>> {
  const [method = "POST", url = ""] = places[name].split(" ");
  return (await ask(method, url, { type, content: file })) as Answer<N>;
}

interface Sent {
  type: string;
  content: string | Blob;
}

async function ask(method: string, url: string, sent: Sent | null, signal?: AbortSignal): Promise<unknown> {
  const response = await send(url, {
    method,
    credentials: "same-origin",
    headers: { accept: "application/json", ...(sent === null ? {} : { "content-type": sent.type }) },
    ...(sent === null ? {} : { body: sent.content }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return text === "" ? null : isJson ? JSON.parse(text) : text;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new Unreachable("The service does not answer.");
  }
}

async function problemOf(response: Response): Promise<Error> {
  const isProblem = response.headers.get("content-type")?.includes("problem+json") === true;
  // A proxy in front answers pages of its own when the service is away.
  if (!isProblem) return new Unreachable(`HTTP ${response.status}`);
  return new ApiProblem((await response.json()) as Problem);
}

/** The address of an operation, with its parameters in place. */
export function urlOf(pattern: string, path: object | null, query: object | null): string {
  const values = new Map(Object.entries(path ?? {}));
  const place = pattern.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  const wanted = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(wanted.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? place : `${place}?${search}`;
}
