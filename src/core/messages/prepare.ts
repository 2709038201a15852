import type { Figures } from "../../base/figures.ts";
import type { IdSource } from "../../base/ids.ts";
import { type Address, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import { type Delivery, inboxRoute, laneOf, placeInQueue } from "../delivery/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type BundledPart, encodeContent, encodeParts, type SubmissionPart, scratchPlace } from "./frame.ts";
import { type MessageIdentity, uuidOf } from "./message.ts";
import { isBulk } from "./purpose.ts";
import { wishOf } from "./report-wish.ts";
import type { ReportWishRow } from "./report-wish-store.ts";
import type { SenderRight } from "./sender-right.ts";
import type { ContentRow, MessageRow } from "./store.ts";
import { type AnySubmission, isRaw, type MessageContent, type Party } from "./submission.ts";

/** How many days a message may be tried: one less than its content exists, so that no attempt finds it gone (P106). */
export function deliveryDays({ contentDays }: Figures): number {
  return contentDays - 1;
}

/** A recipient of an accepted submission. */
export interface AcceptedRecipient {
  party: Party;
  id: bigint;
  uuid: string;
}

/** What came of a submission, in the order of the request. */
export interface AcceptedSubmission {
  to: AcceptedRecipient[];
  cc: AcceptedRecipient[];
  bcc: AcceptedRecipient[];
  customId: string;
  /** Reports were asked for, and cannot be sent to where the envelope says: no sender of the account is there. */
  areReportsRefused?: true;
}

/** Everything one submission adds to the database. */
export interface PreparedSubmission {
  accepted: AcceptedSubmission;
  contents: ContentRow[];
  messages: MessageRow[];
  deliveries: Delivery[];
  wishes: ReportWishRow[];
  sizeBytes: number;
  campaign: string;
  deduplicatesCampaign: boolean;
}

/** What is known of the account when a submission is prepared. */
export interface PrepareContext {
  keyring: Keyring;
  ids: IdSource;
  accountId: bigint;
  now: Date;
  deliveryDays: number;
  /** Contents of this request that are stored already: messages that share one point at the same row. */
  shared: Map<MessageContent, StoredContent>;
  /** How many submissions of this request use each content. */
  uses: Map<MessageContent, number>;
  /** What differs between messages that share a content, of this request. */
  bundle: PartsBundle;
}

// Parts that are sealed and stored together. A row for each cost as much as all else that is stored of such a message; more
// than those of one call in Mailjet's dialect would be opened for the few that a courier takes at a time.
const bundlePartsMax = 50;

/** Gathers parts into rows of the content table. */
export class PartsBundle {
  #id: bigint | null = null;
  #parts: BundledPart[] = [];

  /** Takes a part, and answers the id of the row it will be in. Its messages get their ids from now on. */
  add(context: PrepareContext, part: SubmissionPart, contents: ContentRow[]): bigint {
    if (this.#parts.length >= bundlePartsMax) this.close(context, contents);
    this.#id ??= context.ids.next(context.now);
    this.#parts.push({ first: context.ids.next(context.now), part });
    return this.#id;
  }

  /** Seals what was gathered, when no more will come. Answers how many octets that adds. */
  close({ keyring, accountId }: PrepareContext, contents: ContentRow[]): number {
    if (this.#id === null) return 0;
    const place = { table: "content", accountId, id: this.#id };
    const sealed = keyring.sealContent(place, encodeParts(this.#parts));
    contents.push({ accountId, id: this.#id, sealed });
    this.#id = null;
    this.#parts = [];
    return sealed.length;
  }
}

interface StoredContent {
  contentId: bigint;
  sizeBytes: number;
}

/** Turns a submission into rows: seals what is personal, gives every recipient an id and a place in the queue. */
export function prepareSubmission(
  context: PrepareContext,
  submission: AnySubmission,
  right: SenderRight,
): PreparedSubmission {
  const { content } = submission;
  const isShared = (context.uses.get(content) ?? 0) > 1;
  const part = partOf(submission);
  const contents: ContentRow[] = [];
  const stored = storeContent(context, submission, isShared ? null : part, contents);
  const partId = isShared ? context.bundle.add(context, part, contents) : null;

  const prepared: PreparedSubmission = {
    accepted: { to: [], cc: [], bcc: [], customId: submission.customId },
    contents,
    messages: [],
    deliveries: [],
    wishes: [],
    sizeBytes: contents.reduce((sum, row) => sum + row.sealed.length, 0),
    campaign: content.customCampaign,
    deduplicatesCampaign: content.deduplicatesCampaign,
  };
  const seen = new Map<string, AcceptedRecipient>();
  for (const role of ["to", "cc", "bcc"] as const) {
    for (const party of submission[role]) {
      const address = addressOf(party);
      const known = seen.get(normaliseForLookup(address));
      const recipient =
        known === undefined
          ? addRecipient({ context, submission, prepared, right, stored, partId }, { party, role, address })
          : { ...known, party };
      seen.set(normaliseForLookup(address), recipient);
      prepared.accepted[role].push(recipient);
    }
  }
  return prepared;
}

// What is written already names whom it likes: who gets it stands in the rows.
function partOf(submission: AnySubmission): SubmissionPart {
  if (isRaw(submission.content)) return { to: [], cc: [], variables: {} };
  const { to, cc } = submission.shown ?? submission;
  return { to, cc, variables: submission.variables };
}

interface Preparation {
  context: PrepareContext;
  submission: AnySubmission;
  prepared: PreparedSubmission;
  right: SenderRight;
  stored: StoredContent;
  partId: bigint | null;
}

function addRecipient(
  preparation: Preparation,
  recipient: { party: Party; role: "to" | "cc" | "bcc"; address: Address },
): AcceptedRecipient {
  const { context, prepared } = preparation;
  const { keyring, accountId } = context;
  const id = context.ids.next(context.now);
  prepared.messages.push(messageRow(preparation, id, recipient));
  prepared.deliveries.push(deliveryRow(preparation, id, recipient.address));
  const wish = reportWishOf(preparation, id, recipient.party);
  if (wish !== null) prepared.wishes.push(wish);
  prepared.sizeBytes += 400; // a message row, its index entries and its queue row
  return {
    party: recipient.party,
    id,
    // Made now: when it is told, what was stored must not fail because the keys had to make room meanwhile.
    uuid: uuidOf(keyring.lookup(accountId, `uuid/${id}`)),
  };
}

// Of what stays in the test inbox there is nothing to report: it is not on its way to anybody.
function reportWishOf(
  { context, submission: { envelope }, right }: Preparation,
  id: bigint,
  { address }: Party,
): ReportWishRow | null {
  if (envelope === undefined || right.staysInInbox) return null;
  return wishOf(context, id, { from: envelope.from, request: envelope.reports.get(address) });
}

function messageRow(
  { context, submission, right, stored, partId }: Preparation,
  id: bigint,
  { party, role, address }: { party: Party; role: "to" | "cc" | "bcc"; address: Address },
): MessageRow {
  const { keyring, accountId, now } = context;
  const { content } = submission;
  const identity: MessageIdentity = {
    address: address.text,
    name: party.name,
    role,
    subject: content.subject ?? "",
    customId: submission.customId,
    eventPayload: submission.eventPayload,
    from: content.from?.address ?? "",
    ...envelopeOf(submission, party),
  };
  return {
    accountId,
    id,
    contentId: stored.contentId,
    partId,
    lookup: keyring.lookup(accountId, normaliseForLookup(address)),
    customLookup:
      submission.customId === "" ? null : keyring.lookup(accountId, `custom/${submission.customId}`),
    campaignId: null,
    senderId: right.senderId,
    domain: address.domain,
    sealed: keyring.sealIdentity({ table: "message", accountId, id }, JSON.stringify(identity)),
    sizeBytes: stored.sizeBytes,
    ...shapeOf(content),
    trackOpens: content.trackOpens,
    trackClicks: content.trackClicks,
    state: "queued",
    reason: null,
    changedAt: now,
  };
}

function envelopeOf(
  { envelope }: AnySubmission,
  { address }: Party,
): Pick<MessageIdentity, "isFromNobody" | "dsn"> {
  const dsn = envelope?.reports.get(address);
  return {
    ...(envelope?.isFromNobody === true ? { isFromNobody: true } : {}),
    ...(dsn === undefined ? {} : { dsn }),
  };
}

function shapeOf(content: MessageContent): Pick<MessageRow, "attachmentCount" | "hasHtml" | "hasText"> {
  if (isRaw(content)) {
    const { attachmentCount, hasHtml, hasText } = content;
    return { attachmentCount, hasHtml, hasText };
  }
  return {
    attachmentCount: content.attachments.length + content.inlined.length,
    hasHtml: content.html !== null && content.html !== "",
    hasText: content.text !== null && content.text !== "",
  };
}

function deliveryRow(
  { context, submission, right, stored, partId }: Preparation,
  id: bigint,
  address: Address,
): Delivery {
  const route = right.staysInInbox ? inboxRoute : address.domain;
  return {
    lane: laneOf(route),
    id,
    accountId: context.accountId,
    contentId: stored.contentId,
    partId,
    route,
    ...placeInQueue(submission.content.priority, context.now),
    expiresAt: new Date(context.now.getTime() + context.deliveryDays * 86_400_000),
    attempts: 0,
    isBulk: isBulk(submission.content),
    isRepeat: false,
    isReport: false,
  };
}

function storeContent(
  context: PrepareContext,
  { content, to, cc, bcc }: AnySubmission,
  part: SubmissionPart | null,
  contents: ContentRow[],
): StoredContent {
  const known = context.shared.get(content);
  if (known !== undefined) return known;
  const isShared = part === null || to.length + cc.length + bcc.length > 1;
  const bytes = encodeContent({ content, part, isShared }, scratchPlace);
  const stored = { contentId: storeBytes(context, bytes, contents), sizeBytes: bytes.length };
  // The place is used again only when the next one comes: until then the text would outlive the key it is sealed with.
  bytes.fill(0);
  context.shared.set(content, stored);
  return stored;
}

function storeBytes(context: PrepareContext, bytes: Buffer, contents: ContentRow[]): bigint {
  const { keyring, accountId, now } = context;
  const id = context.ids.next(now);
  contents.push({ accountId, id, sealed: keyring.sealContent({ table: "content", accountId, id }, bytes) });
  return id;
}

function addressOf(party: Party): Address {
  const address = parseAddress(party.address);
  if ("problem" in address) throw new Error("A submission holds an address that was not parsed.");
  return address;
}
