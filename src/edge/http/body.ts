import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";

import { Refusal } from "../../base/errors.ts";

const decoders = new Map([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
]);

/** Says "go on" to a client that waits for it (Expect: 100-continue), once its body is wanted and not before. */
export type Continue = () => void;

/** The content of a request, decoded, never more than `bytesMax` of it.
 *  @throws Refusal payload_too_large, unsupported_encoding, malformed_encoding */
export async function readBody(
  request: IncomingMessage,
  stream: Readable,
  bytesMax: number,
): Promise<Buffer> {
  const coding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const decode = decoders.get(coding);
  if (decode === undefined && coding !== "identity" && coding !== "") {
    throw new Refusal("unsupported_encoding", "Send the content unencoded, or encoded with gzip or deflate.");
  }
  const raw = await readAll(stream, bytesMax);
  if (decode === undefined || raw.length === 0) return raw;
  try {
    return await decode(raw, { maxOutputLength: bytesMax });
  } catch (error) {
    // A small request that unpacks into a large one is refused where the limit is reached, not after it.
    if (error instanceof RangeError) throw tooLarge(bytesMax);
    throw new Refusal("malformed_encoding", `The content is not valid ${coding}.`);
  }
}

/** The text of a CSV file. Damaged letters could not be mended later: what stands in a history stays.
 *  @throws Refusal malformed_encoding  for another encoding than UTF-8, such as a spreadsheet's own */
export function csvText(content: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new Refusal(
      "malformed_encoding",
      "The file is not encoded in UTF-8. In a spreadsheet, save it as “CSV UTF-8”, and send that.",
    );
  }
}

/** What a body beyond the limit is refused with. */
export function tooLarge(bytesMax: number): Refusal {
  const megabytes = Math.floor(bytesMax / (1024 * 1024));
  return new Refusal("payload_too_large", `Input payload must be less than ${megabytes}MB.`, { bytesMax });
}

/** Does the request announce more than the limit? Then its body need not be read to refuse it. */
export function announcesTooMuch(request: IncomingMessage, bytesMax: number): boolean {
  const announced = Number(request.headers["content-length"] ?? 0);
  return announced > bytesMax;
}

function readAll(stream: Readable, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => {
      stream.off("data", take);
      stream.off("end", finish);
      stream.off("error", fail);
      stream.off("close", fail);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      stop();
      // The rest is read and thrown away, so that the answer can still be received.
      stream.resume();
      reject(tooLarge(bytesMax));
    };
    const finish = () => {
      stop();
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
    };
    const fail = () => {
      stop();
      reject(new Refusal("connection_lost", "The request ended before its content was complete."));
    };
    stream.on("data", take);
    stream.on("end", finish);
    stream.on("error", fail);
    stream.on("close", fail);
  });
}

const waiting = new WeakMap<IncomingMessage, Continue>();

/** Remembers that the client of this request waits for a "100 Continue". */
export function holdContinue(request: IncomingMessage, response: ServerResponse): void {
  waiting.set(request, () => response.writeContinue());
}

/** Sends the "100 Continue" that was held back, if there was one. */
export function releaseContinue(request: IncomingMessage): void {
  const proceed = waiting.get(request);
  waiting.delete(request);
  proceed?.();
}

/** Is the client still waiting to be told to send its body? */
export function awaitsContinue(request: IncomingMessage): boolean {
  return waiting.has(request);
}
