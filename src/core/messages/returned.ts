import type { Transaction } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import type { MessageReason } from "../delivery/index.ts";
import { historyOf, recordEvents } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import { addSuppressions } from "../suppressions/index.ts";
import type { MessageIdentity } from "./message.ts";
import { isReaderServed } from "./reader-address.ts";
import { lockMessage, returnMessage, selectComposable } from "./store.ts";

/** The message that something is about, as its return path names it. */
export interface MessageName {
  accountId: bigint;
  id: bigint;
}

/** What writing of a return needs. */
export interface ReturnContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
}

/** What a server has reported of a message that it, or one before it, had taken. */
export interface ReturnedBounce {
  reason: MessageReason;
  replyCode: number | null;
  /** RFC 3463. */
  enhanced: string | null;
  /** The server's words, and its name. */
  text: string;
  host: string | null;
  /** The address is dead, if it is the one this message was for. */
  isHard: boolean;
  /** Whom the report says was not reached; null when it names nobody. */
  address: string | null;
}

// Where an event says how it became known: read by people.
const seenByReport = "reported after delivery";

/** Writes that a message has come back: state, event, and suppression where the report says that this very address is
 *  dead. A report of somebody else's address (the message was forwarded) suppresses nobody. `early`: the message is still on
 *  its way for us, since the next server was quicker than what its own answer settles. */
export async function recordBounce(
  tx: Transaction,
  { keyring, ids, now }: ReturnContext,
  { accountId, id: messageId }: MessageName,
  bounce: ReturnedBounce,
): Promise<"news" | "known" | "early"> {
  if (!(await isReaderServed(tx, { keyring, now }, accountId))) return "known";
  const { reason, replyCode, enhanced } = bounce;
  const row = await returnMessage(tx, { accountId, id: messageId, reason, changedAt: now });
  if (row === undefined) {
    const [kept] = await selectComposable(tx, [{ accountId, id: messageId }]);
    return kept?.state === "queued" || kept?.state === "deferred" ? "early" : "known";
  }
  const id = ids.next(now);
  const words = { text: bounce.text === "" ? null : bounce.text, detail: seenByReport, host: bounce.host };
  const sealed = keyring.sealIdentity({ table: "event", accountId, id }, JSON.stringify(words));
  await recordEvents(tx, [
    { accountId, id, messageId, kind: "bounced", reason, replyCode, enhanced, sealed },
  ]);
  const { isHard, address } = bounce;
  if (isHard && address !== null && isAddressOf(keyring, accountId, row.lookup, address)) {
    await suppress(tx, { keyring, ids, now }, { accountId, messageId, ...row }, "bounce");
  }
  return "news";
}

/** Writes that the recipient of a message has complained of it: event and suppression. A second report of the same
 *  message counts once. @param source the name of who reports, such as a feedback loop's */
export async function recordComplaint(
  tx: Transaction,
  { keyring, ids, now }: ReturnContext,
  { accountId, id: messageId }: MessageName,
  source: string,
): Promise<boolean> {
  if (!(await isReaderServed(tx, { keyring, now }, accountId))) return false;
  // Locked: two reports at once would both find none before them.
  const row = await lockMessage(tx, { accountId, id: messageId });
  if (row === undefined) return false;
  const history = await historyOf(tx, accountId, messageId);
  if (history.some(({ kind }) => kind === "complained")) return false;
  const id = ids.next(now);
  const sealed = keyring.sealIdentity({ table: "event", accountId, id }, JSON.stringify({ host: source }));
  const nothingSaid = { reason: null, replyCode: null, enhanced: null };
  await recordEvents(tx, [{ accountId, id, messageId, kind: "complained", ...nothingSaid, sealed }]);
  await suppress(tx, { keyring, ids, now }, { accountId, messageId, ...row }, "complaint");
  return true;
}

/** Whom a message was for; null when it is not kept any more. */
export async function selectRecipient(
  tx: Transaction,
  { accountId, id }: MessageName,
): Promise<{ lookup: Buffer } | null> {
  const [row] = await selectComposable(tx, [{ accountId, id }]);
  return row ?? null;
}

async function suppress(
  tx: Transaction,
  { keyring, ids, now }: ReturnContext,
  row: { accountId: bigint; messageId: bigint; lookup: Buffer; sealed: Buffer },
  cause: "bounce" | "complaint",
): Promise<void> {
  const { accountId, messageId, lookup } = row;
  const plain = keyring.openIdentity({ table: "message", accountId, id: messageId }, row.sealed).toString();
  const { address } = JSON.parse(plain) as MessageIdentity;
  const id = ids.next(now);
  const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address);
  const from = { cause, source: "report", sourceId: messageId } as const;
  await addSuppressions(tx, [{ accountId, lookup, id, sealed, ...from, createdAt: now }]);
}

function isAddressOf(keyring: Keyring, accountId: bigint, lookup: Buffer, text: string): boolean {
  const address = parseAddress(text);
  return !isAddressProblem(address) && keyring.lookup(accountId, normaliseForLookup(address)).equals(lookup);
}
