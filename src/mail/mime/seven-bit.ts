import { isAscii } from "node:buffer";
import { type ReadField, readFields } from "../header/read-fields.ts";
import { base64Length, encodeBase64 } from "./base64.ts";
import { quotedPrintableSlack, writeQuotedPrintable } from "./quoted-printable.ts";
import { type Entity, readStructure } from "./structure.ts";

const crlfLength = 2;
// As they are, whatever they are called: octets above 127 in a part that claims to have none are a mistake of its author.
const plainEncodings = new Set(["7bit", "8bit", "binary"]);

/** Rewrites a message so that all its octets are ASCII, for a server that takes no others (RFC 6152 §3): what stood there
 *  as 8bit becomes quoted-printable or base64, and readers see the same. Whatever is ASCII already stays as it is.
 *  @param headBytes where the body begins
 *  @returns null where it cannot be done: octets above 127 in a header, in a message within the message, or outside of all
 *  parts */
export function toSevenBit(octets: Buffer, headBytes: number): { octets: Buffer; headBytes: number } | null {
  const header = readFields(octets, 0, headBytes);
  if ("badLine" in header) return null;
  const pieces = new Rewriting(octets).entity(readStructure(octets, header));
  if (pieces === null) return null;
  const whole = Buffer.concat(pieces);
  const head = readFields(whole);
  return "badLine" in head ? null : { octets: whole, headBytes: head.bodyStart };
}

class Rewriting {
  readonly #octets: Buffer;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  entity(entity: Entity): Buffer[] | null {
    const whole = this.#octets.subarray(entity.header.start, entity.end);
    if (isAscii(whole)) return [whole];
    return entity.parts.length > 0 ? this.#multipart(entity) : this.#leaf(entity);
  }

  #multipart(entity: Entity): Buffer[] | null {
    const head = this.#head(entity, "7bit");
    if (head === null) return null;
    const pieces = [head];
    let at = entity.header.bodyStart;
    for (const part of entity.parts) {
      const between = this.#ascii(at, part.header.start);
      const rewritten = this.entity(part);
      if (between === null || rewritten === null) return null;
      pieces.push(between, ...rewritten);
      at = part.end;
    }
    const rest = this.#ascii(at, entity.end);
    return rest === null ? null : [...pieces, rest];
  }

  #leaf(entity: Entity): Buffer[] | null {
    const { type, encoding, header, end } = entity;
    // RFC 2046 §5.2.1: a message within a message may not be encoded.
    if (!plainEncodings.has(encoding) || /^(message|multipart)\//.test(type)) return null;
    const body = this.#octets.subarray(header.bodyStart, end);
    const quoted = type.startsWith("text/") ? quotedPrintable(body) : null;
    const head = this.#head(entity, quoted === null ? "base64" : "quoted-printable");
    if (head === null) return null;
    // The line end before a boundary belongs to the boundary; at the end of a message it is its own.
    const isWhole = end === this.#octets.length;
    const encoded = quoted ?? (isWhole ? encodeBase64(body) : encodeBase64(body).subarray(0, -crlfLength));
    return [head, encoded];
  }

  #head({ header }: Entity, encoding: string): Buffer | null {
    const kept = header.fields.filter(({ name }) => name.toLowerCase() !== "content-transfer-encoding");
    const fields = kept.map(({ start, end }: ReadField) => this.#octets.subarray(start, end));
    const head = Buffer.concat([...fields, Buffer.from(`Content-Transfer-Encoding: ${encoding}\r\n\r\n`)]);
    return isAscii(head) ? head : null;
  }

  #ascii(start: number, end: number): Buffer | null {
    const octets = this.#octets.subarray(start, end);
    return isAscii(octets) ? octets : null;
  }
}

// Null where base64 is half as long, as for scripts beyond Latin: who looks at the source can read the other form.
function quotedPrintable(body: Buffer): Buffer | null {
  const lengthMax = 2 * base64Length(body.length);
  const out = Buffer.allocUnsafe(lengthMax + quotedPrintableSlack);
  const end = writeQuotedPrintable(body, out, lengthMax);
  return end === undefined ? null : out.subarray(0, end);
}
