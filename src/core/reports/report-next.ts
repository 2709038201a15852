import type { Database, Sql, Transaction } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import { dateOf, type IdSource } from "../../base/ids.ts";
import { type Delivery, enqueue, laneOf, placeInQueue } from "../delivery/index.ts";
import { advance, type Following, historyOf, positionOf, stillFollows } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import {
  countReports,
  deliveryDays,
  endWishes,
  isReportedByNext,
  type MessageIdentity,
  type MessageState,
  type OpenWish,
  Originals,
  openReturned,
  openTerms,
  openWords,
  putReports,
  quietWishes,
  type ReportRow,
  sealReport,
  selectComposable,
  selectDueWishes,
  selectWishes,
} from "../messages/index.ts";
import { asksForWhole, composeReport, type Reporter } from "./compose.ts";
import { decide } from "./decide.ts";
import { selectWishedEvents, type WishedEvent } from "./store.ts";
import type { Told } from "./words.ts";

// Reports of one batch, with the messages they return: 3 MB at the most.
const batchMax = 50;
// Of what is due, however much happens.
const dueMin = 5;
// How far one look goes in the log: some 20 ms of its index.
const positionsMax = 20_000n;
// Contents read for one batch, two of the largest: it must be over before its lease is, and all of it is one transaction.
const originalsBytesMax = 64 * 1024 * 1024;
// Reports of one account on their way, up to which the messages come back whole: 64 MB then. Who writes to a million addresses
// that are gone gets their headers.
const waitingForWholeMax = 1000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What reporting needs of the service. */
export interface ReportContext extends Reporter {
  database: Database;
  keyring: Keyring;
  ids: IdSource;
  figures: FiguresInForce;
  now: Date;
  /** Others than usual, for tests. */
  limits?: Partial<BatchLimits>;
}

interface BatchLimits {
  batchMax: number;
  originalsBytesMax: number;
}

/** What a batch has done. */
export interface ReportBatch {
  lanes: Set<number>;
  /** Is there certainly nothing more for now? */
  isLast: boolean;
  damaged: Damage[];
}

/** What is stored of a message cannot be read: a defect, or somebody changed it. It must not hold up the others. */
export interface Damage {
  messageId: bigint;
  error: unknown;
}

interface Made {
  row: ReportRow;
  delivery: Delivery;
}

interface Work {
  from: bigint;
  to: bigint;
  isLast: boolean;
  made: Made[];
  over: OpenWish[];
  quiet: OpenWish[];
  damaged: Damage[];
  originals: Originals;
  /** Reports on their way by account, as far as they were counted. */
  waiting: Map<bigint, number>;
}

/** Makes the reports that what happened since the last batch calls for. The position in the log, the reports with their
 *  rows of the queue, and what is left of the wishes change in one transaction: over crashes and changes of the process that
 *  reports, each report is made once. Null when the lease is lost.
 *  @param horizon up to where the log is final */
export async function reportNext(
  context: ReportContext,
  following: Following,
  horizon: bigint,
): Promise<ReportBatch | null> {
  const work = await context.database.read({ role: "relay" }, (reader) =>
    look(context, reader, following, horizon),
  );
  const { from, to, isLast, made, over, quiet, damaged } = work;
  const lanes = new Set(made.map(({ delivery }) => delivery.lane));
  const batch = { lanes, isLast, damaged };
  if (from === to && over.length + quiet.length === 0) return batch;
  const isWritten = await context.database.write({ role: "relay" }, (tx) => write(tx, following, work));
  return isWritten ? batch : null;
}

async function write(tx: Transaction, following: Following, work: Work): Promise<boolean> {
  const { from, to, made, over, quiet } = work;
  const isHeld = from === to ? await stillFollows(tx, following) : await advance(tx, following, { from, to });
  if (!isHeld) return false;
  const added = await putReports(
    tx,
    made.map(({ row }) => row),
  );
  await enqueue(
    tx,
    made.flatMap(({ delivery }) => (added.has(delivery.id) ? [delivery] : [])),
  );
  await quietWishes(tx, quiet);
  await endWishes(tx, over);
  return true;
}

async function look(
  context: ReportContext,
  reader: Sql,
  following: Following,
  horizon: bigint,
): Promise<Work> {
  const limits = { batchMax, originalsBytesMax, ...context.limits };
  const from = await positionOf(reader, following.name);
  const until = horizon > from + positionsMax ? from + positionsMax : horizon > from ? horizon : from;
  const events = await selectWishedEvents(reader, { after: from, until, limit: limits.batchMax });
  const isFull = events.length === limits.batchMax;
  const to = isFull ? (events.at(-1)?.logPosition ?? from) : until;
  // A few in any case: where much happens, what is due waits for it to end otherwise.
  const dueMax = Math.max(limits.batchMax - events.length, dueMin);
  const due = await selectDueWishes(reader, context.now, dueMax);
  const isLast = !isFull && until >= horizon && events.length + due.length < limits.batchMax;
  const originals = new Originals(context.keyring);
  const found = { made: [], over: [], quiet: [], damaged: [] };
  const work: Work = { from, to, isLast, ...found, originals, waiting: new Map() };
  const known = await readKnown(context, reader, { events, due, work });
  for (const event of events) {
    await follow(context, reader, known, { event, work });
    if (originals.bytesRead < limits.originalsBytesMax || event === events.at(-1)) continue;
    // The others are looked at next.
    return { ...work, to: event.logPosition, isLast: false };
  }
  const asked = new Set(events.map(({ messageId }) => messageId));
  for (const wish of due) {
    // What has happened to it meanwhile decides; the next look finds what is left.
    if (!asked.has(wish.messageId)) await remind(context, reader, known, { wish, work });
    if (originals.bytesRead >= limits.originalsBytesMax) return { ...work, isLast: false };
  }
  return work;
}

interface KnownMessage {
  wish: OpenWish;
  identity: MessageIdentity;
  state: MessageState;
}

async function readKnown(
  { keyring }: ReportContext,
  reader: Sql,
  { events, due, work }: { events: readonly WishedEvent[]; due: readonly OpenWish[]; work: Work },
): Promise<Map<bigint, KnownMessage>> {
  const wishes = [...(await selectWishes(reader, keysOf(events))), ...due];
  if (wishes.length === 0) return new Map();
  await keyring.load(reader, [...new Set(wishes.map(({ accountId }) => accountId))]);
  const rows = await selectComposable(
    reader,
    wishes.map(({ accountId, messageId: id }) => ({ accountId, id })),
  );
  const messages = new Map(rows.map((row) => [row.id, row]));
  const known = new Map<bigint, KnownMessage>();
  for (const wish of wishes) {
    const row = messages.get(wish.messageId);
    if (row === undefined || !keyring.has(wish.accountId)) continue;
    const place = { table: "message", accountId: wish.accountId, id: wish.messageId };
    const identity = unlessDamaged<MessageIdentity>(work, wish, () =>
      JSON.parse(keyring.openIdentity(place, row.sealed).toString()),
    );
    if (identity !== null) known.set(wish.messageId, { wish, identity, state: row.state });
  }
  return known;
}

/** Opens what is stored; null, and the wish is over, where that cannot be done. Nothing is asked of the database in there:
 *  a failure of that is no damage, and everything is looked at again. */
function unlessDamaged<Thing>(work: Work, wish: OpenWish, open: () => Thing): Thing | null {
  try {
    return open();
  } catch (error) {
    work.damaged.push({ messageId: wish.messageId, error });
    work.over.push(wish);
    return null;
  }
}

function keysOf(events: readonly WishedEvent[]): { accountId: bigint; messageId: bigint }[] {
  return [
    ...new Map(events.map(({ accountId, messageId }) => [messageId, { accountId, messageId }])).values(),
  ];
}

async function follow(
  context: ReportContext,
  reader: Sql,
  known: ReadonlyMap<bigint, KnownMessage>,
  { event, work }: { event: WishedEvent; work: Work },
): Promise<void> {
  const message = known.get(event.messageId);
  if (message === undefined) return;
  const { wish, state } = message;
  const said = unlessDamaged(work, wish, () => ({
    words: openWords(context.keyring, event),
    isByNext: isReportedByNext(context.keyring, event),
  }));
  if (said === null) return;
  const { words, isByNext } = said;
  const decision = decide({ kind: event.kind, host: words.host, isReportedByNext: isByNext, state }, wish);
  if (decision === null) return;
  const { report, isOver } = decision;
  if (report !== null) {
    const { kind, reason, replyCode, enhanced } = event;
    const told = { action: report, kind, reason, replyCode, enhanced, ...words };
    const attemptedAt = event.kind === "blocked" ? null : dateOf(event.id);
    await make(context, reader, message, { told, attemptedAt, work });
  }
  if (isOver) work.over.push(wish);
  // The next server may have been quicker than we: what it has said is looked at next.
  else work.quiet.push({ ...wish, onSuccess: wish.onSuccess && isByNext, sealedReturned: null });
}

/** Looks at a wish because its time has come: a delay, or something the next server has said. */
async function remind(
  context: ReportContext,
  reader: Sql,
  known: ReadonlyMap<bigint, KnownMessage>,
  { wish, work }: { wish: OpenWish; work: Work },
): Promise<void> {
  const message = known.get(wish.messageId);
  if (message === undefined) {
    work.over.push(wish);
    return;
  }
  const { sealedReturned } = wish;
  if (sealedReturned === null) return delayed(context, reader, message, work);
  const returned = unlessDamaged(work, wish, () => openReturned(context.keyring, wish, sealedReturned));
  const isDelay = returned?.action === "delayed";
  const isSuccess = returned !== null && !isDelay;
  // It may have come in before what happened here was told, and with that the wish was fulfilled.
  if (returned !== null && (isDelay ? wish.onDelay : wish.onSuccess)) {
    const { action, status: enhanced, replyCode, text, host } = returned;
    const told = { action, kind: null, reason: null, replyCode, enhanced, text, detail: null, host };
    await make(context, reader, message, { told, attemptedAt: null, work });
  }
  if (isSuccess && !wish.onFailure) work.over.push(wish);
  else {
    const onSuccess = wish.onSuccess && !isSuccess;
    work.quiet.push({ ...wish, onSuccess, onDelay: wish.onDelay && isSuccess });
  }
}

async function delayed(
  context: ReportContext,
  reader: Sql,
  message: KnownMessage,
  work: Work,
): Promise<void> {
  const { wish, state } = message;
  if (state === "queued" || state === "deferred") {
    const history = await historyOf(reader, wish.accountId, wish.messageId);
    const last = history.findLast(({ kind }) => kind === "deferred" || kind === "unknown");
    const words =
      last === undefined ? null : unlessDamaged(work, wish, () => openWords(context.keyring, last));
    const told: Told = {
      action: "delayed",
      kind: last === undefined ? null : "deferred",
      reason: last?.reason ?? null,
      replyCode: last?.replyCode ?? null,
      enhanced: last?.enhanced ?? null,
      text: words?.text ?? null,
      detail: words?.detail ?? null,
      host: words?.host ?? null,
    };
    const attemptedAt = last === undefined ? null : dateOf(last.id);
    await make(context, reader, message, { told, attemptedAt, work });
  }
  work.quiet.push({ ...wish, onDelay: false });
}

async function make(
  context: ReportContext,
  reader: Sql,
  { wish, identity }: KnownMessage,
  { told, attemptedAt, work }: { told: Told; attemptedAt: Date | null; work: Work },
): Promise<void> {
  const { keyring, ids, figures, now } = context;
  const { accountId, messageId } = wish;
  const terms = unlessDamaged(work, wish, () => openTerms(keyring, wish));
  const acceptedAt = dateOf(messageId);
  // An hour before its key may go, so that no attempt finds it gone.
  const endsAt = new Date(acceptedAt.getTime() + figures.at(now).contentDays * dayMs - hourMs);
  if (terms === null || endsAt <= now) return;
  const original = await work.originals.read(reader, { accountId, id: messageId }, identity);
  // What became of a message is told without it where it cannot be shown.
  if (original instanceof Error) work.damaged.push({ messageId, error: original });
  const days = deliveryDays(figures.at(acceptedAt));
  const retryUntil = told.action === "delayed" ? new Date(acceptedAt.getTime() + days * dayMs) : null;
  const id = ids.next(now);
  const shown = original instanceof Error ? null : original;
  const isWhole =
    shown?.hasBody === true && asksForWhole(told, terms) && (await hasRoom(reader, accountId, work));
  const known = { told, terms, messageId, identity, original: shown, isWhole, attemptedAt, retryUntil };
  const material = { id, now, ...known };
  const mail = unlessDamaged(work, wish, () => composeReport(context, material));
  if (mail === null) return;
  const row = { accountId, id, messageId, action: told.action };
  const route = mail.to.slice(mail.to.lastIndexOf("@") + 1);
  work.made.push({
    row: { ...row, sealed: sealReport(keyring, row, mail) },
    delivery: {
      ...{ id, accountId, contentId: id, partId: null, route, lane: laneOf(route) },
      ...placeInQueue(2, now),
      ...{ expiresAt: endsAt, attempts: 0, isBulk: false, isRepeat: false, isReport: true },
    },
  });
}

/** Is the account to be given another message back? Counts it. */
async function hasRoom(reader: Sql, accountId: bigint, { waiting }: Work): Promise<boolean> {
  const count = waiting.get(accountId) ?? (await countReports(reader, accountId, waitingForWholeMax));
  waiting.set(accountId, count + 1);
  return count < waitingForWholeMax;
}
