import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { IdSource } from "../../base/ids.ts";
import { withdraw } from "../delivery/index.ts";
import { recordEvents } from "../events/index.ts";
import { selectMessage, updateToCancelled } from "./read-store.ts";
import { isWaiting, placeOf } from "./waiting.ts";

/** What came of a wish to cancel. `underway`: a node holds the message at this moment. It asks once more before it
 *  sends, so the message is still stopped unless the attempt has begun; its state tells in a moment. */
export type Cancellation = "cancelled" | "underway";

/** Takes a message out of the queue for good: its row in the queue, its state and its history change together.
 *  @throws Refusal not_found when the account has no such message, too_late when it has been sent or ended otherwise */
export async function cancelMessage(
  tx: Transaction,
  { ids, now }: { ids: IdSource; now: Date },
  key: { accountId: bigint; id: bigint },
): Promise<Cancellation> {
  const { accountId, id } = key;
  const row = await selectMessage(tx, key);
  if (row === undefined) throw new Refusal("not_found", "This account has no such message.", { id });
  if (!isWaiting(row)) throw tooLate(row.state);
  const withdrawn = await withdraw(tx, accountId, [placeOf(row)]);
  if (!withdrawn.has(id)) return "underway";
  await updateToCancelled(tx, key, now);
  await recordEvents(tx, [
    {
      accountId,
      id: ids.next(now),
      messageId: id,
      kind: "cancelled",
      reason: null,
      replyCode: null,
      enhanced: null,
      sealed: null,
    },
  ]);
  return "cancelled";
}

function tooLate(state: string): Refusal {
  return new Refusal("too_late", `This message cannot be cancelled any more: it is ${state}.`, { state });
}
