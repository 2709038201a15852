import type { Sql, Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { IdSource } from "../../base/ids.ts";
import { type Actor, actorName } from "../audit/index.ts";
import type { Keyring } from "../keys/index.ts";
import {
  type ConsentDecision,
  type ConsentEntry,
  type ConsentProof,
  type ConsentPurpose,
  type ConsentSource,
  ConsentsInForce,
  type ConsentTarget,
} from "./consent.ts";
import {
  insertConsents,
  type KnownDecision,
  lockReader,
  selectKnown,
  selectLatestConsents,
  selectNaming,
} from "./store.ts";

/** A decision of a reader, for one purpose or both, as the account tells it. */
export interface DecisionMade {
  lookup: Buffer;
  purposes: readonly ConsentPurpose[];
  decision: ConsentDecision;
  decidedAt: Date;
  source: Exclude<ConsentSource, "reader">;
  proof: ConsentProof;
}

// How far another machine's clock may be ahead of ours.
const aheadMsMax = 60_000;

/** Adds decisions to the history. Nothing that stands there is changed: whether a consent is in force follows from the
 *  latest decision. Takes effect with the commit, before the next attempt to deliver and the next opening or click.
 *  @throws Refusal invalid */
export async function recordConsents(
  tx: Transaction,
  { keyring, ids, now }: { keyring: Keyring; ids: IdSource; now: Date },
  { accountId, actor }: { accountId: bigint; actor: Actor },
  decisions: readonly DecisionMade[],
): Promise<void> {
  for (const decision of decisions) checkDecision(decision, now);
  const entries = decisions.flatMap(({ purposes, proof, ...rest }) => {
    // An instant that is still to come would outrank what the reader decides before it.
    const decidedAt = new Date(Math.min(rest.decidedAt.getTime(), now.getTime()));
    return [...new Set(purposes)].map((purpose): ConsentEntry => {
      const id = ids.next(now);
      const sealed = keyring.sealIdentity({ table: "consent", accountId, id }, JSON.stringify(proof));
      return { accountId, id, purpose, actor: actorName(actor), sealed, ...rest, decidedAt, sourceId: null };
    });
  });
  await insertConsents(tx, entries);
}

/** Those that are not in the history yet, each with the purposes that are not: a file that is brought in twice adds
 *  nothing the second time. What stands in the list twice is left in once. */
export async function withoutKnown(
  reader: Sql,
  accountId: bigint,
  decisions: readonly DecisionMade[],
): Promise<DecisionMade[]> {
  const asked = decisions.flatMap(({ lookup, purposes, decision, decidedAt }) =>
    purposes.map((purpose) => ({ lookup, purpose, decision, decidedAt })),
  );
  const known = new Set((await selectKnown(reader, accountId, asked)).map(keyOf));
  return decisions.flatMap((decision) => {
    const purposes = decision.purposes.filter((purpose) => {
      const key = keyOf({ ...decision, purpose });
      if (known.has(key)) return false;
      known.add(key);
      return true;
    });
    return purposes.length === 0 ? [] : [{ ...decision, purposes }];
  });
}

/** Those of readers who have not withdrawn already, each with the purposes for which they have not. */
export async function withoutWithdrawn(
  reader: Sql,
  accountId: bigint,
  decisions: readonly DecisionMade[],
): Promise<DecisionMade[]> {
  const targets = decisions.map(({ lookup }) => ({ accountId, lookup }));
  const withdrawn = new Set(
    (await selectLatestConsents(reader, targets))
      .filter(({ decision }) => decision === "withdrawn")
      .map(({ lookup, purpose }) => `${lookup.toString("hex")}/${purpose}`),
  );
  return decisions.flatMap((decision) => {
    const name = decision.lookup.toString("hex");
    const purposes = decision.purposes.filter((purpose) => !withdrawn.has(`${name}/${purpose}`));
    return purposes.length === 0 ? [] : [{ ...decision, purposes }];
  });
}

function keyOf({ lookup, purpose, decision, decidedAt }: KnownDecision): string {
  return `${lookup.toString("hex")}/${purpose}/${decision}/${decidedAt.getTime()}`;
}

/** What a reader has taken back on the page behind a link of a mail. */
export interface ReaderWithdrawal extends ConsentTarget {
  purpose: ConsentPurpose;
  /** The message whose link led to the page. */
  messageId: bigint;
  proof: ConsentProof;
}

/** Adds that a reader has taken a consent back. Where they have already, nothing is written: whoever holds a link can ask
 *  for ever, and no row is ever removed. There is no way to give a consent here: the sender has written the mail, so it
 *  may hold every link in it, and could agree in the reader's name. */
export async function recordWithdrawal(
  tx: Transaction,
  { keyring, ids, now }: { keyring: Keyring; ids: IdSource; now: Date },
  { accountId, lookup, purpose, messageId: sourceId, proof }: ReaderWithdrawal,
): Promise<void> {
  // Many requests at once must not each find the consent in force.
  await lockReader(tx, { accountId, lookup });
  const latest = (await selectLatestConsents(tx, [{ accountId, lookup }])).find(
    (each) => each.purpose === purpose,
  );
  if (latest?.decision === "withdrawn") return;
  // It is the last word on what stands there, also where the clock of the node that wrote that was ahead.
  const decidedAt = new Date(Math.max(now.getTime(), (latest?.decidedAt.getTime() ?? 0) + 1));
  const id = ids.next(now);
  const sealed = keyring.sealIdentity({ table: "consent", accountId, id }, JSON.stringify(proof));
  const said = {
    purpose,
    decision: "withdrawn",
    source: "reader",
    sourceId,
    actor: actorName({ kind: "link" }),
  } as const;
  await insertConsents(tx, [{ accountId, id, lookup, ...said, decidedAt, sealed }]);
}

/** Says whether a decision can stand in the history.
 *  @throws Refusal invalid */
export function checkDecision(
  { decision, decidedAt, proof }: Pick<DecisionMade, "decision" | "decidedAt" | "proof">,
  now: Date,
): void {
  // GDPR art. 7(1): the controller must be able to show it; art. 4(11): informed, so the text belongs to it.
  if (decision === "given" && (proof.wording.trim() === "" || proof.how.trim() === "")) {
    throw new Refusal(
      "invalid",
      "A consent needs its proof: the text that was agreed to, and where that was.",
      { field: proof.wording.trim() === "" ? "wording" : "how" },
    );
  }
  if (decidedAt.getTime() > now.getTime() + aheadMsMax) {
    throw new Refusal("invalid", "A decision cannot have been made in the future.", {
      field: "decidedAt",
    });
  }
}

/** What the readers have agreed to at this moment. */
export async function consentsInForce(
  ...[reader, targets]: Parameters<typeof selectLatestConsents>
): Promise<ConsentsInForce> {
  return new ConsentsInForce(await selectLatestConsents(reader, targets));
}

/** The addresses of readers, by their keyed hash in hexadecimal digits, from what else they have decided: an old link names
 *  its reader by the hash alone. The account's keys must be loaded. */
export async function addressesOf(
  reader: Sql,
  keyring: Keyring,
  { accountId, lookups }: { accountId: bigint; lookups: readonly Buffer[] },
): Promise<Map<string, string>> {
  const found = (await selectNaming(reader, accountId, lookups)).map((entry) => {
    return [entry.lookup.toString("hex"), openProof(keyring, entry).address] as const;
  });
  return new Map(found.filter(([, address]) => address !== ""));
}

/** Opens the proof of a decision. The account's keys must be loaded. */
export function openProof(
  keyring: Keyring,
  { accountId, id, sealed }: Pick<ConsentEntry, "accountId" | "id" | "sealed">,
): ConsentProof {
  return JSON.parse(keyring.openIdentity({ table: "consent", accountId, id }, sealed).toString());
}
