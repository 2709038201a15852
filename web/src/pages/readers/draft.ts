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
export function wishOf({
  address,
  decision,
  purposes,
  decidedAt,
  how,
  wording,
  version,
}: Draft): DecisionWish {
  const proof = decision === "given" ? { wording: wording.trim(), version: version.trim() } : {};
  return {
    address: address.trim(),
    decision,
    purposes: [...purposes],
    how: how.trim(),
    ...proof,
    ...(decidedAt === "" ? {} : { decidedAt: new Date(decidedAt).toISOString() }),
  };
}
