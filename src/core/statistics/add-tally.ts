import type { Transaction } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Keyring } from "../keys/index.ts";
import { plainTarget } from "../tracking/index.ts";
import type { LinkRow, Tally } from "./tally.ts";
import {
  addCountries,
  addDomains,
  addLinks,
  addProviders,
  addReasons,
  addStatistics,
  insertTargets,
  targetName,
  touchTargets,
} from "./tally-store.ts";

/** What adding needs of the service. */
export interface TallyContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
}

/** Adds what was counted to the statistics. */
export async function addTally(tx: Transaction, context: TallyContext, tally: Tally): Promise<void> {
  await addStatistics(tx, tally.rows());
  await addDomains(tx, tally.domains());
  await addProviders(tx, tally.providers());
  await addReasons(tx, tally.reasons());
  await addCountries(tx, tally.countries());
  const links = tally.links();
  await addLinks(tx, links);
  await addTargets(tx, context, links);
}

// Where a link leads stands in its events, which go: it is sealed a second time, for the statistics.
async function addTargets(tx: Transaction, context: TallyContext, links: readonly LinkRow[]): Promise<void> {
  const known = await touchTargets(tx, links);
  const unknown = new Map(
    links.filter((row) => !known.has(targetName(row))).map((row) => [targetName(row), row]),
  );
  const { keyring, ids, now } = context;
  await keyring.load(tx, new Set([...unknown.values()].map(({ accountId }) => accountId)));
  const targets = [...unknown.values()].flatMap(({ accountId, link, dayMs, sample }) => {
    if (sample === null || !keyring.has(accountId)) return [];
    const url = targetOf(keyring, accountId, sample);
    if (url === null) return [];
    const id = ids.next(now);
    const place = { table: "statistic_link_target", accountId, id };
    return [{ accountId, link, id, sealedUrl: keyring.sealIdentity(place, url), lastDayMs: dayMs }];
  });
  await insertTargets(tx, targets);
}

// Null for an event that is damaged: its click counts, and the next one may say where the link leads. The event of a reader
// who has agreed holds what was theirs alone in the link; a sum over readers does not.
function targetOf(
  keyring: Keyring,
  accountId: bigint,
  { eventId, sealed }: NonNullable<LinkRow["sample"]>,
): string | null {
  try {
    const opened = keyring.openIdentity({ table: "event", accountId, id: eventId }, sealed);
    const { url } = JSON.parse(opened.toString()) as { url?: string };
    return url === undefined ? "" : plainTarget(url);
  } catch {
    return null;
  }
}
