import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import {
  type Database,
  DatabaseError,
  DatabaseUnavailable,
  isUnavailable,
  type Transaction,
} from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import type { IdSource } from "../../base/ids.ts";
import { type Delivery, enqueue, enqueueClaimed } from "../delivery/index.ts";
import { type MessageEvent, recordEvents } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import { findSuppressed } from "../suppressions/index.ts";
import { policyUnlessSet, selectPolicies, selectReadyHosts, type TrackingPolicy } from "../tracking/index.ts";
import { type IdempotencyRow, idempotencyName, insertIdempotency } from "./accept-store.ts";
import type { HandOver, Reservation } from "./hand-over.ts";
import { intakeOf } from "./intake.ts";
import { insertIntake } from "./intake-store.ts";
import type { Carried, ClaimedDelivery } from "./load.ts";
import { assignCampaigns, blockDuplicates, blockSuppressed, messagesOf, reset } from "./mark-messages.ts";
import type { PreparedSubmission } from "./prepare.ts";
import { insertWishes } from "./report-wish-store.ts";
import {
  type ContentRow,
  countUsage,
  insertContents,
  insertMessages,
  type MessageRow,
  selectComposable,
} from "./store.ts";

/** What one request adds. */
export interface AcceptGroup {
  accountId: bigint;
  prepared: PreparedSubmission[];
  idempotency: IdempotencyRow | null;
  /** Filled when it is committed: what delivery in this process has in hand. The rest waits in its lanes. */
  handedOver: Set<bigint>;
}

/** What committing needs of the service. */
export interface CommitContext {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  figures: FiguresInForce;
  /** How a wait passes; only tests bring one. */
  pause?: (ms: number) => Promise<void>;
  /** Counts under this number: the same for no two transactions at the same moment. */
  writer: number;
  /** Delivery in this process, if there is one. */
  handOver?: HandOver;
}

/** The instant from which answers count that were kept for an Idempotency-Key. */
export function answersKeptSince(now: Date, figures: FiguresInForce): Date {
  return new Date(now.getTime() - figures.at(now).idempotencyHours * 3_600_000);
}

// What a commit has come to whose answer was lost is asked after these pauses: our own PostgreSQL is back within a few
// seconds, and who sends the request waits no longer than some twenty.
const doubtPausesMs = [50, 100, 200, 400, 800, 1600, 3000, 3000, 3000, 3000];
const uniqueViolation = "23505";

/** Commits many requests of many accounts in one transaction. Answers for each whether it was stored: false means that
 *  a request with the same Idempotency-Key was there before.
 *
 *  When the connection breaks under the commit, the same transaction is run again. Had the first been committed, the
 *  second meets its rows, waiting for it where it is still under way; had it not, the second takes its place.
 *  @throws Refusal undecided when the database does not come back in time to tell */
export async function commitGroup(context: CommitContext, groups: AcceptGroup[]): Promise<boolean[]> {
  const reservation = reserve(context, groups);
  let taken: ClaimedDelivery[] = [];
  try {
    const { isStored, claimed } = await commitSurely(context, groups, reservation);
    taken = claimed;
    for (const group of groups) {
      for (const { id, accountId } of claimed) if (accountId === group.accountId) group.handedOver.add(id);
    }
    return isStored;
  } finally {
    reservation?.end(taken);
  }
}

function reserve({ handOver }: CommitContext, groups: AcceptGroup[]): Reservation | null {
  if (handOver === undefined) return null;
  return handOver.reserve(groups.flatMap((group) => group.prepared.flatMap((ready) => ready.deliveries)));
}

/** What a transaction has decided: which requests are the first of their key, and what is claimed. */
interface Decision {
  isStored: boolean[];
  claimed: ClaimedDelivery[];
}

async function commitSurely(
  context: CommitContext,
  groups: AcceptGroup[],
  reservation: Reservation | null,
): Promise<Decision> {
  const { pause = wait } = context;
  // What the newest transaction that reached its commit has decided.
  let decided: Decision = { isStored: [], claimed: [] };
  const decide = (decision: Decision) => {
    decided = decision;
  };
  for (let doubts = 0; ; doubts++) {
    try {
      // After a loss nothing is handed over: the worker is finding out by itself which rows are whose.
      return await commitOnce(context, groups, doubts === 0 ? reservation : null, decide);
    } catch (error) {
      const doubt = doubts === 0 ? isCommitUnknown(error) : await isStillInDoubt(context, groups, error);
      // Its rows are claimed and nobody here has them: the worker looks for such rows and lets them go.
      if (doubt === "committed") return { ...decided, claimed: [] };
      if (!doubt) throw error;
      const pauseMs = doubtPausesMs[doubts];
      if (pauseMs === undefined) throw undecided();
      await pause(pauseMs);
    }
  }
}

async function commitOnce(
  context: CommitContext,
  groups: AcceptGroup[],
  reservation: Reservation | null,
  decide: (decision: Decision) => void,
): Promise<Decision> {
  const { database } = context;
  if (groups.some(asksFirst)) {
    const write = async (tx: Transaction) => {
      const decision = await storeFirst(context, tx, groups, reservation);
      decide(decision);
      return decision;
    };
    return await database.write({ role: "accept" }, write, { retry: true });
  }
  const messages = messagesOf(groups);
  reset(messages);
  const isStored = groups.map(() => true);
  decide({ isStored, claimed: [] });
  const suppressed = await database.readAtOnce({ role: "accept" }, (reader) =>
    findSuppressed(reader, messages),
  );
  blockSuppressed(messages, suppressed);
  const claimed = await database.writeAtOnce(
    { role: "accept" },
    (tx) => insertGroups(context, tx, groups, reservation),
    { retry: true },
  );
  return { isStored, claimed };
}

/** What is written depends on what else is there: a key that may be used already, a campaign by its name. The others are
 *  written in one round trip. */
function asksFirst({ idempotency, prepared }: AcceptGroup): boolean {
  return idempotency !== null || prepared.some(({ campaign }) => campaign !== "");
}

function isCommitUnknown(error: unknown): boolean {
  return error instanceof DatabaseUnavailable && error.commitUnknown;
}

async function isStillInDoubt(
  { database }: CommitContext,
  groups: AcceptGroup[],
  error: unknown,
): Promise<boolean | "committed"> {
  if (isUnavailable(error)) return true;
  if (!(error instanceof DatabaseError && error.code === uniqueViolation)) return false;
  // Is the row that is in the way one of these requests? Sealing makes each unlike any other.
  const messages = messagesOf(groups);
  try {
    const found = await database.read({ role: "accept" }, (reader) => selectComposable(reader, messages));
    const sealed = new Map(found.map((row) => [row.id, row.sealed]));
    return messages.some((row) => sealed.get(row.id)?.equals(row.sealed) === true) && "committed";
  } catch {
    return true;
  }
}

function undecided(): Refusal {
  return new Refusal(
    "undecided",
    "The database was lost while this request was being stored, and whether it was stored is not known. " +
      "Repeat it with the same Idempotency-Key, or look for its messages before you send it again.",
    { retryAfterSeconds: 10 },
  );
}

async function storeFirst(
  context: CommitContext,
  tx: Transaction,
  groups: AcceptGroup[],
  reservation: Reservation | null,
): Promise<Decision> {
  const keyed = groups.flatMap((group) => group.idempotency ?? []);
  const expired = answersKeptSince(context.clock.now(), context.figures);
  const free = await insertIdempotency(tx, firstOfEach(keyed), expired);
  const isStored = groups.map((group) => isFirst(group, free));
  const stored = groups.filter((_, index) => isStored[index]);
  return { isStored, claimed: await storeGroups(context, tx, stored, reservation) };
}

// Two requests with one key in the same group: the first one wins, as it would have in two groups.
function firstOfEach(rows: IdempotencyRow[]): IdempotencyRow[] {
  const first = new Map<string, IdempotencyRow>();
  for (const row of rows) if (!first.has(idempotencyName(row))) first.set(idempotencyName(row), row);
  return [...first.values()];
}

function isFirst(group: AcceptGroup, free: Set<string>): boolean {
  return group.idempotency === null || free.delete(idempotencyName(group.idempotency));
}

async function storeGroups(
  context: CommitContext,
  tx: Transaction,
  groups: AcceptGroup[],
  reservation: Reservation | null,
): Promise<ClaimedDelivery[]> {
  if (groups.length === 0) return [];
  const messages = messagesOf(groups);
  reset(messages);
  await assignCampaigns(context, tx, groups);
  blockSuppressed(messages, await findSuppressed(tx, messages));
  await blockDuplicates(tx, groups, context.clock.now());
  return insertGroups(context, tx, groups, reservation);
}

/** Asks for all statements at once: none depends on another. */
async function insertGroups(
  context: CommitContext,
  tx: Transaction,
  groups: AcceptGroup[],
  reservation: Reservation | null,
): Promise<ClaimedDelivery[]> {
  const now = context.clock.now();
  const messages = messagesOf(groups);
  const blocked = new Set(messages.filter((row) => row.state === "blocked").map((row) => row.id));
  const deliveries = groups
    .flatMap((group) => group.prepared.flatMap((ready) => ready.deliveries))
    .filter((delivery) => !blocked.has(delivery.id));
  const contents = groups.flatMap((group) => group.prepared.flatMap((ready) => ready.contents));
  const wished = deliveries.filter(({ id }) => reservation?.claims.has(id));
  const [unclaimed, policies, hosts] = await Promise.all([
    reservation === null ? [] : enqueueClaimed(tx, wished, reservation.claims),
    reservation === null ? null : selectPolicies(tx, accountsOf(wished)),
    reservation === null ? null : selectReadyHosts(tx, accountsOf(wished)),
    insertContents(tx, contents),
    insertMessages(tx, messages),
    insertWishes(
      tx,
      groups.flatMap((group) => group.prepared.flatMap((ready) => ready.wishes)),
    ),
    enqueue(
      tx,
      deliveries.filter(({ id }) => !reservation?.claims.has(id)),
    ),
    recordEvents(
      tx,
      messages.flatMap((row) => blockedEvent(context, row, now)),
    ),
    insertIntake(tx, intakeOf(messages, { ids: context.ids, now })),
    countUsage(tx, countsOf(groups), { day: now.toISOString().slice(0, 10), writer: context.writer }),
  ]);
  if (reservation === null || policies === null || hosts === null) return [];
  const left = new Set(unclaimed);
  const claimed = wished.filter(({ id }) => !left.has(id));
  return carriedWith(claimed, reservation, { messages, contents, policies, hosts });
}

function accountsOf(deliveries: Delivery[]): Set<bigint> {
  return new Set(deliveries.map(({ accountId }) => accountId));
}

// What is larger is read back from the database, so that what is handed over does not fill the memory.
const carriedBytesMax = 65_536;

/** Deliveries with the rows that were just written of their messages. */
function carriedWith(
  deliveries: Delivery[],
  { claims, madeAt }: Reservation,
  rows: {
    messages: MessageRow[];
    contents: ContentRow[];
    policies: ReadonlyMap<bigint, TrackingPolicy>;
    hosts: ReadonlyMap<string, string>;
  },
): ClaimedDelivery[] {
  const messages = new Map(rows.messages.map((row) => [row.id, row]));
  const contents = new Map(rows.contents.map((row) => [row.id, row]));
  return deliveries.flatMap((delivery) => {
    const claim = claims.get(delivery.id);
    const row = messages.get(delivery.id);
    if (claim === undefined || row === undefined) return [];
    const { contentId, partId } = delivery;
    const own = [contentId, partId].flatMap((id) => (id === null ? [] : (contents.get(id) ?? [])));
    const sizeBytes = own.reduce((sum, { sealed }) => sum + sealed.length, row.sealed.length);
    const policy = rows.policies.get(delivery.accountId) ?? policyUnlessSet;
    const carried: Carried = { row, contents: own, policy, hosts: rows.hosts, askedAt: madeAt, sizeBytes };
    return [{ ...delivery, claim, ...(sizeBytes > carriedBytesMax ? {} : { carried }) }];
  });
}

function blockedEvent(context: CommitContext, row: MessageRow, now: Date): MessageEvent[] {
  if (row.state !== "blocked") return [];
  const { accountId, id: messageId, reason } = row;
  return [
    {
      accountId,
      id: context.ids.next(now),
      messageId,
      kind: "blocked",
      reason,
      replyCode: null,
      enhanced: null,
      sealed: null,
    },
  ];
}

function countsOf(groups: AcceptGroup[]): { accountId: bigint; count: number }[] {
  const counts = new Map<bigint, number>();
  for (const group of groups) {
    const count = group.prepared.reduce((sum, ready) => sum + ready.messages.length, 0);
    counts.set(group.accountId, (counts.get(group.accountId) ?? 0) + count);
  }
  return [...counts].map(([accountId, count]) => ({ accountId, count }));
}
