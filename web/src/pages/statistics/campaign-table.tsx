import type { ReactNode } from "react";
import { type Scope, useCampaigns } from "../../api/statistics.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Link } from "../../shell/router.tsx";
import { useSpeech } from "../../words/provider.tsx";
import { placeOf } from "./scope.ts";

/** By campaign, each leading to a page about it alone. */
export function CampaignTable({ scope }: { scope: Scope }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const found = useCampaigns(scope);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.error !== null && found.data === undefined)
    return <ProblemNote error={found.error} onRetry={found.refetch} />;
  if (found.data === undefined) return <p className="soft">{words.loading}</p>;
  if (items.length === 0) return <p>{texts.noCampaigns}</p>;
  const heads = [texts.accepted, texts.sent, texts.bounced, texts.openedPeople, texts.clickedPeople];
  return (
    <>
      <table className="table table-cards">
        <caption className="unseen">{texts.detailNames.campaigns}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.campaign}</th>
            {heads.map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(({ campaign, counts }) => {
            const { accepted, sent, bounced, opened, clicked } = counts;
            const cells = [accepted, sent, bounced.total, opened.people, clicked.people];
            return (
              <tr key={campaign.id}>
                <th scope="row">
                  <Link to={placeOf("/statistics", { ...scope, campaignId: campaign.id })}>
                    {campaign.name === "" ? texts.unnamed : campaign.name}
                  </Link>
                </th>
                {cells.map((value, index) => (
                  <td key={heads[index]} className="number" data-label={heads[index]}>
                    {format.number(value)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {found.hasNextPage ? (
        <p className="more">
          <Button isBusy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
            {words.actions.more}
          </Button>
        </p>
      ) : null}
    </>
  );
}
