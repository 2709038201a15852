import { dateOf, type IdSource } from "../../base/ids.ts";
import { type IntakeRow, intakeSliceMs } from "./intake-store.ts";
import type { MessageRow } from "./store.ts";

/** What the statistics are told of messages that are accepted together. */
export function intakeOf(
  messages: readonly MessageRow[],
  { ids, now }: { ids: IdSource; now: Date },
): IntakeRow[] {
  const rows = new Map<string, IntakeRow>();
  for (const { accountId, id, campaignId, senderId } of messages) {
    const ms = dateOf(id).getTime();
    const slice = new Date(ms - (ms % intakeSliceMs));
    const key = `${accountId}/${campaignId}/${senderId}/${slice.getTime()}`;
    const row = rows.get(key);
    if (row === undefined) {
      rows.set(key, { accountId, id: ids.next(now), campaignId, senderId, slice, messages: 1 });
    } else row.messages += 1;
  }
  return [...rows.values()];
}
