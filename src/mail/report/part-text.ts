import { TextDecoder } from "node:util";
import { fieldValue, type ReadHeader } from "../header/read-fields.ts";
import type { Entity } from "../mime/structure.ts";

// A report says what it has to say in a page or two; what follows is the message it is about.
const textBytesMax = 128 * 1024;

/** The text of a part, decoded. What cannot be decoded becomes U+FFFD. */
export function textOfPart(octets: Buffer, part: Entity): string {
  const raw = octets.subarray(
    part.header.bodyStart,
    Math.min(part.end, part.header.bodyStart + textBytesMax),
  );
  const decoded = decodeTransfer(raw, part.encoding);
  const text = decoderOf(charsetOf(octets, part.header)).decode(decoded);
  return part.type === "text/html" ? textOfHtml(text) : text;
}

function decodeTransfer(raw: Buffer, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(raw.toString("latin1"), "base64");
  if (encoding !== "quoted-printable") return raw;
  // RFC 2045 §6.7.
  const text = raw
    .toString("latin1")
    .replace(/[ \t]+(?=\r?\n)/g, "")
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, "latin1");
}

function charsetOf(octets: Buffer, header: ReadHeader): string {
  const field = header.fields.find(({ name }) => name.toLowerCase() === "content-type");
  const value = field === undefined ? "" : fieldValue(octets, field);
  return /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(value)?.[1] ?? "utf-8";
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder("latin1");
  }
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: " " };

function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script|head)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, "\n")
    .replace(/<[^<>]{0,2000}>/g, " ")
    .replace(/&(?:#(\d{1,6})|(\w{2,6}));/g, (whole, number?: string, name = "") =>
      number === undefined
        ? ((Object.hasOwn(entities, name) ? entities[name] : undefined) ?? whole)
        : String.fromCodePoint(Math.min(Number(number), 0x10ffff)),
    );
}
