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
    .split("\n")
    .map(withoutBlanksAtEnd)
    .join("\n")
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, "latin1");
}

// Counted, not searched for: a search tries a long run of blanks again from each of them.
function withoutBlanksAtEnd(line: string): string {
  const feed = line.endsWith("\r") ? "\r" : "";
  let end = line.length - feed.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") end--;
  return line.slice(0, end) + feed;
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
  return withoutUnread(html)
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d)\b[^<>]{0,2000}>/gi, "\n")
    .replace(/<[^<>]{0,2000}>/g, " ")
    .replace(/&(?:#(\d{1,6})|(\w{2,6}));/g, (whole, number?: string, name = "") =>
      number === undefined
        ? ((Object.hasOwn(entities, name) ? entities[name] : undefined) ?? whole)
        : String.fromCodePoint(Math.min(Number(number), 0x10ffff)),
    );
}

/** Leaves out what no reader sees. One pass over the tags: each may lack its end. */
function withoutUnread(html: string): string {
  const tags = [...html.matchAll(/<(\/?)(style|script|head)\b/gi)].map(
    ({ index, 1: slash, 2: name = "" }) => ({
      at: index,
      name: name.toLowerCase(),
      isEnd: slash === "/",
    }),
  );
  const lastEnds = new Map(tags.flatMap(({ at, name, isEnd }) => (isEnd ? [[name, at]] : [])));
  let read = "";
  let from = 0;
  let open: string | null = null;
  for (const { at, name, isEnd } of tags) {
    if (open === null && !isEnd && at >= from && at < (lastEnds.get(name) ?? 0)) {
      read += `${html.slice(from, at)} `;
      open = name;
    } else if (isEnd && name === open) {
      const close = html.indexOf(">", at);
      from = close === -1 ? html.length : close + 1;
      open = null;
    }
  }
  return read + html.slice(from);
}
