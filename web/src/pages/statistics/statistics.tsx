import { type ReactNode, useState } from "react";
import { isNothing } from "../../api/period.ts";
import { type Scope, useSeries } from "../../api/statistics.ts";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { Link, usePlace } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { CampaignTable } from "./campaign-table.tsx";
import { DomainTable } from "./domain-table.tsx";
import { LinkTable } from "./link-table.tsx";
import { OverTime } from "./over-time.tsx";
import { PeriodChoice } from "./period-choice.tsx";
import { Readers } from "./readers.tsx";
import { ReasonTable } from "./reason-table.tsx";
import { placeOf, scopeOf } from "./scope.ts";
import { Totals } from "./totals.tsx";

const base = "/statistics";

/** What became of messages, and what readers did with them. */
export function Statistics(): ReactNode {
  const { statistics: words, loading } = useWords();
  const scope = scopeOf(usePlace().query);
  const byMessage = useSeries(scope, { timing: "message", isAsked: true });
  // Whoever sends once a month looks a week later at what readers do with it.
  const isQuiet = byMessage.data !== undefined && isNothing(byMessage.data.total);
  const byEvent = useSeries(scope, { timing: "event", isAsked: isQuiet });
  const series = isQuiet ? byEvent : byMessage;
  const isBare = series.data !== undefined && isNothing(series.data.total);
  return (
    <Page title={words.title} lead={words.lead} isWide>
      <div className="domains">
        <div className="statistics-head">
          <PeriodChoice base={base} scope={scope} />
          {scope.campaignId === null ? null : (
            <p>
              {words.oneCampaign} <Link to={placeOf(base, { ...scope, campaignId: null })}>{words.all}</Link>
            </p>
          )}
        </div>
        {series.isPending ? <p className="soft">{loading}</p> : null}
        {series.error === null || series.data !== undefined ? null : (
          <ProblemNote error={series.error} onRetry={series.refetch} />
        )}
        {isBare ? (
          <Empty title={words.emptyTitle}>
            <p>{words.emptyText}</p>
          </Empty>
        ) : null}
        {series.data === undefined || isBare ? null : (
          <>
            {isQuiet ? <p>{words.onlyEarlier}</p> : null}
            <Totals total={series.data.total} />
            {isQuiet ? null : <OverTime series={series.data} />}
            <Readers total={series.data.total} />
            <Details scope={scope} />
          </>
        )}
      </div>
    </Page>
  );
}

type Detail = "campaigns" | "domains" | "links" | "reasons";

function Details({ scope }: { scope: Scope }): ReactNode {
  const { statistics: words } = useWords();
  const [detail, setDetail] = useState<Detail>("reasons");
  const names: Detail[] =
    scope.campaignId === null ? ["reasons", "domains", "campaigns", "links"] : ["reasons", "links"];
  const chosen = names.includes(detail) ? detail : "reasons";
  return (
    <section className="block">
      <h2>{words.details}</h2>
      <Tabs
        label={words.details}
        tabs={names.map((name) => ({ name, title: words.detailNames[name] }))}
        chosen={chosen}
        onChoose={setDetail}
      >
        {chosen === "reasons" ? <ReasonTable scope={scope} /> : null}
        {chosen === "domains" ? <DomainTable scope={scope} /> : null}
        {chosen === "campaigns" ? <CampaignTable scope={scope} /> : null}
        {chosen === "links" ? <LinkTable scope={scope} /> : null}
      </Tabs>
    </section>
  );
}
