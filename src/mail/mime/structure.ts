import { fieldValue, type ReadHeader, readFields } from "../header/read-fields.ts";

/** A part of a message, or the message itself, and where it stands in octets. */
export interface Entity {
  readonly header: ReadHeader;
  /** `type/subtype` in lower case; text/plain when nothing is said. */
  readonly type: string;
  /** In lower case; "" when nothing is said. */
  readonly disposition: string;
  /** In lower case; 7bit when nothing is said. */
  readonly encoding: string;
  /** Behind its last octet; the line end before a boundary belongs to the boundary. */
  readonly end: number;
  /** Of a multipart; empty for everything else. */
  readonly parts: readonly Entity[];
}

// Mail programs nest four or five levels deep. What is deeper, or beyond as many parts, is not looked into.
const depthMax = 20;
const partsMax = 1_000;
// Lines that begin like a boundary: a message made of such lines would cost seconds.
const candidatesMax = 10_000;
// A header of a part has a handful of fields.
const partHeaderBytesMax = 65_536;
// RFC 2046 §5.1.1: 70 characters. A few more do no harm.
const boundaryCharactersMax = 200;

/** Reads how a message is divided, without decoding anything. What is malformed is one part, as it stands.
 *  @see RFC 2045, RFC 2046 §5.1 */
export function readStructure(octets: Buffer, header: ReadHeader): Entity {
  return new StructureReader(octets).entity(header, octets.length, 0);
}

class StructureReader {
  readonly #octets: Buffer;
  #count = 0;
  #candidates = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  entity(header: ReadHeader, end: number, depth: number): Entity {
    const contentType = this.#valueOf(header, "content-type");
    const type = typeIn(contentType);
    const disposition =
      this.#valueOf(header, "content-disposition").split(";", 1)[0]?.trim().toLowerCase() ?? "";
    const encoding = this.#valueOf(header, "content-transfer-encoding").toLowerCase() || "7bit";
    const boundary = type.startsWith("multipart/") ? boundaryIn(contentType) : null;
    const parts = boundary === null || depth >= depthMax ? [] : this.#parts(header, { boundary, end, depth });
    return { header, type, disposition, encoding, end, parts };
  }

  #valueOf({ fields }: ReadHeader, lowerName: string): string {
    const field = fields.find(({ name }) => name.toLowerCase() === lowerName);
    return field === undefined ? "" : fieldValue(this.#octets, field);
  }

  #parts(
    header: ReadHeader,
    { boundary, end, depth }: { boundary: string; end: number; depth: number },
  ): Entity[] {
    const parts: Entity[] = [];
    let open = this.#delimiter(boundary, header.bodyStart, end);
    while (open !== null && !open.isClose) {
      const close = this.#delimiter(boundary, open.end, end);
      // RFC 2046 §5.1.2: a part that is not closed ends where what is around it does.
      const partEnd = close === null ? end : Math.max(open.end, close.start);
      this.#count += 1;
      if (this.#count > partsMax) break;
      const part = this.#header(open.end, partEnd);
      if (part !== null) parts.push(this.entity(part, partEnd, depth + 1));
      open = close;
    }
    return parts;
  }

  #header(start: number, end: number): ReadHeader | null {
    const until = Math.min(end, start + partHeaderBytesMax);
    const header = readFields(this.#octets, start, until);
    return "badLine" in header || (header.bodyStart === until && until < end) ? null : header;
  }

  /** The next line that is a boundary. `start` is before its line end, `end` behind the line. */
  #delimiter(
    boundary: string,
    from: number,
    until: number,
  ): { start: number; end: number; isClose: boolean } | null {
    const mark = Buffer.from(`--${boundary}`, "latin1");
    // No look goes beyond the part: a thousand parts that each search the whole message stop the process for minutes.
    const within = this.#octets.subarray(0, until);
    for (let at = from; this.#candidates < candidatesMax; ) {
      at = within.indexOf(mark, at);
      if (at === -1) return null;
      this.#candidates += 1;
      const feed = within.indexOf("\r\n", at + mark.length);
      const lineEnd = feed === -1 ? until : feed;
      const rest = this.#octets
        .toString("latin1", at + mark.length, Math.min(lineEnd, at + mark.length + 80))
        .trimEnd();
      const isAtLineStart = at === from || this.#octets.toString("latin1", at - 2, at) === "\r\n";
      if (isAtLineStart && (rest === "" || rest === "--")) {
        return { start: at - 2, end: Math.min(until, lineEnd + 2), isClose: rest === "--" };
      }
      at = lineEnd;
    }
    return null;
  }
}

const typeForm = /^\s*([!-.0-~]+)\/([!-.0-:<-~]+)\s*(?:;|$)/;

function typeIn(contentType: string): string {
  const found = typeForm.exec(contentType);
  return found === null ? "text/plain" : `${found[1]}/${found[2]}`.toLowerCase();
}

const boundaryForm = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i;

function boundaryIn(contentType: string): string | null {
  const [, quoted, plain] = boundaryForm.exec(contentType) ?? [];
  const boundary = (quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "").trimEnd();
  return boundary === "" || boundary.length > boundaryCharactersMax ? null : boundary;
}

/** What readers of a list want to know of a message. */
export interface ContentSummary {
  hasText: boolean;
  hasHtml: boolean;
  attachmentCount: number;
}

/** Counts what a message holds: texts to read, and files. */
export function summarise(entity: Entity): ContentSummary {
  const summary: ContentSummary = { hasText: false, hasHtml: false, attachmentCount: 0 };
  for (const leaf of leavesOf(entity)) {
    const isRead = leaf.disposition !== "attachment";
    if (isRead && leaf.type === "text/plain") summary.hasText = true;
    else if (isRead && leaf.type === "text/html") summary.hasHtml = true;
    else summary.attachmentCount += 1;
  }
  return summary;
}

/** The parts that hold something, in their order. */
export function leavesOf(entity: Entity): Entity[] {
  return entity.parts.length === 0 ? [entity] : entity.parts.flatMap(leavesOf);
}
