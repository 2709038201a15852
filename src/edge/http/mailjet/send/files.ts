import type { InlineAttachment } from "../../../../core/messages/index.ts";
import { toHeaderText } from "../../../../mail/header/index.ts";
import type { Json } from "../../json.ts";
import { type FieldNames, fieldNames, fieldsOf } from "./fields.ts";
import { contentTypeCharactersMax, filenameCharactersMax, filesMax, filesMegabytesMax } from "./limits.ts";
import { emptyText, mismatch, type SendError, tooLarge, tooLong, tooMany } from "./send-error.ts";
import { isLongerThan, readArray, readRecord, readText } from "./values.ts";

/** A file whose content is still base64: it is decoded once, when it is known that no other message has it. */
export interface FileDraft {
  /** Where its content stands in the request. */
  path: string;
  contentType: string;
  filename: string;
  contentId: string;
  base64: string;
}

// RFC 2045 §5.1 with the token of RFC 2045; parameters are printable ASCII, which keeps line breaks out.
const mediaType = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*(?:;[\x20-\x7e\t]*)?$/;

/** How a dialect names the properties of a file. */
export interface FileShape {
  type: string;
  filename: string;
  content: string;
  contentId: string;
  names: FieldNames<string>;
}

/** Files of Send API v3.1. */
export const filesOfV31 = shapeOf(["ContentType", "Filename", "Base64Content", "ContentID"]);

/** Files of Send API v3. It has no ContentID, and nobody misses one that is sent anyway. */
export const filesOfV3 = shapeOf(["Content-type", "Filename", "content", "Content-ID"]);

function shapeOf(names: [type: string, filename: string, content: string, contentId: string]): FileShape {
  const [type, filename, content, contentId] = names;
  return { type, filename, content, contentId, names: fieldNames(...names) };
}

/** Reads an array of files. `path` is also Mailjet's name of the type. */
export function readFiles(
  value: Json,
  { path, shape }: { path: string; shape: FileShape },
  errors: SendError[],
): FileDraft[] {
  const items = readArray(value, { path, expected: path }, errors) ?? [];
  if (items.length > filesMax) {
    errors.push(tooMany(filesMax, path));
    return [];
  }
  const files: FileDraft[] = [];
  for (const [index, item] of items.entries()) {
    const file = readFile(item, { path: `${path}[${index}]`, expected: path, shape }, errors);
    if (file !== null) files.push(file);
  }
  return files;
}

function readFile(
  value: Json,
  { path, expected, shape }: { path: string; expected: string; shape: FileShape },
  errors: SendError[],
): FileDraft | null {
  const record = readRecord(value, { path, expected }, errors);
  if (record === null) return null;
  const before = errors.length;
  const fields = fieldsOf(record, shape.names);
  const contentPath = `${path}.${shape.content}`;
  const contentType = readContentType(fields[shape.type], `${path}.${shape.type}`, errors);
  const filename = readFilename(fields[shape.filename], `${path}.${shape.filename}`, errors);
  const base64 = readFull(fields[shape.content], contentPath, errors);
  const contentId = readContentId(fields[shape.contentId], `${path}.${shape.contentId}`, errors);
  if (errors.length > before) return null;
  // Without a ContentID, HTML refers to the file by its name, as in v3.
  return {
    path: contentPath,
    contentType,
    filename,
    base64,
    contentId: contentId === "" ? filename : contentId,
  };
}

/** All three properties of a file must be there; absent counts as empty. */
function readFull(value: Json | undefined, path: string, errors: SendError[]): string {
  const before = errors.length;
  const text = readText(value ?? "", path, errors) ?? "";
  if (text === "" && errors.length === before) errors.push(emptyText(path));
  return text;
}

function readContentType(value: Json | undefined, path: string, errors: SendError[]): string {
  const type = readFull(value, path, errors).trim();
  if (type.length > contentTypeCharactersMax) errors.push(tooLong(contentTypeCharactersMax, path));
  else if (type !== "" && !mediaType.test(type)) errors.push(mismatch("content type", path));
  return type;
}

function readFilename(value: Json | undefined, path: string, errors: SendError[]): string {
  const before = errors.length;
  const filename = toHeaderText(readFull(value, path, errors));
  if (isLongerThan(filename, filenameCharactersMax)) errors.push(tooLong(filenameCharactersMax, path));
  // Nothing was left of it.
  else if (filename === "" && errors.length === before) errors.push(emptyText(path));
  return filename;
}

function readContentId(value: Json | undefined, path: string, errors: SendError[]): string {
  const id = toHeaderText(readText(value ?? "", path, errors) ?? "");
  if (isLongerThan(id, filenameCharactersMax)) errors.push(tooLong(filenameCharactersMax, path));
  return id.replace(/^<(.*)>$/, "$1");
}

/** Decodes the files of one message. */
export function decodeFiles(files: FileDraft[], errors: SendError[]): InlineAttachment[] {
  const decoded: InlineAttachment[] = [];
  for (const { path, contentType, filename, contentId, base64 } of files) {
    const content = decodeBase64(base64);
    if (content === null) errors.push(mismatch("base64", path));
    else decoded.push({ contentType, filename, contentId, content });
  }
  return decoded;
}

/** Notes an error when the files of a message are too large together. Asked before anything is decoded. */
export function checkFilesSize(files: FileDraft[], errors: SendError[]): void {
  const bytesMax = filesMegabytesMax * 1024 * 1024;
  const upperBound = files.reduce((sum, file) => sum + (file.base64.length / 4) * 3, 0);
  if (upperBound <= bytesMax) return;
  // White space and padding made the bound too high, perhaps.
  const bytes = files.reduce((sum, file) => sum + decodedSize(withoutSpace(file.base64)), 0);
  if (bytes > bytesMax) errors.push(tooLarge(filesMegabytesMax, "Attachments", "InlinedAttachments"));
}

/** Base64 of RFC 4648 §4 with padding; white space is passed over (RFC 2045 §6.8), any other character is not. */
export function decodeBase64(text: string): Buffer | null {
  // Most files come without line breaks, and a search for them in 20 MB takes longer than decoding.
  return decodeCompact(text) ?? decodeCompact(withoutSpace(text));
}

function decodeCompact(text: string): Buffer | null {
  if (text.length % 4 !== 0) return null;
  const content = Buffer.from(text, "base64");
  // Node passes over foreign characters, which shows in the length, and takes the URL alphabet too.
  if (content.length !== decodedSize(text)) return null;
  return text.includes("-") || text.includes("_") ? null : content;
}

function decodedSize(compact: string): number {
  const padding = compact.endsWith("==") ? 2 : compact.endsWith("=") ? 1 : 0;
  return Math.floor((compact.length / 4) * 3) - padding;
}

function withoutSpace(text: string): string {
  return text.replaceAll(/[\r\n\t ]+/g, "");
}
