import { hash } from "node:crypto";
import { blankOrLowerIn, equalIn, type FourOctets, inFours } from "../../base/four-octets.ts";

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const colon = 0x3a;
const crlf = Buffer.from("\r\n");
const empty = Buffer.alloc(0);

/** Where a header field lies in the bytes of a head. `end` is after its CRLF. */
export interface HeaderField {
  /** Lower case, without the white space that the obsolete syntax allows before the colon. */
  readonly name: string;
  readonly start: number;
  readonly colon: number;
  readonly end: number;
}

/** Finds the fields of a head, top to bottom. Stops at the blank line; a line that is no field is passed over,
 *  because no `h=` can name it. */
export function headerFields(head: Buffer): HeaderField[] {
  const fields: HeaderField[] = [];
  let start = 0;
  while (start < head.length && !isLineEnd(head, start)) {
    const end = fieldEnd(head, start);
    const at = head.indexOf(colon, start);
    if (at !== -1 && at < end) {
      fields.push({
        name: head.toString("latin1", start, at).trimEnd().toLowerCase(),
        start,
        colon: at,
        end,
      });
    }
    start = end;
  }
  return fields;
}

/** RFC 6376 §3.4.2: name in lower case, value unfolded, white space reduced; ends with CRLF. */
export function relaxField(head: Buffer, field: HeaderField): Buffer {
  const name = Buffer.from(`${field.name}:`, "latin1");
  const out = Buffer.allocUnsafe(name.length + field.end - field.colon + crlf.length);
  let written = name.copy(out, 0);
  const valueStart = written;
  let pendingSpace = false;
  for (let at = field.colon + 1; at < field.end; at++) {
    const byte = head[at];
    if (byte === space || byte === tab) {
      pendingSpace = true;
    } else if (isLineEnd(head, at)) {
      at++;
    } else {
      if (pendingSpace && written > valueStart) out[written++] = space;
      pendingSpace = false;
      out[written++] = byte as number;
    }
  }
  written += crlf.copy(out, written);
  return out.subarray(0, written);
}

// Most bodies fit. A buffer of its own for each would have the collector walk the whole heap every 2,000 messages.
const scratch = Buffer.alloc(128 * 1024);

/** The hash of a body in its relaxed form, in base64: the `bh=` tag. */
export function relaxedBodyHash(body: Buffer): string {
  const isSmall = body.length + crlf.length <= scratch.length;
  const relaxed = relaxBody(body, isSmall ? scratch : undefined);
  const bodyHash = hash("sha256", relaxed, "base64");
  // The text of a message must not outlive it here.
  if (isSmall) relaxed.fill(0);
  return bodyHash;
}

/** RFC 6376 §3.4.4: white space reduced, none at the end of lines, no blank lines at the end.
 *  Expects CRLF line ends, as they go over the wire; a bare CR or LF counts as content.
 *  @param out where to write, with room for the body and a CRLF */
export function relaxBody(body: Buffer, out = Buffer.allocUnsafe(body.length + crlf.length)): Buffer {
  const end = contentEnd(body);
  // Only an empty body stays without the closing CRLF.
  if (end === 0) return empty;
  const whole = inFours(body);
  let written = 0;
  let copied = 0;
  for (let at = nextBlank(body, 0, end, whole); at < end; ) {
    const next = afterBlanks(body, at + 1);
    const closesLine = isLineEnd(body, next);
    // One space between words stays in the run that is copied at once.
    if (closesLine || body[at] === tab || next !== at + 1) {
      written += body.copy(out, written, copied, at);
      if (!closesLine) out[written++] = space;
      copied = next;
    }
    at = nextBlank(body, next, end, whole);
  }
  written += body.copy(out, written, copied, end);
  written += crlf.copy(out, written);
  return out.subarray(0, written);
}

// Where relaxing may have something to do: at a tab, or at a space with anything but a visible octet behind it. Nearly
// every octet of every message is passed here, most of them four at a time.
function nextBlank(body: Buffer, from: number, end: number, whole: FourOctets): number {
  let at = from;
  while (at < end) {
    if (((at - whole.before) & 3) === 0) {
      at = afterDenseFours(at, whole);
      if (at >= end) break;
    }
    const octet = body[at] as number;
    if (octet === tab || (octet === space && (body[at + 1] as number) <= space)) return at;
    at++;
  }
  return end;
}

// Behind the fours in which there is nothing to do. A space at the end of one is looked at with the next.
function afterDenseFours(from: number, { fours, before }: FourOctets): number {
  let index = (from - before) >> 2;
  let isAfterSpace = 0;
  // One question for each four: which it would be cannot be foreseen, and a wrong guess costs more than all the sums.
  for (; index < fours.length; index++) {
    const four = fours[index] as number;
    const blanks = blankOrLowerIn(four);
    const spaces = equalIn(four, 0x20202020);
    const tabs = equalIn(four, 0x09090909);
    if ((tabs | (spaces & (blanks >>> 8)) | (isAfterSpace & blanks)) !== 0) break;
    isAfterSpace = spaces >>> 24;
  }
  return Math.max(from, before + index * 4 - (isAfterSpace === 0 ? 0 : 1));
}

function contentEnd(body: Buffer): number {
  let end = body.length;
  while (end > 0) {
    const last = body[end - 1];
    if (last === space || last === tab) end -= 1;
    else if (last === lineFeed && body[end - 2] === carriageReturn) end -= 2;
    else break;
  }
  return end;
}

function fieldEnd(head: Buffer, start: number): number {
  let at = start;
  while (true) {
    const feed = head.indexOf(lineFeed, at);
    if (feed === -1) return head.length;
    at = feed + 1;
    const next = head[at];
    if (head[feed - 1] === carriageReturn && next !== space && next !== tab) return at;
  }
}

function afterBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === space || bytes[at] === tab) at++;
  return at;
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed;
}
