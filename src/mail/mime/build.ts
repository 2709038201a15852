import type { Attachment, InlineAttachment, PreparedAttachment } from "./attachment.ts";
import { prepareAttachment } from "./attachment.ts";
import { composeBody } from "./body.ts";
import { type HeaderInput, writeFields } from "./fields.ts";
import { Scratch, takeMemory } from "./memory.ts";

/** What a message is built from. Nothing else decides its octets: the same input gives the same message. */
export interface MessageInput {
  /** In this order, without those that MIME needs. Date, From and Message-ID must be there. */
  readonly headers: readonly HeaderInput[];
  /** Empty is absent, here and for the HTML: a part with nothing in it helps nobody. */
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly attachments?: readonly (Attachment | PreparedAttachment)[] | undefined;
  /** What the HTML shows; without HTML, more attachments. */
  readonly inlined?: readonly (InlineAttachment | PreparedAttachment)[] | undefined;
  /** What is this message's own, such as its id: boundaries come from it. */
  readonly boundarySeed: string;
}

/** A message as it goes over the wire, in one piece of memory, which may be given back (giveMemory) when the message is on
 *  its way. Every line ends with CRLF and has at most 998 octets;
 *  none begins with a dot, so SMTP has nothing to double. */
export interface BuiltMessage {
  /** Fields and the empty line after them. */
  readonly head: Buffer;
  readonly body: Buffer;
  /** Head and body; both are views of it. */
  readonly octets: Buffer;
  /** The head is UTF-8, because a local part is: only a server with SMTPUTF8 may get it (RFC 6531). Otherwise every
   *  octet is ASCII. */
  readonly needsSmtpUtf8: boolean;
  /** Every octet was written here, by the rules above; false for a message that came as it is. */
  readonly isComposed: boolean;
}

/** Builds a message.
 *  @throws Refusal header_invalid, header_duplicate or header_missing (see checkMessageHeader)
 *  @see RFC 5322, RFC 2045 to 2047, RFC 2231, RFC 6532 */
export function buildMessage(input: MessageInput): BuiltMessage {
  try {
    return build(input);
  } finally {
    scratch.clear();
  }
}

const scratch = new Scratch();
const takeScratch = (length: number) => scratch.take(length);

function build(input: MessageInput): BuiltMessage {
  const { fields, needsSmtpUtf8 } = writeFields(input.headers);
  const parts = {
    text: input.text ?? "",
    html: input.html ?? "",
    inlined: (input.inlined ?? []).map(prepared),
    attachments: (input.attachments ?? []).map(prepared),
    boundarySeed: input.boundarySeed,
  };
  const body = composeBody(parts, takeScratch);
  const headText = `${fields}MIME-Version: 1.0\r\n${body.fields}\r\n`;
  const headLength = Buffer.byteLength(headText);
  const bodyLength = body.pieces.reduce((sum, piece) => sum + piece.length, 0);
  const octets = takeMemory(headLength + bodyLength);
  octets.write(headText, "utf8");
  writePieces(body.pieces, octets, headLength);
  const head = octets.subarray(0, headLength);
  return { head, body: octets.subarray(headLength), octets, needsSmtpUtf8, isComposed: true };
}

function prepared(attachment: Attachment | InlineAttachment | PreparedAttachment): PreparedAttachment {
  return "fields" in attachment ? attachment : prepareAttachment(attachment);
}

function writePieces(pieces: readonly (string | Buffer)[], out: Buffer, start: number): void {
  let to = start;
  for (const piece of pieces) {
    to += typeof piece === "string" ? out.write(piece, to, "latin1") : piece.copy(out, to);
  }
}
