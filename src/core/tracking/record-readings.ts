import type { Transaction } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { selectAccount } from "../accounts/index.ts";
import { type MessageEvent, recordEvents, type Verdict } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import type { ReadingToken } from "./reading-token.ts";

/** An opening or a click, and who it was as far as the request told. Nothing else of the request is kept. */
export interface Reading {
  token: ReadingToken;
  verdict: Verdict;
}

/** Writes openings and clicks of many accounts together. Accounts that are erased, or about to be, are left out. */
export async function recordReadings(
  tx: Transaction,
  context: { keyring: Keyring; ids: IdSource; now: Date },
  readings: readonly Reading[],
): Promise<void> {
  const { keyring, now } = context;
  const accountIds = new Set(readings.map(({ token }) => token.accountId));
  await keyring.load(tx, accountIds);
  for (const id of accountIds) {
    const account = await selectAccount(tx, id);
    if (account === undefined || (account.eraseAt !== null && account.eraseAt <= now)) accountIds.delete(id);
  }
  const counted = readings.filter(
    ({ token: { accountId } }) => accountIds.has(accountId) && keyring.has(accountId),
  );
  await recordEvents(
    tx,
    counted.map((reading) => eventOf(context, reading)),
  );
}

function eventOf(
  { keyring, ids, now }: { keyring: Keyring; ids: IdSource; now: Date },
  { token, verdict }: Reading,
): MessageEvent {
  const { accountId, campaignId, kind } = token;
  const id = ids.next(now);
  const bare = { reason: null, replyCode: null, enhanced: null, messageId: null };
  if (kind === "opened") {
    return {
      accountId,
      id,
      kind,
      ...bare,
      sealed: null,
      reading: { campaignId, verdict, link: null, position: null },
    };
  }
  const url = plainOf(token.target);
  const sealed = keyring.sealIdentity({ table: "event", accountId, id }, JSON.stringify({ url }));
  const link = keyring.lookup(accountId, `link/${url}`);
  return {
    accountId,
    id,
    kind,
    ...bare,
    sealed,
    reading: { campaignId, verdict, link, position: token.position },
  };
}

// What stands behind the question mark may be one reader's own, and readers are not known here.
function plainOf(target: string): string {
  const { origin, pathname } = new URL(target);
  return `${origin}${pathname}`;
}
