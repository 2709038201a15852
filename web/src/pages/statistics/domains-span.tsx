import type { ReactNode } from "react";
import { domainsPeriodOf } from "../../api/period.ts";
import type { Scope } from "../../api/statistics.ts";
import { useWords } from "../../words/provider.tsx";

/** Says of which part of the period domains are told, where it is not the whole. */
export function DomainsSpan({ scope }: { scope: Scope }): ReactNode {
  const { statistics: words } = useWords();
  const period = domainsPeriodOf(scope.period);
  return period === scope.period ? null : <p className="soft">{words.domainsOf(words.periods[period])}</p>;
}
