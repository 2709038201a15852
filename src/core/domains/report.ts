/** What a check saw of one requirement. */
export interface CheckItem {
  status: "ok" | "missing" | "wrong" | "unknown";
  /** The record to publish, ready to be pasted; null when there is nothing to publish. */
  expected: { type: string; name: string; value: string } | null;
  found: string[];
  /** What to do, in a sentence. */
  advice: string;
}

/** Everything a sending domain needs, as the DNS showed it at one moment. */
export interface DomainReport {
  ownership: CheckItem;
  dkim: CheckItem;
  /** null where the domain has no second key. */
  dkimEd25519: CheckItem | null;
  spf: CheckItem;
  dmarc: CheckItem;
  returnPath: CheckItem;
  mx: CheckItem;
  ptr: CheckItem;
}

const notChecked: CheckItem = {
  status: "unknown",
  expected: null,
  found: [],
  advice: "Not checked yet.",
};

/** A report before the first check. */
export const emptyReport: DomainReport = {
  ownership: notChecked,
  dkim: notChecked,
  dkimEd25519: null,
  spf: notChecked,
  dmarc: notChecked,
  returnPath: notChecked,
  mx: notChecked,
  ptr: notChecked,
};
