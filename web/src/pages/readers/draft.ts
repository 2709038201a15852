import { type ConsentPurpose, consentPurposes, type DecisionWish } from "../../api/consents.ts";

/** A decision as it is typed. */
export interface Draft {
  address: string;
  decision: DecisionWish["decision"];
  purposes: readonly ConsentPurpose[];
  /** As the field gives it: without a zone, in that of the browser. */
  decidedAt: string;
  how: string;
  wording: string;
  version: string;
}

export const emptyDraft: Draft = {
  address: "",
  decision: "given",
  purposes: consentPurposes,
  decidedAt: "",
  how: "",
  wording: "",
  version: "",
};

export type Missing = "address" | "purposes" | "decidedAt" | "how" | "wording";

/** What a decision still lacks. A withdrawal needs no proof. */
export function missingIn({ address, decision, purposes, decidedAt, how, wording }: Draft): Missing[] {
  const isGiven = decision === "given";
  const lacks: [Missing, boolean][] = [
    ["address", address.trim() === ""],
    ["purposes", purposes.length === 0],
    ["decidedAt", isGiven && decidedAt === ""],
    ["how", isGiven && how.trim() === ""],
    ["wording", isGiven && wording.trim() === ""],
  ];
  return lacks.flatMap(([name, isMissing]) => (isMissing ? [name] : []));
}

/** The decision as the service takes it. */
export function wishOf(draft: Draft, now: Date): DecisionWish {
  const { address, decision, purposes, decidedAt, how, wording, version } = draft;
  const proof = decision === "given" ? { wording: wording.trim(), version: version.trim() } : {};
  return {
    address: address.trim(),
    decision,
    purposes: [...purposes],
    how: how.trim(),
    ...proof,
    ...(decidedAt === "" ? {} : { decidedAt: instantOf(draft, now).toISOString() }),
  };
}

const minuteMs = 60_000;

// The field knows minutes. A withdrawal counts against a consent of the same one: it is of its end, or of now before that.
function instantOf({ decidedAt, decision }: Draft, now: Date): Date {
  const start = new Date(decidedAt).getTime();
  if (decision === "given") return new Date(start);
  return new Date(Math.min(start + minuteMs - 1, Math.max(start, now.getTime())));
}
