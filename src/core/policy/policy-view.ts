import sections from "../../../promises/sections.json" with { type: "json" };
import type { Texts } from "./register.ts";
import {
  changesBetween,
  documentOf,
  type HoldingVersion,
  holdingVersions,
  type PolicyChange,
  type PolicyDocument,
  type PolicyVersion,
} from "./version.ts";

/** A version as its readers see it. */
export interface PolicyEdition {
  version: PolicyVersion;
  document: PolicyDocument;
  /** The version before; null for the first. */
  before: PolicyDocument | null;
  changes: PolicyChange[];
  /** From when on it holds; null while owners are still to be written to, or when it never came to it. */
  from: Date | null;
  standing: "in force" | "past" | "announced";
}

/** The policy at an instant: what holds, what is announced, and every version there has been. */
export interface PolicyView {
  at: Date;
  inForce: PolicyEdition;
  /** The next one; null when nothing is announced. */
  upcoming: PolicyEdition | null;
  /** The oldest first. */
  editions: PolicyEdition[];
}

/** Looks at the versions at an instant. Null where there is none, which only a database without a service has. */
export function viewPolicy(versions: readonly PolicyVersion[], at: Date): PolicyView | null {
  const holding = holdingVersions(versions);
  const current = holding.findLast(({ from }) => from <= at) ?? holding[0];
  if (current === undefined) return null;
  const editions = versions.map((version, index) => {
    const last = versions[index - 1];
    return editionOf(version, last === undefined ? null : documentOf(last), holding, current);
  });
  const inForce = editions.find(({ version }) => version.number === current.version.number);
  if (inForce === undefined) return null;
  return {
    at,
    inForce,
    upcoming: editions.find(({ standing }) => standing === "announced") ?? null,
    editions,
  };
}

function editionOf(
  version: PolicyVersion,
  before: PolicyDocument | null,
  holding: readonly HoldingVersion[],
  current: HoldingVersion,
): PolicyEdition {
  const document = documentOf(version);
  const { number } = current.version;
  const standing = version.number === number ? "in force" : version.number < number ? "past" : "announced";
  return {
    ...{ version, document, before, standing },
    changes: before === null ? [] : changesBetween(before, document),
    from: holding.find((each) => each.version.number === version.number)?.from ?? null,
  };
}

/** The promises under the headings of the policy. */
export function sectionsOf({
  promises,
}: PolicyDocument): { title: Texts; promises: PolicyDocument["promises"] }[] {
  const numberOf = (id: string) => Number(id.slice(1));
  return sections.map(({ from, title }, index) => {
    const until = sections[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const own = promises.filter(({ id }) => numberOf(id) >= from && numberOf(id) < until);
    return { title, promises: own };
  });
}
