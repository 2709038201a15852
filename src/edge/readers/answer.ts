import type { IncomingHttpHeaders } from "node:http";
import { networkOf } from "../../base/ip.ts";
import type { Reading, ReadingToken } from "../../core/tracking/index.ts";
import { isProxied, verdictOf } from "./machines.ts";
import type { ReadingTokens } from "./reading-tokens.ts";
import type { ReadingWriter } from "./reading-writer.ts";

/** A request for a counting link or picture; `token` is what stands behind the last slash. */
export interface ReadingRequest {
  method: string;
  token: string;
  headers: IncomingHttpHeaders;
  /** Where it came from: an IP address, which goes no further than the verdict. */
  from: string;
}

/** What is answered; null where the token is none of ours. */
export interface ReadingAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

// One transparent point: the smallest picture that every mail program shows.
const picture = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const unkept = { "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex" };

/** Counts a click and leads on, to where the mail led and nowhere else. */
export async function answerClick(
  tokens: ReadingTokens,
  writer: ReadingWriter,
  { method, token: text, headers, from }: ReadingRequest,
): Promise<ReadingAnswer | null> {
  const token = tokens.read(text);
  if (token?.kind !== "clicked") return null;
  await writer.read(readingOf(token, writer, { method, headers, from }), networkOf(from));
  // 302, not 301: the next click must come here again.
  return { status: 302, headers: { ...unkept, location: token.target }, body: "" };
}

/** Counts an opening and shows a transparent point. */
export async function answerOpen(
  tokens: ReadingTokens,
  writer: ReadingWriter,
  { method, token: text, headers, from }: ReadingRequest,
): Promise<ReadingAnswer | null> {
  const token = tokens.read(text);
  if (token?.kind !== "opened") return null;
  await writer.read(readingOf(token, writer, { method, headers, from }), networkOf(from));
  return { status: 200, headers: { ...unkept, "content-type": "image/gif" }, body: picture };
}

// The address goes no further than this: what it tells of machines, and of the country.
function readingOf(
  token: ReadingToken,
  { networks, countries }: Pick<ReadingWriter, "networks" | "countries">,
  { method, headers, from }: Pick<ReadingRequest, "method" | "headers" | "from">,
): Reading {
  const verdict = verdictOf(method, headers, from, networks);
  const isReader = verdict === "people" && !isProxied(headers);
  return { token, verdict, country: isReader ? (countries?.countryOf(from) ?? null) : null };
}
