import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { type Figures, FiguresInForce } from "../../base/figures.ts";
import { wrongFigures } from "./figure-rules.ts";
import type { Entry, Texts } from "./register.ts";
import {
  changesBetween,
  documentFrom,
  documentOf,
  type PolicyChange,
  type PolicyDocument,
  type PolicyVersion,
  policyHash,
  textOf,
} from "./version.ts";
import { insertAnnounced, insertPolicyVersion, lockPolicy, selectPolicyVersions } from "./version-store.ts";

const dayMs = 86_400_000;

const firstReason: Texts = {
  en: "The first version on this installation.",
  fr: "La première version sur cette installation.",
  de: "Die erste Fassung auf dieser Installation.",
};

/** What a new version is to be. */
export interface Draft {
  /** Figures that differ from those of the version before. */
  figures: Partial<Figures>;
  reason: Texts;
}

/** A version that could be published, and how it differs from the last one. */
export interface DraftedPolicy {
  document: PolicyDocument;
  changes: PolicyChange[];
  /** The earliest instant from which it could hold if it were published now. */
  earliest: Date;
}

/** The first version: the register as it came with the release. It takes nothing away from anybody, so nobody has to be
 *  told before. Does nothing where there is one. */
export async function ensureFirstPolicy(
  tx: Transaction,
  entries: readonly Entry[],
  now: Date,
): Promise<void> {
  if ((await selectPolicyVersions(tx)).length > 0) return;
  await lockPolicy(tx);
  if ((await selectPolicyVersions(tx)).length > 0) return;
  const document = documentFrom(entries, {
    number: 1,
    reason: firstReason,
    figures: FiguresInForce.ofRelease,
  });
  await insert(tx, document, { publishedAt: now, effectiveAt: now });
  await insertAnnounced(tx, 1, now);
}

/** Compares the register of this release, with other figures where they are wished, with the last version.
 *  @throws Refusal invalid_figure, policy_unchanged */
export function draftPolicy(
  versions: readonly PolicyVersion[],
  entries: readonly Entry[],
  { figures, reason }: Draft,
  now: Date,
): DraftedPolicy {
  const last = versions.at(-1);
  if (last === undefined) throw new Error("There is no version of the policy to follow.");
  const before = documentOf(last);
  const wished = { ...before.figures, ...figures };
  const [wrong] = wrongFigures(wished);
  if (wrong !== undefined) throw new Refusal("invalid_figure", `${wrong}.`);
  const document = documentFrom(entries, { number: last.number + 1, reason, figures: wished });
  const changes = changesBetween(before, document);
  if (changes.length === 0) {
    throw new Refusal(
      "policy_unchanged",
      `Nothing differs from version ${last.number}: neither a text of this release nor a figure. Give figures with --set.`,
    );
  }
  const noticed = now.getTime() + before.figures.noticeDays * dayMs;
  // One that follows another that is announced already must not overtake it.
  const earliest = new Date(Math.max(noticed, last.effectiveAt.getTime() + 1));
  return { document, changes, earliest };
}

/** Publishes a version: from now on everybody can read it, its owners are written to, and on its day it holds, without
 *  anybody doing anything. It can be neither changed nor taken back; a further version can follow it.
 *  @throws Refusal invalid_figure, policy_unchanged, policy_too_early */
export async function publishPolicy(
  tx: Transaction,
  entries: readonly Entry[],
  draft: Draft,
  { effectiveAt, now }: { effectiveAt: Date; now: Date },
): Promise<DraftedPolicy & { version: PolicyVersion }> {
  await lockPolicy(tx);
  const drafted = draftPolicy(await selectPolicyVersions(tx), entries, draft, now);
  if (effectiveAt < drafted.earliest) throw tooEarly(drafted, effectiveAt);
  const version = await insert(tx, drafted.document, { publishedAt: now, effectiveAt });
  return { ...drafted, version };
}

// P124 makes no difference between changes; that one of them takes something away is said, since it matters most.
function tooEarly({ changes, earliest }: DraftedPolicy, effectiveAt: Date): Refusal {
  const weaker = changes.flatMap((change) =>
    change.kind === "figure" && change.isWeaker
      ? [`${change.name} (${change.before} → ${change.after})`]
      : [],
  );
  const less = weaker.length === 0 ? "" : ` It promises less than before: ${weaker.join(", ")}.`;
  return new Refusal(
    "policy_too_early",
    `A version published now can hold from ${earliest.toISOString()} at the earliest, since changes are announced before; ${effectiveAt.toISOString()} is too early.${less}`,
    { earliest: earliest.toISOString() },
  );
}

async function insert(
  tx: Transaction,
  document: PolicyDocument,
  times: Pick<PolicyVersion, "publishedAt" | "effectiveAt">,
): Promise<PolicyVersion> {
  const bare = { number: document.number, ...times, text: textOf(document) };
  const version = { ...bare, hash: policyHash(bare) };
  await insertPolicyVersion(tx, version);
  return { ...version, announcedAt: null };
}
