import PostalMime, { type Attachment, type Email } from "postal-mime";
import { Type } from "typebox";
import { madeAt } from "./cursor.ts";
import { closed, Id, Instant, nullable } from "./schemas.ts";
import type { InboxDetails } from "./services.ts";

// A message that was composed here has five levels at most; one that was written elsewhere is read with some room.
const nestingMax = 20;

// Pictures of a mail that are shown within it: more than a person waits for.
const inlineBytesMax = 8 * 1024 * 1024;
// One of them may be shown often: what counts is how long the page becomes. Base64 makes four characters of three bytes.
const shownCharactersMax = 2 * inlineBytesMax;

const Signature = closed(
  {
    domain: Type.String(),
    selector: Type.String(),
    algorithm: Type.String(),
    signedHeaders: Type.Array(Type.String()),
    verifies: Type.Boolean({ description: "With the key that the domain is to publish." }),
  },
  "A DKIM signature, judged by a verifier that is not ours.",
);

/** A message of the test inbox, taken apart. */
export const InboxMessage = closed({
  id: Id,
  messageId: Id,
  at: Instant,
  from: Type.String({ description: "As its header has it." }),
  to: Type.String({ description: "As its header has it; may be empty." }),
  subject: Type.String(),
  html: nullable(Type.String({ description: "With its inline pictures in it, as `data:` addresses." })),
  text: nullable(Type.String()),
  headers: Type.Array(closed({ name: Type.String(), value: Type.String() })),
  attachments: Type.Array(
    closed({
      part: Type.Integer({ minimum: 0, description: "Its number, for `/inbox/{id}/parts/{part}`." }),
      name: nullable(Type.String()),
      type: Type.String(),
      sizeBytes: Type.Integer({ minimum: 0 }),
      isInline: Type.Boolean({ description: "Shown within the HTML." }),
    }),
  ),
  sizeBytes: Type.Integer({ minimum: 0 }),
  signatures: Type.Array(Signature),
  envelope: closed({ from: Type.String(), to: Type.String() }, "Where it would have come from and gone to."),
});

/** Takes a message of the test inbox apart. */
export async function takeApart({ entry, signatures }: InboxDetails) {
  const parsed = await parse(entry.source);
  const { id, messageId, subject, sizeBytes, envelope } = entry;
  return {
    id: String(id),
    messageId: String(messageId),
    at: madeAt(messageId),
    from: headerOf(parsed, "from"),
    to: headerOf(parsed, "to"),
    subject: parsed.subject ?? subject,
    html: parsed.html === undefined ? null : withPictures(parsed),
    text: parsed.text ?? null,
    headers: parsed.headers.map(({ originalKey, key, value }) => ({ name: originalKey ?? key, value })),
    attachments: parsed.attachments.map((part, index) => ({
      part: index,
      name: part.filename,
      type: part.mimeType,
      sizeBytes: bytesOf(part).length,
      isInline: isInline(part),
    })),
    sizeBytes,
    signatures,
    envelope,
  };
}

/** Its HTML with the pictures in it; null when it has none. */
export async function htmlOf(source: Buffer): Promise<string | null> {
  const parsed = await parse(source);
  return parsed.html === undefined ? null : withPictures(parsed);
}

/** One of its files by its number; null when there are fewer. */
export async function fileOf(
  source: Buffer,
  index: number,
): Promise<{ name: string | null; bytes: Buffer } | null> {
  const part = (await parse(source)).attachments[index];
  return part === undefined ? null : { name: part.filename, bytes: bytesOf(part) };
}

async function parse(source: Buffer): Promise<Email> {
  const options = { attachmentEncoding: "arraybuffer", maxNestingDepth: nestingMax } as const;
  try {
    return await PostalMime.parse(source, options);
  } catch {
    // Nested deeper than anybody reads: its header is shown, and its source can be.
    const blank = source.indexOf("\r\n\r\n");
    return PostalMime.parse(blank === -1 ? source : source.subarray(0, blank + 4), options);
  }
}

function headerOf({ headers }: Email, name: string): string {
  return headers.find(({ key }) => key === name)?.value ?? "";
}

function bytesOf({ content }: Attachment): Buffer {
  if (typeof content === "string") return Buffer.from(content);
  return content instanceof ArrayBuffer ? Buffer.from(content) : Buffer.from(content);
}

function isInline({ related, disposition, contentId }: Attachment): boolean {
  return contentId !== undefined && (related === true || disposition === "inline");
}

// RFC 2392 §2: what stands behind cid: is the Content-ID without its brackets, percent-encoded.
function withPictures({ html = "", attachments }: Email): string {
  let left = inlineBytesMax;
  const pictures = new Map<string, string>();
  for (const part of attachments) {
    const bytes = bytesOf(part);
    if (part.contentId === undefined || !part.mimeType.startsWith("image/") || bytes.length > left) continue;
    left -= bytes.length;
    const address = `data:${part.mimeType};base64,${bytes.toString("base64")}`;
    pictures.set(part.contentId.replace(/^<|>$/g, ""), address);
  }
  if (pictures.size === 0) return html;
  let room = shownCharactersMax;
  return html.replace(/\bcid:([^"'\s)>]+)/gi, (whole, name: string) => {
    const address = pictures.get(decoded(name));
    if (address === undefined || address.length > room) return whole;
    room -= address.length;
    return address;
  });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
