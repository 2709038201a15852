import type { GrowingOctets } from "./held-octets.ts";

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dot = 0x2e;
const dotLine = Buffer.from("\r\n.");

/** Where in a line the octet stands that comes next. `dot`: behind a dot that begins a line; `dot_cr`: behind that and a
 *  CR. */
type Place = "inside" | "cr" | "line_start" | "dot" | "dot_cr";

/** Reads a message after DATA, however the network has cut it. Only CRLF, dot, CRLF ends it: what other programs take for
 *  the same (LF, dot, LF and the like) stays inside the message, which is refused for it later. Takes the dots away that
 *  stand before other dots. RFC 5321 §4.1.1.4, §4.5.2. */
export class DataReader {
  readonly #octets: GrowingOctets;
  #place: Place = "line_start";

  constructor(octets: GrowingOctets) {
    this.#octets = octets;
  }

  /** Reads a chunk from an offset on; answers where the message has ended, or -1 when more is to come. */
  read(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#place === "inside") {
        at = this.#readLines(chunk, at);
        continue;
      }
      if (this.#place === "dot_cr" && chunk[at] === lineFeed) return at + 1;
      at = this.#readOctet(chunk, at);
    }
    return -1;
  }

  // Nearly every octet of every message is passed by this search.
  #readLines(chunk: Buffer, from: number): number {
    const found = chunk.indexOf(dotLine, from);
    if (found !== -1) {
      this.#octets.append(chunk, from, found + 2);
      this.#place = "dot";
      return found + dotLine.length;
    }
    this.#octets.append(chunk, from, chunk.length);
    const last = chunk.length - 1;
    if (chunk[last] === carriageReturn) this.#place = "cr";
    else if (chunk[last] === lineFeed && last > from && chunk[last - 1] === carriageReturn) {
      this.#place = "line_start";
    }
    return chunk.length;
  }

  /** One step where a chunk has begun in the middle of what matters. Answers where to go on. */
  #readOctet(chunk: Buffer, at: number): number {
    const octet = chunk[at];
    switch (this.#place) {
      case "line_start":
        if (octet !== dot) return this.#goInside(at);
        this.#place = "dot";
        return at + 1;
      case "dot":
        if (octet !== carriageReturn) return this.#goInside(at);
        this.#place = "dot_cr";
        return at + 1;
      case "dot_cr":
        // The dot was one of two, or a mistake; the CR belongs to the message, where it is found to stand alone.
        this.#octets.append(loneReturn, 0, 1);
        return this.#afterReturn(chunk, at);
      default:
        return this.#afterReturn(chunk, at);
    }
  }

  #afterReturn(chunk: Buffer, at: number): number {
    if (chunk[at] !== lineFeed) return this.#goInside(at);
    this.#octets.append(chunk, at, at + 1);
    this.#place = "line_start";
    return at + 1;
  }

  #goInside(at: number): number {
    this.#place = "inside";
    return at;
  }
}

const loneReturn = Buffer.from("\r");
