import type { Party, SubmissionContent } from "./submission.ts";

// What is sealed is a frame: the length of a JSON text, the text, then the bytes of the files one after another.
// Files stay bytes: as base64 inside JSON they would cost a third more to encrypt and to store.
const frameVersion = 1;
const headBytes = 5;

/** What differs from recipient to recipient of one content, and who sees whom. */
export interface SubmissionPart {
  to: Party[];
  cc: Party[];
  variables: Record<string, unknown>;
}

/** A content, and with it the part when no other submission shares the content. */
export interface ContentFrame {
  content: SubmissionContent;
  part: SubmissionPart | null;
}

interface FileHead {
  contentType: string;
  filename: string;
  contentId?: string;
  sizeBytes: number;
}

/** Puts a content (and a part, when it belongs to this content only) into bytes. */
export function encodeContent(frame: ContentFrame): Buffer {
  const { attachments, inlined, contactsListId, template, ...rest } = frame.content;
  const files = [...attachments, ...inlined];
  const head = {
    ...rest,
    contactsListId: contactsListId === null ? null : contactsListId.toString(),
    attachments: attachments.map(fileHead),
    inlined: inlined.map((file) => ({ ...fileHead(file), contentId: file.contentId })),
  };
  return encode(
    { content: head, part: frame.part },
    files.map((file) => file.content),
  );
}

/** Puts a part that is stored by itself into bytes. */
export function encodePart(part: SubmissionPart): Buffer {
  return encode({ content: null, part }, []);
}

/** Reads back what `encodeContent` wrote. The template is null: its text was put into the content when the
 *  submission was accepted, so that a later edit does not change mail that is already under way. */
export function decodeContent(bytes: Buffer): ContentFrame {
  const { json, files } = decode(bytes);
  const stored = json as {
    content: Omit<SubmissionContent, "attachments" | "inlined" | "contactsListId" | "template"> & {
      contactsListId: string | null;
      attachments: FileHead[];
      inlined: (FileHead & { contentId: string })[];
    };
    part: SubmissionPart | null;
  };
  let at = 0;
  const take = (sizeBytes: number) => {
    at += sizeBytes;
    return files.subarray(at - sizeBytes, at);
  };
  const attachments = stored.content.attachments.map(({ sizeBytes, ...file }) => ({
    ...file,
    content: take(sizeBytes),
  }));
  const inlined = stored.content.inlined.map(({ sizeBytes, ...file }) => ({
    ...file,
    content: take(sizeBytes),
  }));
  const listId = stored.content.contactsListId;
  const content: SubmissionContent = {
    ...stored.content,
    contactsListId: listId === null ? null : BigInt(listId),
    template: null,
    attachments,
    inlined,
  };
  return { content, part: stored.part };
}

/** Reads back what `encodePart` wrote. */
export function decodePart(bytes: Buffer): SubmissionPart {
  const { json } = decode(bytes);
  return (json as { part: SubmissionPart }).part;
}

function fileHead(file: { contentType: string; filename: string; content: Buffer }): FileHead {
  return { contentType: file.contentType, filename: file.filename, sizeBytes: file.content.length };
}

function encode(json: unknown, files: Buffer[]): Buffer {
  const text = Buffer.from(JSON.stringify(json));
  const head = Buffer.alloc(headBytes);
  head[0] = frameVersion;
  head.writeUInt32BE(text.length, 1);
  return Buffer.concat([head, text, ...files]);
}

function decode(bytes: Buffer): { json: unknown; files: Buffer } {
  if (bytes[0] !== frameVersion) throw new Error(`A stored content has the unknown form ${bytes[0]}.`);
  const textEnd = headBytes + bytes.readUInt32BE(1);
  return { json: JSON.parse(bytes.toString("utf8", headBytes, textEnd)), files: bytes.subarray(textEnd) };
}
