import PostalMime from "postal-mime";
import { decodeWords } from "../../mail/header/index.ts";
import { fieldValue, type ReadHeader, readFields } from "../../mail/header/read-fields.ts";
import { type Entity, leavesOf, readStructure } from "../../mail/mime/structure.ts";
import { textOfPart } from "../../mail/report/index.ts";

/** What stands in the payload beside the mail itself. */
export interface PayloadFacts {
  /** Of the envelope; "" for nobody. */
  sender: string;
  recipient: string;
  now: Date;
  /** Of the message this one answers; "" where it answers none of ours. */
  customId: string;
  eventPayload: string;
  /** Fields that this server has put on top, such as Authentication-Results. */
  added: readonly (readonly [name: string, value: string])[];
  /** The name of this server: fields that others have written in it are left out. */
  by: string;
}

// Mailjet gives these as they are, and every other field as a list.
const plainFields = new Set([
  ...["date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references"],
  "subject",
]);

/** Writes a mail in the form of Mailjet's Parse API, as JSON. What cannot be read as a mail is its text. @see mailjet-api §7 */
export async function parsePayload(octets: Buffer, facts: PayloadFacts): Promise<Buffer> {
  const header = readFields(octets);
  const read = "badLine" in header ? null : header;
  const parts = read === null ? [] : leavesOf(readStructure(octets, read));
  const payload: Record<string, unknown> = {
    Sender: facts.sender,
    Recipient: facts.recipient,
    Date: compact(facts.now),
    From: shown(octets, read, "from"),
    Subject: shown(octets, read, "subject"),
    Headers: read === null ? {} : headersOf(octets, read, facts),
  };
  payload.Parts = await addParts(octets, parts, payload);
  if (read === null) payload["Text-part"] = octets.toString("utf8").toWellFormed();
  // Nothing is scored here; programs that compare the number find mail that is not spam.
  payload.SpamAssassinScore = "0";
  payload.CustomID = facts.customId;
  payload.Payload = facts.eventPayload;
  return Buffer.from(JSON.stringify(payload));
}

function shown(octets: Buffer, header: ReadHeader | null, lowerName: string): string {
  const field = header?.fields.find(({ name }) => name.toLowerCase() === lowerName);
  return field === undefined ? "" : decodeWords(fieldValue(octets, field)).toWellFormed();
}

function headersOf(
  octets: Buffer,
  { fields }: ReadHeader,
  { added, by }: PayloadFacts,
): Record<string, string | string[]> {
  const found = new Map<string, { name: string; values: string[] }>();
  const add = (name: string, value: string): void => {
    const known = found.get(name.toLowerCase());
    if (known === undefined) found.set(name.toLowerCase(), { name, values: [value] });
    else if (plainFields.has(name.toLowerCase())) known.values = [value];
    else known.values.push(value);
  };
  for (const [name, value] of added) add(name, value);
  for (const field of fields) {
    const value = decodeWords(fieldValue(octets, field)).toWellFormed();
    if (!claimsToBe(by, field.name, value)) add(field.name, value);
  }
  const entries = [...found].map(
    ([lowerName, { name, values }]) =>
      [name, plainFields.has(lowerName) ? (values[0] ?? "") : values] as const,
  );
  return Object.fromEntries(entries);
}

/** Puts the contents of the parts into the payload, and answers the list that names them. */
async function addParts(
  octets: Buffer,
  leaves: readonly Entity[],
  payload: Record<string, unknown>,
): Promise<unknown[]> {
  const counts = { attachment: 0, inline: 0 };
  const parts: unknown[] = [];
  for (const leaf of leaves) {
    const isText = leaf.disposition !== "attachment" && /^text\/(?:plain|html)$/.test(leaf.type);
    const textName = leaf.type === "text/html" ? "Html-part" : "Text-part";
    let ref: string;
    if (isText && payload[textName] === undefined) {
      ref = textName;
      payload[ref] = await readText(octets, leaf);
    } else {
      const isInline = leaf.disposition !== "attachment" && partHeader(octets, leaf, "content-id") !== "";
      ref = isInline ? `InlineAttachment${++counts.inline}` : `Attachment${++counts.attachment}`;
      payload[ref] = await readFile(octets, leaf);
    }
    parts.push({ Headers: partHeaders(octets, leaf), ContentRef: ref });
  }
  return parts;
}

function partHeader(octets: Buffer, { header }: Entity, lowerName: string): string {
  const field = header.fields.find(({ name }) => name.toLowerCase() === lowerName);
  return field === undefined ? "" : decodeWords(fieldValue(octets, field)).toWellFormed();
}

const partFields = ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"];

function partHeaders(octets: Buffer, leaf: Entity): Record<string, string> {
  const entries = partFields.map((name) => [name, partHeader(octets, leaf, name.toLowerCase())] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

async function readText(octets: Buffer, leaf: Entity): Promise<string> {
  const whole = octets.subarray(leaf.header.start, leaf.end);
  const { text, html } = await PostalMime.parse(whole, { forceRfc822Attachments: true });
  return (leaf.type === "text/html" ? html : text)?.toWellFormed() ?? textOfPart(octets, leaf).toWellFormed();
}

// One leaf at a time, and base64 as it stands: it is what the payload wants.
async function readFile(octets: Buffer, leaf: Entity): Promise<string> {
  const body = octets.subarray(leaf.header.bodyStart, leaf.end);
  if (leaf.encoding === "base64") return Buffer.from(body.toString("latin1"), "base64").toString("base64");
  if (leaf.encoding !== "quoted-printable") return body.toString("base64");
  const { attachments } = await PostalMime.parse(
    Buffer.concat([
      Buffer.from(
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
      ),
      body,
    ]),
    { attachmentEncoding: "arraybuffer" },
  );
  return Buffer.from((attachments[0]?.content ?? new ArrayBuffer()) as ArrayBuffer).toString("base64");
}

/** 20261123T100000, as Mailjet writes it. */
function compact(at: Date): string {
  return at.toISOString().slice(0, 19).replace(/[-:]/g, "");
}

// RFC 8601 §5: results in our name are believed, so only those that are ours may have it.
function claimsToBe(by: string, name: string, value: string): boolean {
  return name.toLowerCase() === "authentication-results" && value.toLowerCase().startsWith(by.toLowerCase());
}
