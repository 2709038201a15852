import type { Database } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import { type Claim, claimsOf, release, silentHolders } from "../../core/delivery/index.ts";
import { type ClaimedDelivery, settle } from "../../core/messages/index.ts";
import { hasSegments, type JournalLeft, readLeft, removeLeft } from "./journal.ts";
import { settleEach } from "./settle-each.ts";
import { crashSettlement, type VerdictContext } from "./verdict.ts";

const pageSize = 1000;
// A node on another machine may come back with its journal, which knows better. After a quarter of an hour its mail
// has waited long enough.
const foreignGraceMs = 900_000;

export interface RecoveryOptions {
  database: Database;
  verdicts: VerdictContext;
  log: Log;
}

/** Brings to an end what a killed process left, with the help of its journal: outcomes it had noted are written,
 *  messages that may have been handed over become `unknown`, all others are due again. */
export async function recoverWithJournal(
  options: RecoveryOptions,
  nodeId: number,
  folder: string,
): Promise<void> {
  const left = readLeft(folder);
  // A process that holds rows has a journal, if only an empty one. Without any, it was lost, and with it the knowledge
  // of what was begun.
  const isLost = !hasSegments(folder);
  const noted = left.settlements.filter((settlement) => settlement.claim.nodeId === nodeId);
  const refused = new Set<bigint>();
  for (let at = 0; at < noted.length; at += pageSize) {
    const group = noted.slice(at, at + pageSize);
    for (const { claim } of await settleEach(options.database, options.log, group)) refused.add(claim.id);
  }
  const wasBegun = (claim: Claim) => isLost || refused.has(claim.id) || hasIntent(left, claim);
  await recoverClaims(options, nodeId, (claim) => (wasBegun(claim) ? "begun" : "untouched"));
  removeLeft(folder);
}

/** Ends the claims of nodes that have been silent for long and whose journal is out of reach: every message they held
 *  may have been sent. */
export async function recoverSilentNodes(
  options: RecoveryOptions,
  realNow: number,
  ownId: number,
): Promise<void> {
  const since = new Date(realNow - foreignGraceMs);
  const silent = await options.database.read({ role: "delivery" }, (reader) => silentHolders(reader, since));
  for (const { id, name } of silent) {
    if (id === ownId) continue;
    options.log.warn("delivery.silent_node", { nodeId: id, name });
    await recoverClaims(options, id, () => "begun");
  }
}

/** Ends claims of this node that nobody here holds: the answer to a claim, or the giving back of rows, was lost with the
 *  database. `fateOf` tells what each needs; null leaves it alone. */
export async function recoverStrays(
  options: RecoveryOptions,
  nodeId: number,
  fateOf: (claim: Claim) => Fate | null,
): Promise<void> {
  await recoverClaims(options, nodeId, fateOf);
}

/** Was a message that somebody held perhaps handed over, or certainly not? */
export type Fate = "begun" | "untouched";

function hasIntent(left: JournalLeft, claim: Claim): boolean {
  return left.intents.some((intent) => intent.id === claim.id && intent.epoch === claim.epoch);
}

async function recoverClaims(
  { database, verdicts, log }: RecoveryOptions,
  nodeId: number,
  fateOf: (claim: Claim) => Fate | null,
): Promise<void> {
  let after = { lane: -1, id: 0n };
  let unknown = 0;
  let released = 0;
  for (;;) {
    const place = after;
    const rows = await database.read({ role: "delivery" }, (reader) =>
      claimsOf(reader, nodeId, place, pageSize),
    );
    const held = rows.map(({ epoch, ...row }): ClaimedDelivery => {
      return { ...row, claim: { lane: row.lane, id: row.id, nodeId, epoch } };
    });
    const fates = held.map(({ claim }) => fateOf(claim));
    const begun = held.filter((_, index) => fates[index] === "begun");
    const untouched = held.filter((_, index) => fates[index] === "untouched").map(({ claim }) => claim);
    await database.read({ role: "delivery" }, (reader) =>
      verdicts.keyring.load(
        reader,
        begun.map((delivery) => delivery.accountId),
      ),
    );
    await database.write({ role: "delivery" }, async (tx) => {
      await settle(
        tx,
        begun.map((delivery) => crashSettlement(verdicts, delivery)),
      );
      await release(tx, untouched);
    });
    unknown += begun.length;
    released += untouched.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) break;
    after = { lane: last.lane, id: last.id };
  }
  if (unknown + released > 0) log.info("delivery.recovered", { nodeId, unknown, released });
}
