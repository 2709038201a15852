import { type Advice, adviceText, advise } from "./advice.ts";

/** What a check saw of one requirement. */
export interface CheckItem {
  status: "ok" | "missing" | "wrong" | "unknown";
  /** The record to publish, ready to be pasted; null when there is nothing to publish. */
  expected: { type: string; name: string; value: string } | null;
  found: string[];
  /** What to do, in a sentence. */
  advice: string;
  /** The same as codes, for other languages. */
  advices: Advice[];
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

/** An item with what is to be said of it. */
export function itemOf(
  status: CheckItem["status"],
  seen: Pick<CheckItem, "expected" | "found">,
  advices: Advice[],
): CheckItem {
  return { status, ...seen, advice: adviceText(advices), advices };
}

const notChecked: CheckItem = itemOf("unknown", { expected: null, found: [] }, [advise("not_checked")]);

/** A report as the database has it: what was stored without codes has only its sentences. */
export function openReport(report: DomainReport): DomainReport {
  const open = (item: CheckItem | null) => (item === null ? null : { ...item, advices: item.advices ?? [] });
  return Object.fromEntries(
    Object.entries(report).map(([name, item]) => [name, open(item)]),
  ) as unknown as DomainReport;
}

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
