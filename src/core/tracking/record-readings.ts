import type { Transaction } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { selectServed } from "../accounts/index.ts";
import { type ConsentPurpose, consentsInForce } from "../consent/index.ts";
import { type MessageEvent, recordEvents, type Verdict } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import { policyUnlessSet, strictest, type TrackingMode } from "./mode.ts";
import { plainTarget } from "./plain-target.ts";
import { selectPolicies } from "./policy-store.ts";
import type { IdentifiedReader, ReadingToken } from "./reading-token.ts";
import { isTooSoon } from "./too-soon.ts";

/** An opening or a click, and who it was as far as the request told. Nothing else of the request is kept. */
export interface Reading {
  token: ReadingToken;
  verdict: Verdict;
  /** The country it came from; null where that is not known. */
  country?: string | null;
}

interface RecordContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
  /** The operator's. */
  limit: TrackingMode;
  /** When messages were handed over; those that were not, or are not kept any more, are missing. */
  deliveredAt: (tx: Transaction, messages: readonly MessageKey[]) => Promise<ReadonlyMap<bigint, Date>>;
}

interface MessageKey {
  accountId: bigint;
  id: bigint;
}

/** Writes openings and clicks of many accounts together, each in the stricter of the mode its link was made in and of
 *  what holds at this moment: a withdrawal silences mail that was delivered long before, and so does an account that
 *  wants to know less. Accounts that are erased, or about to be, are left out. Answers how many were written. */
export async function recordReadings(
  tx: Transaction,
  context: RecordContext,
  readings: readonly Reading[],
): Promise<number> {
  const { keyring } = context;
  const asked = new Set(readings.map(({ token }) => token.accountId));
  await keyring.load(tx, asked);
  const accountIds = await selectServed(tx, asked, context.now);
  const policies = await selectPolicies(tx, accountIds);
  const allowed = readings.flatMap((reading) => {
    const { accountId, reader } = reading.token;
    if (!accountIds.has(accountId) || !keyring.has(accountId)) return [];
    const { mode } = policies.get(accountId) ?? policyUnlessSet;
    const present = strictest(context.limit, mode);
    if (present === "off") return [];
    return [{ ...reading, reader: present === "identified" ? reader : null }];
  });
  const named = allowed.flatMap(({ token: { accountId, reader } }) =>
    reader === null ? [] : [{ accountId, ...reader }],
  );
  const consents = await consentsInForce(tx, named);
  const delivered = await context.deliveredAt(
    tx,
    named.map(({ accountId, messageId: id }) => ({ accountId, id })),
  );
  const links = new LinkHashes(keyring);
  const events = allowed.flatMap(({ token, verdict, country, reader }) => {
    // Whoever has taken it back is not counted at all: the link is still one of their own.
    const { reader: own, accountId } = token;
    if (own !== null && !consents.has({ accountId, ...own }, purposeOf(token))) return [];
    const at = own === null ? undefined : delivered.get(own.messageId);
    const isMachine = at !== undefined && isTooSoon(token.kind, context.now.getTime() - at.getTime());
    // Where a machine stands says nothing of the reader.
    const judged = isMachine
      ? { token, verdict: "machine" as const, country: null }
      : { token, verdict, country: country ?? null };
    return [eventOf({ ...context, links }, judged, reader)];
  });
  await recordEvents(tx, events);
  return events.length;
}

function purposeOf({ kind }: ReadingToken): ConsentPurpose {
  return kind === "opened" ? "opens" : "clicks";
}

/** The keyed hashes of links, each calculated once for all that follow it together. */
class LinkHashes {
  readonly #keyring: Keyring;
  readonly #known = new Map<string, Buffer>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  of(accountId: bigint, url: string): Buffer {
    const name = `${accountId}/${url}`;
    const hash = this.#known.get(name) ?? this.#keyring.lookup(accountId, `link/${url}`);
    this.#known.set(name, hash);
    return hash;
  }
}

function eventOf(
  { keyring, ids, now, links }: RecordContext & { links: LinkHashes },
  { token, verdict, country }: Reading,
  reader: IdentifiedReader | null,
): MessageEvent {
  const { accountId, campaignId, kind } = token;
  const id = ids.next(now);
  const messageId = reader?.messageId ?? null;
  const from = country == null ? {} : { country };
  const bare = { accountId, id, kind, reason: null, replyCode: null, enhanced: null, messageId };
  if (kind === "opened") {
    return { ...bare, sealed: null, reading: { campaignId, verdict, link: null, position: null, ...from } };
  }
  const plain = plainTarget(token.target);
  const url = reader === null ? plain : token.target;
  const sealed = keyring.sealIdentity({ table: "event", accountId, id }, JSON.stringify({ url }));
  const link = links.of(accountId, plain);
  return { ...bare, sealed, reading: { campaignId, verdict, link, position: token.position, ...from } };
}
