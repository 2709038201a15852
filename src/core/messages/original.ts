import type { Sql } from "../../base/database.ts";
import { dateOf } from "../../base/ids.ts";
import { isAddressProblem, type Mailbox, parseAddress } from "../../mail/address/index.ts";
import { formatDate, toHeaderText } from "../../mail/header/index.ts";
import { type HeaderInput, writeFields } from "../../mail/mime/fields.ts";
import type { Keyring } from "../keys/index.ts";
import { messageIdOf } from "./compose.ts";
import { type BundledPart, openSubmitted, partIn, type SubmissionPart } from "./frame.ts";
import { type MessageIdentity, uuidOf } from "./message.ts";
import { selectContentIds } from "./read-store.ts";
import { selectContents } from "./store.ts";
import { isRaw, type Party, type RawContent } from "./submission.ts";

// A message to a thousand addresses that are gone comes back a thousand times: what it was is told by its header as well.
const returnedBytesMax = 64 * 1024;

/** What a report returns of a message: as its author has handed it in. */
export interface Original {
  octets: Buffer;
  /** Where the body begins, behind the empty line. */
  headBytes: number;
  /** False of a message that is too large to be returned, or was composed here: of it there is a header alone. */
  hasBody: boolean;
}

type Kept =
  | { kind: "raw"; original: Original }
  | { kind: "composed"; from: Party | null; part: SubmissionPart | null }
  | { kind: "parts"; parts: BundledPart[] }
  | { kind: "gone" }
  | { kind: "damaged"; error: Error };

/** Reads what reports may return of messages, each content once, however many messages it is in. It is to be forgotten after
 *  a batch, so that none of it outlives its key. */
export class Originals {
  readonly #keyring: Keyring;
  readonly #kept = new Map<bigint, Kept>();
  #bytesRead = 0;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** Octets that were asked of the database. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Null once it is not kept any more; an error where it cannot be read. */
  async read(
    reader: Sql,
    key: { accountId: bigint; id: bigint },
    { subject }: MessageIdentity,
  ): Promise<Original | Error | null> {
    const ids = await selectContentIds(reader, key);
    if (ids === undefined) return null;
    const { contentId, partId } = ids;
    await this.#fetch(reader, key.accountId, partId === null ? [contentId] : [contentId, partId]);
    const content = this.#kept.get(contentId);
    const parts = partId === null ? undefined : this.#kept.get(partId);
    for (const kept of [content, parts]) if (kept?.kind === "damaged") return kept.error;
    if (content?.kind === "raw") return content.original;
    if (content?.kind !== "composed") return null;
    try {
      const part = content.part ?? (parts?.kind === "parts" ? partIn(parts.parts, key.id) : null);
      return part === null ? null : this.#describe(key, { from: content.from, part, subject });
    } catch (error) {
      return errorOf(error);
    }
  }

  async #fetch(reader: Sql, accountId: bigint, wanted: readonly bigint[]): Promise<void> {
    const missing = wanted.filter((id) => !this.#kept.has(id));
    for (const id of missing) this.#kept.set(id, { kind: "gone" });
    const rows = await selectContents(
      reader,
      missing.map((id) => ({ accountId, id })),
    );
    for (const { id, sealed } of rows) {
      this.#bytesRead += sealed.length;
      this.#kept.set(id, this.#open({ table: "content", accountId, id }, sealed));
    }
  }

  #open(place: { table: string; accountId: bigint; id: bigint }, sealed: Buffer): Kept {
    try {
      const bytes = this.#keyring.openContent(place, sealed);
      if (bytes === null) return { kind: "gone" };
      const opened = openSubmitted(bytes);
      if ("parts" in opened) return { kind: "parts", parts: opened.parts };
      const { content, part } = opened;
      if (!isRaw(content)) return { kind: "composed", from: content.from, part };
      return { kind: "raw", original: returnable(content) };
    } catch (error) {
      return { kind: "damaged", error: errorOf(error) };
    }
  }

  #describe(
    { accountId, id }: { accountId: bigint; id: bigint },
    { from: author, part, subject }: { from: Party | null; part: SubmissionPart; subject: string },
  ): Original {
    const [from] = mailboxesOf(author);
    const uuid = uuidOf(this.#keyring.lookup(accountId, `uuid/${id}`));
    const domain = from?.address.domain ?? "";
    const headers: HeaderInput[] = [
      ["Date", formatDate(dateOf(id))],
      ["From", { mailboxes: from === undefined ? [] : [from] }],
      ["To", { mailboxes: part.to.flatMap(mailboxesOf) }],
      ["Cc", { mailboxes: part.cc.flatMap(mailboxesOf) }],
      ["Message-ID", messageIdOf({ messageId: id, uuid }, domain)],
      ["Subject", toHeaderText(subject)],
    ];
    const octets = Buffer.from(`${writeFields(headers).fields}\r\n`);
    return { octets, headBytes: octets.length, hasBody: false };
  }
}

// A copy: a view would keep all of a large message in memory.
function returnable({ octets, headBytes }: RawContent): Original {
  if (octets.length <= returnedBytesMax) return { octets: Buffer.from(octets), headBytes, hasBody: true };
  const head =
    headBytes <= returnedBytesMax ? Buffer.from(octets.subarray(0, headBytes)) : firstFields(octets);
  return { octets: head, headBytes: head.length, hasBody: false };
}

// Whole fields, and the empty line: what goes on with a space belongs to the line before.
function firstFields(octets: Buffer): Buffer {
  let end = returnedBytesMax;
  do end = octets.lastIndexOf("\r\n", end - 1);
  while (end > 0 && (octets[end + 2] === 0x20 || octets[end + 2] === 0x09));
  return Buffer.concat([octets.subarray(0, Math.max(0, end + 2)), Buffer.from("\r\n")]);
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error("What is stored of a message cannot be read.");
}

function mailboxesOf(party: Party | null): Mailbox[] {
  if (party === null) return [];
  const address = parseAddress(party.address);
  return isAddressProblem(address) ? [] : [{ name: party.name, address }];
}
