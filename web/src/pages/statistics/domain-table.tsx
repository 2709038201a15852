import type { ReactNode } from "react";
import { type Scope, useDomainStatistics } from "../../api/statistics.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSpeech } from "../../words/provider.tsx";
import { DomainsSpan } from "./domains-span.tsx";
import { PlaceTable } from "./place-table.tsx";

/** By the recipients' domains; those beyond the first are summed up in a last row. */
export function DomainTable({ scope }: { scope: Scope }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const found = useDomainStatistics(scope);
  if (found.error !== null && found.data === undefined)
    return <ProblemNote error={found.error} onRetry={found.refetch} />;
  if (found.data === undefined) return <p className="soft">{words.loading}</p>;
  const { items, others } = found.data;
  if (items.length === 0)
    return (
      <>
        <DomainsSpan scope={scope} />
        <p>{texts.noDomains}</p>
      </>
    );
  const rows = items.map(({ domain, counts }) => ({ name: domain, isName: true, counts }));
  const rest = {
    name: texts.otherDomains(format.number(others.domains)),
    isName: false,
    counts: others.counts,
  };
  return (
    <>
      <DomainsSpan scope={scope} />
      <PlaceTable
        caption={texts.detailNames.domains}
        heading={texts.domain}
        rows={others.domains === 0 ? rows : [...rows, rest]}
      />
    </>
  );
}
