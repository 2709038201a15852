import { formatParameterField, lineOctetsMax } from "../header/index.ts";
import { encodeBase64 } from "./base64.ts";
import { toContentId } from "./content-id.ts";
import { type ContentType, parseContentType, unknownContentType } from "./content-type.ts";
import { toFilename } from "./filename.ts";
import { isPlainText } from "./plain-text.ts";
import type { TransferEncoding } from "./transfer.ts";

const crlf = Buffer.from("\r\n");

/** A file that comes with a message. */
export interface Attachment {
  /** As the caller gave it; see parseContentType for what becomes of odd ones. */
  readonly contentType: string;
  readonly filename: string;
  readonly content: Buffer;
}

/** A file that the HTML shows, by `cid:` and its id. */
export interface InlineAttachment extends Attachment {
  readonly contentId: string;
}

/** A part of a message, ready to be copied into it: made once for all messages that share the file. */
export interface PreparedAttachment {
  /** The header fields of the part, each with its CRLF. */
  readonly fields: string;
  /** Encoded; ends with CRLF. */
  readonly octets: Buffer;
  /** The octets are the content itself, so a boundary might occur in them. */
  readonly isPlain: boolean;
}

/** Encodes a file. Nothing is refused: a content type, file name or id that cannot stand in a header is mended
 *  (parseContentType, toFilename, toContentId). The content arrives to the octet. */
export function prepareAttachment(attachment: Attachment | InlineAttachment): PreparedAttachment {
  const { content } = attachment;
  const isPlain = canStayPlain(attachment);
  const type = isPlain ? parseContentType(attachment.contentType) : typeInBase64(attachment.contentType);
  const filename = toFilename(attachment.filename);
  const disposition = "contentId" in attachment ? "inline" : "attachment";
  const encoding: TransferEncoding = isPlain ? "7bit" : "base64";
  const fields = [
    formatParameterField("Content-Type", type.value, [...type.parameters, ["name", filename]]),
    `Content-Transfer-Encoding: ${encoding}\r\n`,
    formatParameterField("Content-Disposition", disposition, [["filename", filename]]),
    "contentId" in attachment ? `Content-ID: <${toContentId(attachment.contentId)}>\r\n` : "",
  ];
  const octets = isPlain ? Buffer.concat([content, crlf]) : encodeBase64(content);
  return { fields: fields.join(""), octets, isPlain };
}

/** RFC 2046 §5.2.1 forbids base64 for message/rfc822, so a message goes as one only if nothing on the way would
 *  change it; otherwise as a file of unknown type, which is what saves its octets. */
function canStayPlain({ contentType, content }: Attachment): boolean {
  if (parseContentType(contentType).value !== "message/rfc822") return false;
  return isPlainText(content, lineOctetsMax);
}

/** RFC 2046 §5.1 and §5.2 forbid base64 for multipart and for all message types but those of RFC 6532 §3.7. */
function typeInBase64(contentType: string): ContentType {
  const type = parseContentType(contentType);
  const isComposite = /^(?:multipart|message)\//.test(type.value) && !type.value.startsWith("message/global");
  return isComposite ? unknownContentType : type;
}
