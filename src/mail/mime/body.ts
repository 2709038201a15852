import { hash } from "node:crypto";
import { foldField } from "../header/index.ts";
import type { PreparedAttachment } from "./attachment.ts";
import { encodeText } from "./transfer.ts";

/** How often a boundary is derived anew when it occurs in the content. Once is already an attack. */
const boundaryAttemptsMax = 100;
const boundaryDigits = 32;

/** What a body is made of. */
export interface BodyInput {
  /** Empty for none. */
  readonly text: string;
  readonly html: string;
  readonly inlined: readonly PreparedAttachment[];
  readonly attachments: readonly PreparedAttachment[];
  readonly boundarySeed: string;
}

/** A MIME entity: its fields, and its octets in pieces, which together end with CRLF. Strings are ASCII. */
export interface Entity {
  readonly fields: string;
  readonly pieces: readonly (string | Buffer)[];
  /** Octets that stand in the message as they are, where a boundary might occur. */
  readonly plain: readonly Buffer[];
}

type Take = (length: number) => Buffer;
type MultipartKind = "mixed" | "related" | "alternative";

/** Builds the tree: alternative around text and HTML, related around HTML and what it shows, mixed around all and
 *  the attachments; each only where it has something to hold together.
 *  @param take gives the memory for the encoded texts
 *  @see RFC 2046 §5.1, RFC 2387 */
export function composeBody(input: BodyInput, take: Take): Entity {
  const text = input.text === "" ? undefined : textEntity("plain", input.text, take);
  const html = input.html === "" ? undefined : textEntity("html", input.html, take);
  // Without HTML nothing refers to an inlined file: it is shown among the attachments.
  const shown = html === undefined ? [] : input.inlined.map(partEntity);
  const attached = [...(html === undefined ? input.inlined : []), ...input.attachments].map(partEntity);
  const leaves = [text, html, ...shown, ...attached].filter((entity) => entity !== undefined);
  const needsBoundary = leaves.length > 1 || attached.length > 0;
  const boundary = needsBoundary ? deriveBoundary(input.boundarySeed, leaves) : "";
  const related = html && join("related", [html, ...shown], boundary);
  const readings = [text, related].filter((entity) => entity !== undefined);
  const content = readings.length > 0 ? [join("alternative", readings, boundary)] : [];
  if (attached.length > 0) return multipart("mixed", [...content, ...attached], boundary);
  return content[0] ?? textEntity("plain", "", take);
}

function textEntity(subtype: "plain" | "html", text: string, take: Take): Entity {
  const { encoding, octets } = encodeText(text, take);
  const fields = `Content-Type: text/${subtype}; charset=UTF-8\r\nContent-Transfer-Encoding: ${encoding}\r\n`;
  return { fields, pieces: [octets], plain: encoding === "7bit" ? [octets] : [] };
}

function partEntity({ fields, octets, isPlain }: PreparedAttachment): Entity {
  return { fields, pieces: [octets], plain: isPlain ? [octets] : [] };
}

function join(kind: MultipartKind, parts: readonly Entity[], boundary: string): Entity {
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : multipart(kind, parts, boundary);
}

function multipart(kind: MultipartKind, parts: readonly Entity[], seed: string): Entity {
  // The letter tells the levels apart, so that none ends another.
  const boundary = `=_${kind[0]}${seed}`;
  const quoted = ` boundary="${boundary}"`;
  // RFC 2387 §3.1: related names the type of its root.
  const root = kind === "related" ? [' type="text/html";'] : [];
  const fields = foldField("Content-Type", [`multipart/${kind};`, ...root, quoted]);
  const pieces: (string | Buffer)[] = [];
  for (const part of parts) {
    pieces.push(`--${boundary}\r\n${part.fields}\r\n`);
    for (const piece of part.pieces) pieces.push(piece);
  }
  pieces.push(`--${boundary}--\r\n`);
  return { fields, pieces, plain: [] };
}

/** Derives what makes the boundaries of a message its own. Always the same for the same seed and content, so that
 *  every attempt sends identical octets. `=_` before it occurs in neither quoted-printable nor base64 (RFC 2045 §6.7),
 *  so only plain parts are searched. */
function deriveBoundary(seed: string, leaves: readonly Entity[]): string {
  const plain = leaves.flatMap((entity) => entity.plain);
  for (let attempt = 0; attempt < boundaryAttemptsMax; attempt++) {
    const boundary = hash("sha256", `${attempt} ${seed}`, "hex").slice(0, boundaryDigits);
    if (!plain.some((octets) => octets.includes(boundary))) return boundary;
  }
  throw new Error("No boundary was found that the content does not contain");
}
