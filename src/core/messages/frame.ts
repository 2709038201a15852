import {
  isRaw,
  type MessageContent,
  type Party,
  type RawContent,
  type SubmissionContent,
} from "./submission.ts";

// What is sealed is a frame: the length of a JSON text, the text, then the bytes of the two bodies and of the files, one
// after another; or those of a message that its author has written. As base64 inside JSON files would cost a third more to encrypt and to store; bodies inside JSON are
// written three times and read twice: 24 µs for 10 KB, and not 4.
const frameVersion = 2;
const headBytes = 5;

/** What differs from recipient to recipient of one content, and who sees whom. */
export interface SubmissionPart {
  to: Party[];
  cc: Party[];
  variables: Record<string, unknown>;
}

/** A content, and with it the part when no other submission shares the content. */
export interface ContentFrame {
  content: MessageContent;
  part: SubmissionPart | null;
  /** Do several messages point at it? Whoever reads it once will want it again. */
  isShared: boolean;
}

interface FileHead {
  contentType: string;
  filename: string;
  contentId?: string;
  sizeBytes: number;
}

type StoredContent = Omit<
  SubmissionContent,
  "text" | "html" | "attachments" | "inlined" | "contactsListId" | "template"
> & {
  contactsListId: string | null;
  /** Lengths in bytes; null where there is no such body. */
  text: number | null;
  html: number | null;
  attachments: FileHead[];
  inlined: (FileHead & { contentId: string })[];
};

type StoredRaw = Omit<RawContent, "octets" | "contactsListId"> & {
  contactsListId: string | null;
  octetsBytes: number;
};

interface StoredFrame {
  content: StoredContent | StoredRaw | null;
  part: SubmissionPart | null;
  isShared?: boolean;
  /** Of a bundle: each part with the first of its messages. */
  parts?: { first: string; part: SubmissionPart }[];
}

/** The part of a submission, and the first of its messages: those after it are its own up to the next one's. */
export interface BundledPart {
  first: bigint;
  part: SubmissionPart;
}

/** Answers where a frame of a size is written to. */
export type FramePlace = (sizeBytes: number) => Buffer;

// Most frames fit: a text of ten pages, or an HTML mail of the usual size.
const scratchBytes = 131_072;
let scratch: Buffer | null = null;

/** A place for frames that are sealed before the next one is made. Memory beside V8's heap makes its collector look at all of
 *  the heap each time some dozens of megabytes of it were used, whether they are free again or not. */
export function scratchPlace(sizeBytes: number): Buffer {
  if (sizeBytes > scratchBytes) return Buffer.allocUnsafe(sizeBytes);
  scratch ??= Buffer.allocUnsafeSlow(scratchBytes);
  return scratch.subarray(0, sizeBytes);
}

/** Puts a content (and a part, when it belongs to this content only) into bytes. Half a surrogate pair in a body becomes
 *  U+FFFD, as it would in the message. */
export function encodeContent(
  { content, part, isShared }: ContentFrame,
  place: FramePlace = Buffer.allocUnsafe,
): Buffer {
  if (!isRaw(content)) return encodeComposed(content, { part, isShared }, place);
  const { octets, contactsListId, ...rest } = content;
  const stored: StoredRaw = { ...rest, contactsListId: idText(contactsListId), octetsBytes: octets.length };
  return encode({ content: stored, part, isShared }, [octets], place);
}

function encodeComposed(
  given: SubmissionContent,
  { part, isShared }: Omit<ContentFrame, "content">,
  place: FramePlace,
): Buffer {
  const { text, html, attachments, inlined, contactsListId, template, ...rest } = given;
  const content: StoredContent = {
    ...rest,
    contactsListId: idText(contactsListId),
    text: text === null ? null : Buffer.byteLength(text),
    html: html === null ? null : Buffer.byteLength(html),
    attachments: attachments.map(fileHead),
    inlined: inlined.map((file) => ({ ...fileHead(file), contentId: file.contentId })),
  };
  const files = [...attachments, ...inlined].map((file) => file.content);
  return encode({ content, part, isShared }, [text ?? "", html ?? "", ...files], place);
}

/** Puts parts that are stored apart from their content into bytes, in the order of their messages' ids. */
export function encodeParts(parts: readonly BundledPart[]): Buffer {
  const stored = parts.map(({ first, part }) => ({ first: first.toString(), part }));
  return encode({ content: null, part: null, parts: stored }, [], Buffer.allocUnsafe);
}

/** Reads back what `encodeContent` wrote. The template is null: its text was put into the content when the
 *  submission was accepted, so that a later edit does not change mail that is already under way. */
export function decodeContent(bytes: Buffer): ContentFrame {
  const { json, rest } = decode(bytes);
  const { content: stored, part } = json;
  if (stored === null) throw new Error("A stored content holds a part only.");
  const isShared = json.isShared ?? true;
  const content = "octetsBytes" in stored ? decodeRaw(stored, rest) : decodeComposed(stored, rest);
  return { content, part, isShared };
}

function decodeRaw({ octetsBytes, contactsListId, ...stored }: StoredRaw, rest: Buffer): RawContent {
  return { ...stored, contactsListId: idOf(contactsListId), octets: rest.subarray(0, octetsBytes) };
}

function decodeComposed(stored: StoredContent, rest: Buffer): SubmissionContent {
  let at = 0;
  const take = (sizeBytes: number) => {
    at += sizeBytes;
    return rest.subarray(at - sizeBytes, at);
  };
  const body = (sizeBytes: number | null) => (sizeBytes === null ? null : take(sizeBytes).toString());
  return {
    ...stored,
    text: body(stored.text),
    html: body(stored.html),
    contactsListId: idOf(stored.contactsListId),
    template: null,
    attachments: stored.attachments.map(({ sizeBytes, ...file }) => ({ ...file, content: take(sizeBytes) })),
    inlined: stored.inlined.map(({ sizeBytes, ...file }) => ({ ...file, content: take(sizeBytes) })),
  };
}

// JSON has no integers of 64 bits.
const idText = (id: bigint | null) => (id === null ? null : id.toString());
const idOf = (text: string | null) => (text === null ? null : BigInt(text));

/** Reads back what `encodeParts` wrote; or the one part of a frame that was written by an earlier version. */
export function decodeParts(bytes: Buffer): BundledPart[] {
  const { part, parts } = decode(bytes).json;
  if (parts !== undefined) return parts.map(({ first, part: own }) => ({ first: BigInt(first), part: own }));
  if (part === null) throw new Error("A stored part holds none.");
  return [{ first: 0n, part }];
}

/** The part of one message. */
export function partIn(parts: readonly BundledPart[], messageId: bigint): SubmissionPart {
  const found = parts.findLast(({ first }) => first <= messageId);
  if (found === undefined) throw new Error("A message is older than the parts it is said to be among.");
  return found.part;
}

/** What was submitted, whichever of the two a stored content is: with its files, or the parts of single messages. */
export function openSubmitted(bytes: Buffer): ContentFrame | { parts: BundledPart[] } {
  return decode(bytes).json.content === null ? { parts: decodeParts(bytes) } : decodeContent(bytes);
}

function fileHead(file: { contentType: string; filename: string; content: Buffer }): FileHead {
  return { contentType: file.contentType, filename: file.filename, sizeBytes: file.content.length };
}

function encode(json: StoredFrame, pieces: (string | Buffer)[], place: FramePlace): Buffer {
  const head = JSON.stringify(json);
  const jsonBytes = Buffer.byteLength(head);
  const sizeBytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), headBytes + jsonBytes);
  const frame = place(sizeBytes);
  frame[0] = frameVersion;
  frame.writeUInt32BE(jsonBytes, 1);
  let at = headBytes + frame.write(head, headBytes);
  for (const piece of pieces)
    at += typeof piece === "string" ? frame.write(piece, at) : piece.copy(frame, at);
  return frame;
}

function decode(bytes: Buffer): { json: StoredFrame; rest: Buffer } {
  if (bytes[0] !== frameVersion) throw new Error(`A stored content has the unknown form ${bytes[0]}.`);
  const jsonEnd = headBytes + bytes.readUInt32BE(1);
  const json = JSON.parse(bytes.toString("utf8", headBytes, jsonEnd)) as StoredFrame;
  return { json, rest: bytes.subarray(jsonEnd) };
}
