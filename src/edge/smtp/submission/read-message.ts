import { isAscii, isUtf8 } from "node:buffer";
import {
  type ContentTerms,
  type Party,
  type RawContent,
  wayOutOpener,
} from "../../../core/messages/index.ts";
import { isAddressProblem, parseMailboxList } from "../../../mail/address/index.ts";
import { decodeWords, formatDate, formatMessageId, toHeaderText } from "../../../mail/header/index.ts";
import { fieldValue, type ReadField, type ReadHeader, readFields } from "../../../mail/header/read-fields.ts";
import { readStructure, summarise } from "../../../mail/mime/structure.ts";
import { textsHold } from "../../../mail/mime/written-texts.ts";
import {
  asksForTemplate,
  type ControlHeaders,
  isControlHeader,
  readControlHeaders,
} from "./control-headers.ts";
import { encodeField } from "./encode-field.ts";
import { type Flaw, invalidAddress, repeated } from "./flaws.ts";
import { headerBytesMax, receivedFieldsMax, subjectShownCharactersMax } from "./limits.ts";

/** A message as it was handed in, understood. */
export interface ReadMessage {
  content: RawContent;
  control: ControlHeaders;
  /** Whom To and Cc name. */
  shown: { to: Party[]; cc: Party[] };
}

/** What reading needs of the service and of the session. */
export interface ReadContext {
  /** The name of this server, and the protocol the message came by: for Received. */
  received: NonNullable<RawContent["received"]>;
  now: Date;
  /** Makes what is unique in a Message-ID. */
  newId: () => string;
  /** The client said SMTPUTF8: the header may be UTF-8. */
  isUtf8: boolean;
}

// RFC 5322 §3.6, RFC 2045 §3: at most one of each. What stands there twice is shown by one program and passed over by
// the next.
const singleFields = new Set([
  ...["from", "sender", "reply-to", "to", "cc", "message-id", "date", "subject", "in-reply-to", "references"],
  ...["mime-version", "content-type", "content-transfer-encoding"],
]);

// Blind copies are in the envelope (RFC 5322 §3.6.3); the return path is written by who delivers (RFC 5321 §4.4).
const removedFields = new Set(["bcc", "resent-bcc", "return-path"]);

/** Reads a message, takes out what is for this service alone, and adds what must not be missing. Everything else stays
 *  as it is, octet for octet. */
export function readMessage(octets: Buffer, context: ReadContext): ReadMessage | Flaw {
  const blank = octets.indexOf("\r\n\r\n");
  if ((blank === -1 ? octets.length : blank) > headerBytesMax) {
    return { field: "Header", text: `It has more than ${headerBytesMax} octets.`, code: "" };
  }
  const header = readFields(octets);
  if ("badLine" in header) {
    const text = `Line ${header.badLine} is no header field, and no empty line stands before it.`;
    return { field: "Header", text, code: "" };
  }
  const fields = new Fields(octets, header);
  const flaw = fields.flaw(context.isUtf8);
  if (flaw !== null) return flaw;
  const control = readControlHeaders(fields.control());
  if ("field" in control) return control;
  const from = onePerson(fields, "From");
  const sender = onePerson(fields, "Sender");
  for (const person of [from, sender]) if (person !== null && "field" in person) return person;
  const terms = { ...termsOf(control), from: from as Party | null, sender: sender as Party | null };
  const edited = editHeader(octets, fields, { context, domain: domainOf(terms.from) });
  if ("field" in edited) return edited;
  const structure = readStructure(octets, header);
  // What is composed anew shows by itself whether a link to unsubscribe is in it.
  const hasWayOut = !asksForTemplate(control) && textsHold(octets, structure, wayOutOpener);
  const content: RawContent = {
    ...terms,
    ...(hasWayOut ? { isMarketing: true } : {}),
    subject: fields.text("subject")?.slice(0, subjectShownCharactersMax).toWellFormed() ?? null,
    ...edited,
    ...summarise(structure),
    received: context.received,
  };
  return { content, control, shown: { to: people(fields, "to"), cc: people(fields, "cc") } };
}

/** The fields of a header by their names in lower case. */
class Fields {
  readonly all: readonly ReadField[];
  readonly header: ReadHeader;
  readonly #octets: Buffer;
  readonly #named = new Map<string, ReadField>();
  readonly #repeated: string | null = null;
  #receivedCount = 0;

  constructor(octets: Buffer, header: ReadHeader) {
    this.#octets = octets;
    this.header = header;
    this.all = header.fields;
    for (const field of header.fields) {
      const lowerName = field.name.toLowerCase();
      if (lowerName === "received") this.#receivedCount += 1;
      if (!singleFields.has(lowerName)) continue;
      if (this.#named.has(lowerName)) this.#repeated ??= field.name;
      else this.#named.set(lowerName, field);
    }
  }

  flaw(isUtf8Allowed: boolean): Flaw | null {
    if (this.#repeated !== null) return repeated(this.#repeated);
    if (this.#receivedCount > receivedFieldsMax) {
      return { field: "Received", text: "The message goes in circles.", code: "" };
    }
    const head = this.#octets.subarray(0, this.header.end);
    if (isAscii(head) || isUtf8(head)) return null;
    const remedy = isUtf8Allowed ? "Write it in UTF-8." : "Encode it as RFC 2047 has it.";
    return { field: "Header", text: `It holds octets that are neither ASCII nor UTF-8. ${remedy}`, code: "" };
  }

  has(lowerName: string): boolean {
    return this.#named.has(lowerName);
  }

  value(lowerName: string): string | null {
    const field = this.#named.get(lowerName);
    return field === undefined ? null : fieldValue(this.#octets, field);
  }

  /** What a reader sees. */
  text(lowerName: string): string | null {
    const value = this.value(lowerName);
    if (value === null) return null;
    return value.includes("=?") ? decodeWords(value) : toHeaderText(value);
  }

  control(): [string, string][] {
    return this.all.flatMap((field): [string, string][] => {
      const lowerName = field.name.toLowerCase();
      return isControlHeader(lowerName) ? [[lowerName, fieldValue(this.#octets, field)]] : [];
    });
  }
}

function onePerson(fields: Fields, name: "From" | "Sender"): Party | Flaw | null {
  const value = fields.value(name.toLowerCase()) ?? "";
  if (value === "") return null;
  const list = parseMailboxList(value);
  if (isAddressProblem(list)) return invalidAddress(name, value);
  const [person, ...others] = list;
  if (person === undefined) return null;
  // RFC 5322 §3.6.2 allows several authors. Which of them answers for the mail could not be said.
  if (others.length > 0) return { field: name, text: "It must name one mailbox.", code: "" };
  return { address: person.address.text, name: person.name ?? "" };
}

// What cannot be read is left to the reader: who gets the message stands in the envelope.
function people(fields: Fields, lowerName: "to" | "cc"): Party[] {
  const list = parseMailboxList(fields.value(lowerName) ?? "");
  if (isAddressProblem(list)) return [];
  return list.map(({ address, name }) => ({ address: address.text, name: name ?? "" }));
}

function termsOf(control: ControlHeaders): Omit<ContentTerms, "from" | "sender" | "subject"> {
  const { trackOpens, trackClicks, priority, customCampaign, deduplicatesCampaign } = control;
  const { monitoringCategory, contactsListId } = control;
  return {
    ...{ trackOpens, trackClicks, priority, customCampaign, deduplicatesCampaign },
    ...{ monitoringCategory, contactsListId },
  };
}

function domainOf(from: Party | null): string | null {
  return from === null ? null : from.address.slice(from.address.lastIndexOf("@") + 1);
}

function editHeader(
  octets: Buffer,
  fields: Fields,
  { context, domain }: { context: ReadContext; domain: string | null },
): Pick<RawContent, "octets" | "headBytes"> | Flaw {
  const { header } = fields;
  const missing = missingFields(fields, context, domain);
  const isLeft = (field: ReadField) => isUntouched(field.name.toLowerCase());
  const needsEncoding = !context.isUtf8 && !isAscii(octets.subarray(0, header.end));
  const hasBlank = header.bodyStart > header.end;
  if (missing === "" && !needsEncoding && hasBlank && fields.all.every(isLeft)) {
    return { octets, headBytes: header.bodyStart };
  }
  const pieces: Buffer[] = [Buffer.from(missing, "latin1")];
  for (const field of fields.all) {
    if (!isLeft(field)) continue;
    const given = octets.subarray(field.start, field.end);
    const written = needsEncoding && !isAscii(given) ? encodeField(octets, field) : given;
    if ("field" in written) return written;
    pieces.push(written);
  }
  pieces.push(lineEnd);
  const headBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { octets: Buffer.concat([...pieces, octets.subarray(header.bodyStart)]), headBytes };
}

const lineEnd = Buffer.from("\r\n");

function isUntouched(lowerName: string): boolean {
  return !removedFields.has(lowerName) && !isControlHeader(lowerName);
}

// RFC 6409 §8.2, §8.3: what a message lacks is added where it is handed in.
function missingFields(fields: Fields, { now, newId, received }: ReadContext, domain: string | null): string {
  const date = fields.has("date") ? "" : `Date: ${formatDate(now)}\r\n`;
  if (fields.has("message-id")) return date;
  const name = [domain, received.by].find((each) => each !== null && hostName.test(each)) ?? "localhost";
  return `${date}Message-ID: ${formatMessageId(newId(), name)}\r\n`;
}

// No address literal, and short enough for a Message-ID.
const hostName = /^[a-z0-9][a-z0-9.-]{0,199}$/i;
