import type { Database } from "../../base/database.ts";
import type { Keyring } from "./keyring.ts";
import { dayOf } from "./ratchet.ts";
import { lockKeysSealedBefore, selectFirstSealedOn, updateAccountKeys } from "./store.ts";

// Some milliseconds of work, and a lock nobody waits for.
const resealBatch = 500;

/** Seals the key of every account anew under the present day, so that older days can be destroyed: with them go the
 *  copies of keys that were destroyed, in the database's log, replicas and backups. Answers how many were sealed. */
export async function resealAccountKeys(database: Database, keyring: Keyring, now: Date): Promise<number> {
  const day = dayOf(now);
  let sealed = 0;
  let afterId = 0n;
  for (;;) {
    const page = { afterId, limit: resealBatch };
    const rows = await database.write({ role: "retention" }, async (tx) => {
      const found = await lockKeysSealedBefore(tx, day, page);
      const fresh = found.flatMap((row) => keyring.reseal(row, day) ?? []);
      if (fresh.length > 0) await updateAccountKeys(tx, fresh);
      return found;
    });
    sealed += rows.length;
    afterId = rows.at(-1)?.accountId ?? 0n;
    if (rows.length < resealBatch) return sealed;
  }
}

/** Destroys the days of the chain that lie further back than copies of keys may be opened, in the folder of this
 *  process. Never one that a key in the database is still sealed under: that would be the end of its account.
 *  @param keptDays how many days back a copy may be opened */
export async function destroyAccountDays(
  database: Database,
  keyring: Keyring,
  { now, keptDays }: { now: Date; keptDays: number },
): Promise<boolean> {
  const first = dayOf(now) - keptDays;
  if (first <= keyring.firstAccountDay) return false;
  const needed = await database.read({ role: "delivery" }, selectFirstSealedOn);
  return keyring.destroyAccountDaysBefore(Math.min(first, needed ?? first));
}
