import type { Transaction } from "../../base/database.ts";
import { dateOf } from "../../base/ids.ts";
import { record } from "../audit/index.ts";
import { recordEvents } from "../events/index.ts";
import { addSuppressions, removeUnsubscription } from "../suppressions/index.ts";
import type { ReaderOf, Regret } from "../tracking/index.ts";
import { isReaderServed, type ReaderContext, readerAddress } from "./reader-address.ts";

/** How long an unsubscription can be taken back by who made it: as long as the page may still be open. Later, the
 *  sender has to ask. */
export const regretHours = 24;

/** What came of a wish to unsubscribe. */
export type Unsubscription =
  /** `regret`: by it the reader may take it back; null where the address was suppressed before for another reason. */
  | { kind: "unsubscribed"; regret: Regret | null }
  | { kind: "already" }
  /** The account is erased: nobody can send in its name any more, and nothing of it may be written. */
  | { kind: "closed" };

/** Sends no more mail of the account to a reader: with the commit, nothing more is accepted for the address, and what is
 *  queued is stopped before its attempt. Works when the message is long gone and only the link is left. */
export async function unsubscribe(
  tx: Transaction,
  { keyring, ids, now }: ReaderContext,
  reader: ReaderOf,
): Promise<Unsubscription> {
  const { accountId, messageId, lookup } = reader;
  if (!(await isReaderServed(tx, { keyring, now }, accountId))) return { kind: "closed" };
  const address = await readerAddress(tx, keyring, reader);
  const id = ids.next(now);
  const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address ?? "");
  const [added] = await addSuppressions(tx, [
    {
      ...{ accountId, lookup, id, sealed, createdAt: now },
      cause: "unsubscribe",
      source: "reader",
      sourceId: messageId,
    },
  ]);
  if (added === undefined) return { kind: "already" };
  if (address !== null) await recordEvents(tx, [eventOf(reader, ids.next(now), "unsubscribed")]);
  return { kind: "unsubscribed", regret: added.id === id ? { ...reader, suppressionId: id } : null };
}

/** Takes an unsubscription back that was a mistake. Answers false when it is too late, or when the address is suppressed
 *  for another reason by now. */
export async function resubscribe(
  tx: Transaction,
  { keyring, ids, now }: ReaderContext,
  { suppressionId, ...reader }: Regret,
): Promise<boolean> {
  const { accountId } = reader;
  if (now.getTime() - dateOf(suppressionId).getTime() > regretHours * 3_600_000) return false;
  if (!(await removeUnsubscription(tx, reader, suppressionId))) return false;
  await keyring.load(tx, [accountId]);
  const actor = { kind: "link" } as const;
  const entry = {
    accountId,
    id: ids.next(now),
    actor,
    action: "suppression.removed",
    subjectId: suppressionId,
  };
  await record(tx, entry);
  const isKept = (await readerAddress(tx, keyring, reader)) !== null;
  if (isKept) await recordEvents(tx, [eventOf(reader, ids.next(now), "resubscribed")]);
  return true;
}

function eventOf(
  { accountId, messageId }: ReaderOf,
  id: bigint,
  kind: "unsubscribed" | "resubscribed",
): Parameters<typeof recordEvents>[1][number] {
  const nothingSaid = { reason: null, replyCode: null, enhanced: null, sealed: null };
  return { accountId, id, messageId, kind, ...nothingSaid };
}
