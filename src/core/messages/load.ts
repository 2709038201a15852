import type { Sql } from "../../base/database.ts";
import { type ConsentsInForce, consentsInForce } from "../consent/index.ts";
import { type Claim, cancelledAmong, type Delivery } from "../delivery/index.ts";
import type { Keyring } from "../keys/index.ts";
import { findSuppressed, type SuppressionCause } from "../suppressions/index.ts";
import {
  policyUnlessSet,
  type ReaderLinks,
  selectPolicies,
  selectReadyHosts,
  type TrackingPolicy,
} from "../tracking/index.ts";
import { type ComposeInput, type ContentFault, type PreparedContent, prepareContent } from "./compose.ts";
import type { ReaderTerms } from "./counting.ts";
import { type BundledPart, decodeContent, decodeParts, partIn, type SubmissionPart } from "./frame.ts";
import { type MessageIdentity, uuidOf } from "./message.ts";
import { openReport } from "./report-mail.ts";
import { selectReportsUpTo } from "./report-store.ts";
import { type ComposableRow, type ContentRow, selectComposable, selectContentsUpTo } from "./store.ts";

// Contents that many messages share stay in memory, compiled and encoded; a campaign is one entry. So do the parts that
// are stored together.
const contentsCachedBytesMax = 32 * 1024 * 1024;
// Contents that one transaction brings into memory, where the driver holds them three times over for a moment: a thousand
// ordinary messages, or one of the largest.
const contentsLoadedBytesMax = 8 * 1024 * 1024;

/** A claimed row of the queue with the claim it is held under. */
export interface ClaimedDelivery extends Delivery {
  claim: Claim;
  /** What was written of it a moment ago by this process. Whoever has it in hand may let go of it. */
  carried?: Carried | undefined;
}

/** The rows of a message that was just accepted, as they are in the database: sealed. */
export interface Carried {
  row: ComposableRow;
  contents: ContentRow[];
  /** How far its account lets its readers be known, as the transaction that wrote the rows has read it. */
  policy: TrackingPolicy;
  /** Hosts that links lead to, by account and domain, read with it. */
  hosts: ReadonlyMap<string, string>;
  /** The suppressions were asked after this moment, in real time. */
  askedAt: number;
  /** Octets of the message's row and contents. */
  sizeBytes: number;
}

/** A permit holds for a second. What is carried longer than half of it would be asked about again before its attempt. */
export const carriedMsMax = 500;

/** What is to be done with a claimed message. */
export type Loaded =
  | { kind: "ready"; delivery: ClaimedDelivery; input: ComposeInput; askedAt?: number }
  | { kind: "suppressed"; delivery: ClaimedDelivery; cause: SuppressionCause }
  | { kind: "cancelled"; delivery: ClaimedDelivery }
  /** Its content's key is destroyed, or the row is gone: it can never be sent. */
  | { kind: "gone"; delivery: ClaimedDelivery }
  | { kind: "faulty"; delivery: ClaimedDelivery; fault: ContentFault }
  /** There is more to be loaded than should be in memory at once: it is to be asked for again. */
  | { kind: "later"; delivery: ClaimedDelivery }
  /** What is stored of it cannot be read: a defect, or somebody changed it. It must not hold up the others. */
  | { kind: "damaged"; delivery: ClaimedDelivery; error: unknown };

interface LoaderLimits {
  loadedBytesMax: number;
  cachedBytesMax: number;
}

type Kept = PreparedContent | BundledPart[];

interface Found {
  sealed: Map<bigint, Buffer>;
  /** What was in memory when the others were asked for: it may be made to go by one of those. */
  kept: ReadonlyMap<bigint, Kept>;
  /** Hosts that links lead to, by account and domain. */
  hosts: ReadonlyMap<string, string>;
  tracking: ReaderTerms;
}

/** Reads claimed messages, and asks once more whether they may be sent: consent may have been withdrawn, and the
 *  message cancelled, between queueing and this attempt. */
export class MessageLoader {
  readonly #limits: LoaderLimits;
  readonly #keyring: Keyring;
  readonly #links: ReaderLinks;
  readonly #contents = new Map<bigint, { kept: Kept; sizeBytes: number }>();
  #cachedBytes = 0;

  /** @param limits others than usual, for tests */
  constructor(keyring: Keyring, links: ReaderLinks, limits: Partial<LoaderLimits> = {}) {
    this.#limits = {
      loadedBytesMax: contentsLoadedBytesMax,
      cachedBytesMax: contentsCachedBytesMax,
      ...limits,
    };
    this.#keyring = keyring;
    this.#links = links;
  }

  /** What is to be done with a message whose rows this process has just written, without a question to the database; null
   *  for every other, and for one of which something must be asked anew. It was in nobody's hands but ours meanwhile: a
   *  cancellation comes too late for it, as for one that was loaded at that moment.
   *  @param realNow milliseconds of real time */
  unpack(delivery: ClaimedDelivery, realNow: number): Loaded | null {
    const { carried, accountId } = delivery;
    if (carried === undefined) return null;
    const isFresh = realNow - carried.askedAt <= carriedMsMax;
    if (!isFresh || this.#tellsApart(carried.policy) || !this.#keyring.has(accountId)) return null;
    const tracking = { policy: carried.policy, consents: { opens: false, clicks: false } };
    const sealed = new Map(carried.contents.map((row) => [row.id, row.sealed]));
    const loaded = this.#prepareOrTell(delivery, carried.row, {
      ...{ sealed, kept: new Map(), hosts: carried.hosts, tracking },
    });
    return loaded.kind === "ready" ? { ...loaded, askedAt: carried.askedAt } : loaded;
  }

  // Each reader's consent counts there, and is asked of the database.
  #tellsApart(policy: TrackingPolicy | undefined): boolean {
    return this.#links.limit === "identified" && policy?.mode === "identified";
  }

  /** One transaction, six queries by key, however many messages, one more for reports, and one more where readers may be told apart. What the first
   *  message holds is always loaded. */
  async load(reader: Sql, deliveries: ClaimedDelivery[]): Promise<Loaded[]> {
    const accounts = deliveries.map((d) => d.accountId);
    const kept = this.#keptOf(deliveries);
    // Asked before contents, which get the room that is left; they are few, and mostly there are none.
    const { loadedBytesMax } = this.#limits;
    const reportRows = await selectReportsUpTo(
      reader,
      deliveries.filter(({ isReport }) => isReport),
      loadedBytesMax,
    );
    const reportBytes = reportRows.reduce((sum, { sealed }) => sum + (sealed?.length ?? 0), 0);
    const [messages, frames, cancelled, policies, hosts] = await Promise.all([
      selectComposable(reader, deliveries),
      selectContentsUpTo(reader, missingOf(deliveries, kept), Math.max(0, loadedBytesMax - reportBytes)),
      cancelledAmong(
        reader,
        deliveries.map((d) => d.claim),
      ),
      selectPolicies(reader, accounts),
      selectReadyHosts(reader, accounts),
      this.#keyring.load(reader, accounts),
    ]);
    const suppressed = new Map(
      (await findSuppressed(reader, messages)).map((row) => [nameOf(row.accountId, row.lookup), row.cause]),
    );
    const consents = await this.#consentsOf(reader, messages, policies);
    const terms = (row: ComposableRow): ReaderTerms => ({
      policy: policies.get(row.accountId) ?? policyUnlessSet,
      consents: { opens: consents.has(row, "opens"), clicks: consents.has(row, "clicks") },
    });
    const rows = new Map(messages.map((row) => [row.id, row]));
    const sealed = new Map(frames.flatMap((row) => (row.sealed === null ? [] : [[row.id, row.sealed]])));
    const left = new Set(frames.flatMap((row) => (row.sealed === null ? row.id : [])));
    const reports = new Map(reportRows.map((row) => [row.id, row]));
    return deliveries.map((delivery) => {
      if (delivery.isReport) return this.#prepareReport(delivery, reports.get(delivery.id));
      const row = rows.get(delivery.id);
      if (row === undefined || !this.#keyring.has(delivery.accountId)) return { kind: "gone", delivery };
      if (cancelled.has(delivery.id) || row.state === "cancelled") return { kind: "cancelled", delivery };
      const cause = suppressed.get(nameOf(row.accountId, row.lookup));
      if (cause !== undefined) return { kind: "suppressed", delivery, cause };
      const { contentId, partId } = delivery;
      if (left.has(contentId) || (partId !== null && left.has(partId))) return { kind: "later", delivery };
      return this.#prepareOrTell(delivery, row, { sealed, kept, hosts, tracking: terms(row) });
    });
  }

  // Asked for by the account itself, to one of its own addresses: whom it may not write to does not matter.
  #prepareReport(
    delivery: ClaimedDelivery,
    row: Awaited<ReturnType<typeof selectReportsUpTo>>[number] | undefined,
  ): Loaded {
    const { accountId, id: messageId } = delivery;
    if (row === undefined || !this.#keyring.has(accountId)) return { kind: "gone", delivery };
    const { sealed } = row;
    if (sealed === null) return { kind: "later", delivery };
    try {
      const opened = openReport(this.#keyring, { ...row, sealed });
      if (opened === null) return { kind: "gone", delivery };
      const nobody = { uuid: "", lookup: Buffer.alloc(0), campaignId: null };
      const tracking = { policy: policyUnlessSet, consents: { opens: false, clicks: false } };
      const input = { ...opened, accountId, messageId, ...nobody, links: this.#links, tracking };
      return { kind: "ready", delivery, input };
    } catch (error) {
      return { kind: "damaged", delivery, error };
    }
  }

  // Nobody's consent is looked up for accounts that tell no readers apart: most mail costs nothing more.
  #consentsOf(
    reader: Sql,
    rows: ComposableRow[],
    policies: Awaited<ReturnType<typeof selectPolicies>>,
  ): Promise<ConsentsInForce> {
    return consentsInForce(
      reader,
      rows.filter(({ accountId }) => this.#tellsApart(policies.get(accountId))),
    );
  }

  #prepareOrTell(delivery: ClaimedDelivery, row: ComposableRow, found: Found): Loaded {
    try {
      return this.#prepare(delivery, row, found);
    } catch (error) {
      return { kind: "damaged", delivery, error };
    }
  }

  #prepare(delivery: ClaimedDelivery, row: ComposableRow, found: Found): Loaded {
    const { hosts, tracking } = found;
    const { accountId, id: messageId } = delivery;
    const content = this.#contentOf(delivery, found);
    if (content === null) return { kind: "gone", delivery };
    const place = { table: "message", accountId, id: messageId };
    const identity = JSON.parse(this.#keyring.openIdentity(place, row.sealed).toString()) as MessageIdentity;
    if (!("part" in content)) return { kind: "faulty", delivery, fault: content };
    const part = content.part ?? this.#partOf(delivery, found);
    if (part === null) return { kind: "gone", delivery };
    const uuid = uuidOf(this.#keyring.lookup(accountId, `uuid/${messageId}`));
    const { lookup, campaignId } = row;
    const from = content.content.from?.address ?? "";
    const host = hosts.get(`${accountId}/${from.slice(from.lastIndexOf("@") + 1)}`);
    const links = host === undefined ? this.#links : this.#links.at(host);
    const named = { accountId, messageId, uuid, lookup, campaignId, identity };
    return {
      kind: "ready",
      delivery,
      input: { prepared: content, part, ...named, links, tracking },
    };
  }

  #keptOf(deliveries: ClaimedDelivery[]): ReadonlyMap<bigint, Kept> {
    const found = new Map<bigint, Kept>();
    for (const { contentId, partId } of deliveries) {
      for (const id of [contentId, partId]) {
        const entry = id === null ? undefined : this.#contents.get(id);
        if (id !== null && entry !== undefined) found.set(id, entry.kept);
      }
    }
    return found;
  }

  #contentOf(delivery: ClaimedDelivery, { sealed, kept }: Found): PreparedContent | ContentFault | null {
    const { contentId } = delivery;
    const cached = kept.get(contentId) ?? this.#contents.get(contentId)?.kept;
    if (cached !== undefined && !Array.isArray(cached)) return cached;
    const bytes = this.#open(delivery.accountId, delivery.contentId, sealed);
    if (bytes === null) return null;
    const { content, part, isShared } = decodeContent(bytes);
    const prepared = prepareContent(content, part);
    if (isShared && "part" in prepared) this.#keep(delivery.contentId, prepared, bytes.length);
    return prepared;
  }

  #partOf(delivery: ClaimedDelivery, { sealed, kept }: Found): SubmissionPart | null {
    if (delivery.partId === null) return null;
    const cached = kept.get(delivery.partId) ?? this.#contents.get(delivery.partId)?.kept;
    if (Array.isArray(cached)) return partIn(cached, delivery.id);
    const bytes = this.#open(delivery.accountId, delivery.partId, sealed);
    if (bytes === null) return null;
    const parts = decodeParts(bytes);
    if (parts.length > 1) this.#keep(delivery.partId, parts, bytes.length);
    return partIn(parts, delivery.id);
  }

  #open(accountId: bigint, id: bigint, sealed: Map<bigint, Buffer>): Buffer | null {
    const bytes = sealed.get(id);
    return bytes === undefined ? null : this.#keyring.openContent({ table: "content", accountId, id }, bytes);
  }

  #keep(contentId: bigint, kept: Kept, sizeBytes: number): void {
    this.#makeRoom(sizeBytes);
    if (this.#cachedBytes + sizeBytes > this.#limits.cachedBytesMax) return;
    this.#contents.set(contentId, { kept, sizeBytes });
    this.#cachedBytes += sizeBytes;
    if ("body" in kept) kept.body.watch((bytes) => this.#grow(contentId, kept, bytes));
  }

  // Texts are read when they are first counted: by then a content may hold several times its octets.
  #grow(contentId: bigint, kept: Kept, bytes: number): void {
    const entry = this.#contents.get(contentId);
    if (entry?.kept !== kept) return;
    entry.sizeBytes += bytes;
    this.#cachedBytes += bytes;
    this.#makeRoom(0);
  }

  #makeRoom(sizeBytes: number): void {
    for (const [id, entry] of this.#contents) {
      if (this.#cachedBytes + sizeBytes <= this.#limits.cachedBytesMax) break;
      this.#contents.delete(id);
      this.#cachedBytes -= entry.sizeBytes;
    }
  }

  /** Drops decrypted contents, so that none outlives its key in memory. Called when hours are destroyed. */
  forget(): void {
    this.#contents.clear();
    this.#cachedBytes = 0;
  }
}

function missingOf(
  deliveries: ClaimedDelivery[],
  kept: ReadonlyMap<bigint, Kept>,
): { accountId: bigint; id: bigint }[] {
  const keys = new Map<bigint, { accountId: bigint; id: bigint }>();
  for (const { accountId, contentId, partId, isReport } of deliveries) {
    if (isReport) continue;
    for (const id of [contentId, partId]) if (id !== null && !kept.has(id)) keys.set(id, { accountId, id });
  }
  return [...keys.values()];
}

function nameOf(accountId: bigint, lookup: Buffer): string {
  return `${accountId}/${lookup.toString("hex")}`;
}
