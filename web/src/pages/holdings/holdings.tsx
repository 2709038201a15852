import type { ReactNode } from "react";
import { useHoldings } from "../../api/holdings.ts";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSpeech } from "../../words/provider.tsx";
import { HoldingCard } from "./holding-card.tsx";

/** What is held, in classes that a person understands. */
export function HoldingsPage(): ReactNode {
  const { words, language } = useSpeech();
  const held = useHoldings();
  const { title, lead, proof } = words.holdings;
  return (
    <Page title={title} lead={lead}>
      <div className="domains">
        <p>
          <a href={`/promises?lang=${language}`}>{proof}</a>
        </p>
        {held.isPending ? <p className="soft">{words.loading}</p> : null}
        {held.error === null ? null : <ProblemNote error={held.error} onRetry={held.refetch} />}
        {held.data?.classes.map((each) => (
          <HoldingCard key={each.code} held={each} />
        ))}
      </div>
    </Page>
  );
}
