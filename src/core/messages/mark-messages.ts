import type { Clock } from "../../base/clock.ts";
import type { Transaction } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { messageReasons } from "../delivery/index.ts";
import type { Keyring } from "../keys/index.ts";
import type { findSuppressed } from "../suppressions/index.ts";
import {
  type CampaignRow,
  campaignName,
  campaignRecipientName,
  insertCampaignRecipients,
  insertCampaigns,
} from "./accept-store.ts";
import type { PreparedSubmission } from "./prepare.ts";
import type { MessageRow } from "./store.ts";

/** What one request adds to the messages of a commit. */
interface Prepared {
  accountId: bigint;
  prepared: PreparedSubmission[];
}

/** The rows of all that is committed together. */
export function messagesOf(groups: readonly Prepared[]): MessageRow[] {
  return groups.flatMap((group) => group.prepared.flatMap((ready) => ready.messages));
}

/** Forgets what was decided of rows. An attempt before this one may have failed after it had decided, and what it decided
 *  does not hold: the message that made this one a duplicate may be the one that could not be stored. */
export function reset(rows: MessageRow[]): void {
  for (const row of rows) {
    row.state = "queued";
    row.reason = null;
    row.campaignId = null;
  }
}

/** Marks messages to suppressed addresses. They are taken in, as are duplicates within a campaign, so that the sender sees
 *  what became of them, but they never reach the queue. What is suppressed after this look is seen when the message is
 *  about to be handed over. */
export function blockSuppressed(
  messages: MessageRow[],
  suppressed: Awaited<ReturnType<typeof findSuppressed>>,
): void {
  if (suppressed.length === 0) return;
  const causes = new Map(
    suppressed.map((row) => [`${row.accountId}/${row.lookup.toString("hex")}`, row.cause]),
  );
  for (const row of messages) {
    const cause = causes.get(`${row.accountId}/${row.lookup.toString("hex")}`);
    if (cause === undefined) continue;
    row.state = "blocked";
    row.reason = cause === "complaint" ? messageReasons.spamReporter : messageReasons.preblocked;
  }
}

/** Marks messages whose reader gets one of the same campaign already. */
export async function blockDuplicates(
  tx: Transaction,
  groups: readonly Prepared[],
  now: Date,
): Promise<void> {
  const rows = groups
    .flatMap((group) => group.prepared.filter((ready) => ready.deduplicatesCampaign))
    .flatMap((ready) => ready.messages)
    .filter((row) => row.state !== "blocked");
  const entries = rows.flatMap((row) =>
    row.campaignId === null
      ? []
      : [{ accountId: row.accountId, campaignId: row.campaignId, lookup: row.lookup, createdAt: now, row }],
  );
  const fresh = await insertCampaignRecipients(tx, entries);
  for (const entry of entries) {
    // `delete` lets the first row of a recipient pass and blocks the next one of the same group.
    if (fresh.delete(campaignRecipientName(entry))) continue;
    entry.row.state = "blocked";
    entry.row.reason = messageReasons.duplicateInCampaign;
  }
}

/** Gives messages the campaign they name, which is made where it is new. */
export async function assignCampaigns(
  context: { keyring: Keyring; ids: IdSource; clock: Clock },
  tx: Transaction,
  groups: readonly Prepared[],
): Promise<void> {
  const { keyring, ids, clock } = context;
  const named = groups.flatMap(({ accountId, prepared }) =>
    prepared
      .filter((ready) => ready.campaign !== "")
      .map((ready) => ({
        accountId,
        ready,
        lookup: keyring.lookup(accountId, `campaign/${ready.campaign}`),
      })),
  );
  const rows = new Map<string, CampaignRow>();
  for (const { accountId, ready, lookup } of named) {
    const name = campaignName({ accountId, lookup });
    if (rows.has(name)) continue;
    const createdAt = clock.now();
    const id = ids.nextSmall(createdAt);
    const sealedName = keyring.sealIdentity({ table: "campaign", accountId, id }, ready.campaign);
    rows.set(name, { accountId, id, lookup, sealedName, createdAt });
  }
  const known = await insertCampaigns(tx, [...rows.values()]);
  for (const { accountId, ready, lookup } of named) {
    const campaignId = known.get(campaignName({ accountId, lookup }));
    if (campaignId === undefined) throw new Error("A campaign that was just written is not there.");
    for (const row of ready.messages) row.campaignId = campaignId;
  }
}
