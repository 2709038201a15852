import type { Sql, Transaction } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import { dateOf, type IdSource } from "../../base/ids.ts";
import { type Evidence, genesis, hashOf } from "./evidence.ts";
import type { Finding } from "./probe.ts";
import { deleteEvidence, insertEvidence, lockEvidence, selectChain, selectLastHash } from "./store.ts";

const dayMs = 86_400_000;
// A thousand rows are half a megabyte.
const chainPage = 1000;

/** Adds what a probe found to the chain, and removes what has been kept for its time. */
export async function appendEvidence(
  tx: Transaction,
  { ids, now, figures }: { ids: IdSource; now: Date; figures: FiguresInForce },
  probe: string,
  finding: Finding,
): Promise<Evidence> {
  // One after the other: the chain has one end, and the command and the service may both add to it.
  await lockEvidence(tx);
  const last = await selectLastHash(tx);
  const nextId = ids.next(now);
  // A process whose clock is behind must not put its row before one that is there.
  const id = last !== undefined && last.id >= nextId ? last.id + 1n : nextId;
  const bare = { id, probe, at: dateOf(id), ...finding, previous: last?.hash ?? genesis };
  const evidence: Evidence = { ...bare, hash: hashOf(bare) };
  await insertEvidence(tx, evidence);
  await deleteEvidence(tx, new Date(now.getTime() - figures.at(now).historyDays * dayMs));
  return evidence;
}

/** Recalculates the chain. Answers how long it is and the first row that does not fit. */
export async function verifyChain(reader: Sql): Promise<{ length: number; brokenAt: bigint | null }> {
  let length = 0;
  let before: Evidence | undefined;
  for (;;) {
    const rows = await selectChain(reader, before?.id ?? 0n, chainPage);
    for (const row of rows) {
      length += 1;
      // The first one kept follows one that is gone by now.
      const isTied = before === undefined || row.previous.equals(before.hash);
      if (!isTied || !hashOf(row).equals(row.hash)) return { length, brokenAt: row.id };
      before = row;
    }
    if (rows.length < chainPage) return { length, brokenAt: null };
  }
}
