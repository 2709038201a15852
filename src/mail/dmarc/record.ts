import { parseTagList } from "../dkim/tag-list.ts";

const version = /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/;
// RFC 9989 §4.8: an RFC 3986 URI. The size that older records append after "!" is ignored.
const reportAddress = /^[a-z][a-z0-9+.-]*:[a-z0-9\-._~:/?#[\]@$&'()*+;=%]*(?:!\d+[kmgt]?)?$/i;

export type DmarcPolicy = "none" | "quarantine" | "reject";

/** What a record asks receivers to do. */
export interface DmarcRecord {
  /** For the domain itself. Undefined: receivers apply nothing, for the record names neither a policy nor an address
   *  for reports (RFC 9989 §4.10.1). */
  readonly policy: DmarcPolicy | undefined;
  /** For names below it. */
  readonly subdomainPolicy: DmarcPolicy | undefined;
  /** For names below it that do not exist. */
  readonly absentPolicy: DmarcPolicy | undefined;
  readonly dkimAlignment: "relaxed" | "strict";
  readonly spfAlignment: "relaxed" | "strict";
  readonly reportsTo: readonly string[];
  readonly failureReportsTo: readonly string[];
  /** `t=y`: receivers apply the next weaker policy. */
  readonly isTesting: boolean;
  /** Whether the domain is a public suffix: y, n, or u for unsaid. */
  readonly publicSuffix: "y" | "n" | "u";
}

/** Whether a TXT record is a DMARC record at all. */
export function isDmarc(text: string): boolean {
  return version.test(text);
}

/** Reads a DMARC record. Undefined for one that is no tag-list. Unknown tags, and values that are not among those
 *  allowed, count as absent. @see RFC 9989 §4.7 */
export function parseDmarcRecord(text: string): DmarcRecord | undefined {
  const tags = isDmarc(text) ? parseTagList(text) : undefined;
  if (tags === undefined) return undefined;
  const reportsTo = addressesOf(tags.get("rua"));
  return {
    ...policiesOf(tags, reportsTo.length > 0),
    dkimAlignment: alignmentOf(tags.get("adkim")),
    spfAlignment: alignmentOf(tags.get("aspf")),
    reportsTo,
    failureReportsTo: addressesOf(tags.get("ruf")),
    isTesting: tags.get("t")?.toLowerCase() === "y",
    publicSuffix: publicSuffixOf(tags.get("psd")),
  };
}

/** RFC 9989 §4.10.1: without a valid `p`, or with an invalid `sp` or `np`, a record acts as `p=none` if it asks for
 *  reports, and not at all otherwise. */
function policiesOf(
  tags: ReadonlyMap<string, string>,
  hasReports: boolean,
): Pick<DmarcRecord, "policy" | "subdomainPolicy" | "absentPolicy"> {
  const [policy, subdomainPolicy, absentPolicy] = ["p", "sp", "np"].map((tag) => policyOf(tags.get(tag)));
  if (policy === undefined || [policy, subdomainPolicy, absentPolicy].includes("invalid")) {
    return { policy: hasReports ? "none" : undefined, subdomainPolicy: undefined, absentPolicy: undefined };
  }
  return {
    policy: validOf(policy),
    subdomainPolicy: validOf(subdomainPolicy),
    absentPolicy: validOf(absentPolicy),
  };
}

function policyOf(value: string | undefined): DmarcPolicy | "invalid" | undefined {
  const policy = value?.toLowerCase();
  if (policy === undefined || policy === "none" || policy === "quarantine" || policy === "reject")
    return policy;
  return "invalid";
}

function validOf(policy: DmarcPolicy | "invalid" | undefined): DmarcPolicy | undefined {
  return policy === "invalid" ? undefined : policy;
}

function alignmentOf(value: string | undefined): "relaxed" | "strict" {
  return value?.toLowerCase() === "s" ? "strict" : "relaxed";
}

function publicSuffixOf(value: string | undefined): "y" | "n" | "u" {
  const flag = value?.toLowerCase();
  return flag === "y" || flag === "n" ? flag : "u";
}

function addressesOf(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((address) => address.trim())
    .filter((address) => reportAddress.test(address));
}
