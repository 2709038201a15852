import type { Sql, Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { Figures } from "../../base/figures.ts";
import { type AccountRow, selectFamily, updateClosing } from "./store.ts";

const dayMs = 86_400_000;

/** What was closed or opened again: the account and its sub-accounts. */
export interface Closing {
  accountIds: bigint[];
  /** Until when the account can be read; from then on nothing of it is there. */
  eraseAt: Date;
}

/** Closes an account with its sub-accounts. Nothing more is sent or changed; for some days it can be read and exported,
 *  then it is erased (P102, P104).
 *  @throws Refusal not_found, already_closed */
export async function closeAccount(
  tx: Transaction,
  { figures, now }: { figures: Figures; now: Date },
  accountId: bigint,
): Promise<Closing> {
  const family = await familyOf(tx, accountId);
  if (family[0]?.state === "closed") {
    throw new Refusal("already_closed", "This account is closed already.");
  }
  const eraseAt = new Date(now.getTime() + figures.retrievalDays * dayMs);
  const open = family.filter(({ state }) => state !== "closed").map(({ id }) => id);
  await updateClosing(tx, open, { state: "closed", closedAt: now, eraseAt, now });
  return { accountIds: open, eraseAt };
}

/** Opens an account again that was closed, as long as it has not been erased.
 *  @throws Refusal not_found, not_closed, too_late */
export async function reopenAccount(tx: Transaction, accountId: bigint, now: Date): Promise<bigint[]> {
  const family = await familyOf(tx, accountId);
  const [account] = family;
  if (account?.state !== "closed") throw new Refusal("not_closed", "This account is open.");
  if (account.eraseAt === null || account.eraseAt <= now) throw tooLate();
  const closed = family.filter(({ eraseAt }) => eraseAt !== null && eraseAt > now).map(({ id }) => id);
  const count = await updateClosing(tx, closed, { state: "active", closedAt: null, eraseAt: null, now });
  if (count < closed.length) throw tooLate();
  return closed;
}

function tooLate(): Refusal {
  return new Refusal("too_late", "The time for reading this account is over: it is being erased.");
}

// The account first. A sub-account alone is a family of one.
async function familyOf(reader: Sql, accountId: bigint): Promise<AccountRow[]> {
  const family = await selectFamily(reader, accountId);
  const own = family.find(({ id }) => id === accountId);
  if (own === undefined) throw new Refusal("not_found", "There is no such account.");
  return [own, ...family.filter(({ id }) => id !== accountId)];
}
