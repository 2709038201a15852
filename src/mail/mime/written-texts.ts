import { isUtf8 } from "node:buffer";
import { fieldValue, type ReadField, type ReadHeader, readFields } from "../header/read-fields.ts";
import { encodeBase64 } from "./base64.ts";
import { decodeQuotedPrintable, encodeQuotedPrintable, isQuotedPrintable } from "./quoted-printable.ts";
import { type Entity, readStructure } from "./structure.ts";

/** A text in a message that somebody has written, which may be changed without harm to the rest. */
export interface WrittenText {
  readonly entity: Entity;
  readonly kind: "plain" | "html";
  /** Its letters where its octets are UTF-8; else one character for each octet, of which those below 128 are known. */
  readonly text: string;
  readonly isUnicode: boolean;
  /** May letters beyond ASCII be put into it? */
  readonly takesLetters: boolean;
}

/** A written message as it goes on: pieces that stand one after the other, most of them the octets that were given. */
export interface EditedMessage {
  readonly pieces: readonly Buffer[];
  /** Where the body begins. */
  readonly headBytes: number;
}

const crlfLength = 2;
/** RFC 5322 §2.1.1. */
const lineOctetsMax = 998;

/** Finds the texts that its reader is shown and that may be changed. Left out is whatever is signed, encrypted or
 *  forwarded, what is a file, and what cannot be decoded without a loss.
 *  @param octets the message; its lines end with CRLF */
export function readWrittenTexts(octets: Buffer, headBytes: number): WrittenText[] {
  const header = readFields(octets, 0, headBytes);
  if ("badLine" in header) return [];
  return shownTexts(octets, readStructure(octets, header)).flatMap(
    (entity) => readText(octets, entity) ?? [],
  );
}

/** Does one of the texts that may be changed hold these octets? Asked of every message that comes in, so it decodes
 *  and no more. */
export function textsHold(octets: Buffer, structure: Entity, words: string): boolean {
  return shownTexts(octets, structure).some(
    (entity) =>
      mayHold(octets.subarray(entity.header.bodyStart, entity.end), entity.encoding, words) &&
      decoded(octets, entity)?.includes(words, 0, "latin1") &&
      readText(octets, entity) !== null,
  );
}

// Decoding quoted-printable takes 50 times as long as a search, and hardly a mail holds even the first two letters.
function mayHold(body: Buffer, encoding: string, [first = "", second = ""]: string): boolean {
  if (encoding !== "quoted-printable") return true;
  const code = first.charCodeAt(0).toString(16).padStart(2, "0");
  const forms = [`${first}${second}`, `${first}=`, `=${code}`, `=${code.toUpperCase()}`];
  return forms.some((form) => body.includes(form, 0, "latin1"));
}

/** Puts other texts in the place of some. Every part keeps its charset and its encoding, but where a line would become
 *  longer than a line may be: then it becomes quoted-printable. No other octet changes, except that signatures by servers
 *  (DKIM, ARC) are taken out of the header: they would not hold any more. */
export function withTexts(
  octets: Buffer,
  headBytes: number,
  changes: ReadonlyMap<WrittenText, string>,
): EditedMessage {
  if (changes.size === 0) return { pieces: [octets], headBytes };
  const pieces: Buffer[] = [];
  let rootHead = headWithout(octets.subarray(0, headBytes), (name) => serverSignatures.has(name));
  let at = headBytes;
  for (const [text, changed] of inOrder(changes)) {
    const { header, end } = text.entity;
    const { body, isReencoded } = encode(octets, text, changed);
    if (header.start === 0) rootHead = isReencoded ? quotedHead(rootHead, { isRoot: true }) : rootHead;
    else {
      const head = octets.subarray(header.start, header.bodyStart);
      pieces.push(
        octets.subarray(at, header.start),
        isReencoded ? quotedHead(head, { isRoot: false }) : head,
      );
    }
    pieces.push(body);
    at = end;
  }
  return { pieces: [rootHead, ...pieces, octets.subarray(at)], headBytes: rootHead.length };
}

function inOrder(changes: ReadonlyMap<WrittenText, string>): [WrittenText, string][] {
  return [...changes].sort(([one], [other]) => one.entity.header.start - other.entity.header.start);
}

// RFC 1847: what is inside is signed or encrypted octet for octet. A report is for programs, and the parts of a digest are
// messages of others.
const sealedTypes = /^multipart\/(?:signed|encrypted|report|digest)$/;
// RFC 9580 section 7: text that is signed or encrypted without being a part of its own.
const pgpMark = "-----BEGIN PGP ";

function shownTexts(octets: Buffer, entity: Entity): Entity[] {
  if (sealedTypes.test(entity.type)) return [];
  if (entity.parts.length > 0) return entity.parts.flatMap((part) => shownTexts(octets, part));
  const isText = entity.type === "text/html" || entity.type === "text/plain";
  return isText && !isFile(octets, entity) ? [entity] : [];
}

// RFC 1864: a part with a sum over its octets means to stay as it is.
function isFile(octets: Buffer, { header, disposition }: Entity): boolean {
  const isNamed = (name: string) => /;\s*(?:file)?name\*?\d*\*?\s*=/i.test(fieldOf(octets, header, name));
  const isSummed = fieldOf(octets, header, "content-md5") !== "";
  return (
    disposition === "attachment" || isSummed || isNamed("content-type") || isNamed("content-disposition")
  );
}

function fieldOf(octets: Buffer, { fields }: ReadHeader, lowerName: string): string {
  const field = fields.find(({ name }) => name.toLowerCase() === lowerName);
  return field === undefined ? "" : fieldValue(octets, field);
}

// Null where decoding and encoding again would lose something, or the encoding is none that is known.
function decoded(octets: Buffer, { encoding, header, end }: Entity): Buffer | null {
  const body = octets.subarray(header.bodyStart, end);
  switch (encoding) {
    case "7bit":
    case "8bit":
    case "binary":
      return body;
    case "quoted-printable":
      return decodeQuotedPrintable(body);
    case "base64":
      return Buffer.from(body.toString("latin1"), "base64");
    default:
      return null;
  }
}

function isDecodable(octets: Buffer, { encoding, header, end }: Entity): boolean {
  const body = octets.subarray(header.bodyStart, end);
  if (encoding === "quoted-printable") return isQuotedPrintable(body);
  if (encoding !== "base64") return true;
  const text = body.toString("latin1").replace(/[\r\n\t ]/g, "");
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

// Charsets in which an octet of ASCII means itself, or is the second of two and none that HTML is made of: there, tags
// and addresses are found as octets. Not so UTF-16, UTF-7, and those that switch, as ISO-2022-JP.
const octetCharsets =
  /^(?:us-ascii|ascii|utf-?8|(?:iso-?8859|iso_8859)-\d{1,2}(?:-[ie])?|latin-?\d{1,2}|(?:windows|cp)-?(?:125\d|874|949|932)|koi8-[ru]|macintosh|x-mac-[a-z]+|euc-(?:jp|kr|tw)|gb2312|gbk|gb18030|big5(?:-hkscs)?|shift[_-]jis|x-sjis|tis-620|ks_c_5601-1987)$/i;
const unicodeCharsets = /^(?:us-ascii|ascii|utf-?8|)$/i;

function readText(octets: Buffer, entity: Entity): WrittenText | null {
  const charset = charsetIn(fieldOf(octets, entity.header, "content-type"));
  if (charset !== "" && !octetCharsets.test(charset)) return null;
  const source = isDecodable(octets, entity) ? decoded(octets, entity) : null;
  if (source === null || source.includes(pgpMark)) return null;
  const isUnicode = unicodeCharsets.test(charset) && isUtf8(source);
  const text = source.toString(isUnicode ? "utf8" : "latin1");
  const isUtf8Declared = /^utf-?8$/i.test(charset);
  return {
    entity,
    kind: entity.type === "text/html" ? "html" : "plain",
    text,
    isUnicode,
    takesLetters: isUnicode && isUtf8Declared && entity.encoding !== "7bit",
  };
}

function charsetIn(contentType: string): string {
  return /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType)?.slice(1).join("").trim() ?? "";
}

function encode(octets: Buffer, { entity, isUnicode }: WrittenText, changed: string) {
  const source = Buffer.from(changed, isUnicode ? "utf8" : "latin1");
  const isReencoded = entity.encoding !== "base64" && entity.encoding !== "quoted-printable";
  if (isReencoded && !hasLongLine(source)) return { body: source, isReencoded: false };
  if (entity.encoding !== "base64") return { body: encodeQuotedPrintable(source), isReencoded };
  // The line end before a boundary belongs to the boundary; at the end of a message it is its own.
  const encodedLines = encodeBase64(source);
  const isWhole = entity.end === octets.length;
  return { body: isWhole ? encodedLines : encodedLines.subarray(0, -crlfLength), isReencoded: false };
}

function hasLongLine(source: Buffer): boolean {
  for (let at = 0; source.length - at > lineOctetsMax; ) {
    const feed = source.indexOf("\r\n", at);
    if ((feed === -1 ? source.length : feed) - at > lineOctetsMax) return true;
    at = feed + crlfLength;
  }
  return false;
}

const serverSignatures = new Set([
  ...["dkim-signature", "domainkey-signature"],
  ...["arc-seal", "arc-message-signature", "arc-authentication-results"],
]);

function headWithout(head: Buffer, isLeftOut: (lowerName: string) => boolean): Buffer {
  const header = readFields(head);
  if ("badLine" in header) return head;
  const kept = header.fields.filter(({ name }) => !isLeftOut(name.toLowerCase()));
  if (kept.length === header.fields.length) return head;
  const fields = kept.map(({ start, end }: ReadField) => head.subarray(start, end));
  return Buffer.concat([...fields, head.subarray(header.end)]);
}

function quotedHead(head: Buffer, { isRoot }: { isRoot: boolean }): Buffer {
  const kept = headWithout(head, (name) => name === "content-transfer-encoding");
  const hasVersion = !isRoot || /^mime-version[ \t]*:/im.test(kept.toString("latin1"));
  // RFC 2045 §4: without it, the encoding of a message is nobody's business.
  const version = hasVersion ? "" : "MIME-Version: 1.0\r\n";
  const added = `${version}Content-Transfer-Encoding: quoted-printable\r\n`;
  // A part may have no field at all.
  const fields = kept.subarray(0, kept.length - crlfLength);
  return Buffer.concat([fields, Buffer.from(`${added}\r\n`)]);
}
