import type { ReactNode } from "react";
import { domainsPeriodOf } from "../../api/period.ts";
import { type Scope, useDomainStatistics, useProviderStatistics } from "../../api/statistics.ts";
import { useStatus } from "../../api/status.ts";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { usePlace } from "../../shell/router.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { DomainsSpan } from "../statistics/domains-span.tsx";
import { PeriodChoice } from "../statistics/period-choice.tsx";
import { PlaceTable } from "../statistics/place-table.tsx";
import { ReasonTable } from "../statistics/reason-table.tsx";
import { scopeOf } from "../statistics/scope.ts";
import { DestinationTable } from "../status/destination-table.tsx";
import { WarmUp } from "../status/operator.tsx";
import { Health } from "./health.tsx";
import { ProviderLimits } from "./provider-limits.tsx";

const base = "/deliverability";

/** Whether mail gets where it should: by provider and domain, why not, and what receivers allow. */
export function Deliverability(): ReactNode {
  const { deliverability: words } = useWords();
  const scope = { ...scopeOf(usePlace().query), campaignId: null };
  return (
    <Page title={words.title} lead={words.lead} isWide>
      <div className="domains">
        <div className="statistics-head">
          <PeriodChoice base={base} scope={scope} />
        </div>
        <Places scope={scope} />
        <section className="block">
          <h2>{words.reasons}</h2>
          <ReasonTable scope={scope} />
        </section>
        <Now />
      </div>
    </Page>
  );
}

function Places({ scope }: { scope: Scope }): ReactNode {
  const { words, format } = useSpeech();
  const { deliverability: texts, statistics } = words;
  const domains = useDomainStatistics(scope);
  const providers = useProviderStatistics(scope);
  const error = domains.error ?? providers.error;
  const isMissing = domains.data === undefined || providers.data === undefined;
  if (error !== null && isMissing)
    return (
      <ProblemNote
        error={error}
        onRetry={() => {
          domains.refetch();
          providers.refetch();
        }}
      />
    );
  if (domains.data === undefined || providers.data === undefined)
    return <p className="soft">{words.loading}</p>;
  const { items, others } = domains.data;
  if (items.length === 0 && providers.data.items.length === 0)
    return (
      <Empty title={texts.emptyTitle}>
        <p>{texts.emptyText}</p>
      </Empty>
    );
  // Where domains are told of a part of the period only, rates are those of the providers, which are told of all of it.
  const isWhole = domainsPeriodOf(scope.period) === scope.period;
  const judged = isWhole ? [...items, others] : providers.data.items;
  const rest = {
    name: statistics.otherDomains(format.number(others.domains)),
    isName: false,
    counts: others.counts,
  };
  const rows = items.map(({ domain, counts }) => ({ name: domain, isName: true, counts }));
  return (
    <>
      <Health counts={judged.map(({ counts }) => counts)} />
      <section className="block">
        <h2>{texts.providers}</h2>
        <p className="soft">{texts.providersText}</p>
        <PlaceTable
          caption={texts.providers}
          heading={texts.provider}
          rows={providers.data.items.map(({ provider, counts }) => ({
            name: provider === "Other" ? texts.otherProvider : provider,
            isName: provider !== "Other",
            counts,
          }))}
        />
      </section>
      <section className="block">
        <h2>{texts.domains}</h2>
        <DomainsSpan scope={scope} />
        <PlaceTable
          caption={texts.domains}
          heading={statistics.domain}
          rows={others.domains === 0 ? rows : [...rows, rest]}
        />
      </section>
    </>
  );
}

// What holds at this moment, whatever the period.
function Now(): ReactNode {
  const { deliverability: words, loading } = useWords();
  const status = useStatus();
  if (status.data === undefined)
    return status.error === null ? (
      <p className="soft">{loading}</p>
    ) : (
      <ProblemNote error={status.error} onRetry={status.refetch} />
    );
  const { destinations, warmUp, limits } = status.data;
  return (
    <>
      <section className="block">
        <h2>{words.waiting}</h2>
        {destinations.length === 0 ? (
          <p>{words.nothingWaits}</p>
        ) : (
          <DestinationTable destinations={destinations} />
        )}
      </section>
      {warmUp === null ? null : <WarmUp rows={warmUp} />}
      <ProviderLimits limits={limits} />
    </>
  );
}
