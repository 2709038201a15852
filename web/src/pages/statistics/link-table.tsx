import type { ReactNode } from "react";
import { type Scope, useLinks } from "../../api/statistics.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSpeech } from "../../words/provider.tsx";
import { Track } from "./readers.tsx";

/** Which links were followed, by people and by machines. */
export function LinkTable({ scope }: { scope: Scope }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const found = useLinks(scope);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.error !== null && found.data === undefined)
    return <ProblemNote error={found.error} onRetry={found.refetch} />;
  if (found.data === undefined) return <p className="soft">{words.loading}</p>;
  if (items.length === 0) return <p>{texts.noLinks}</p>;
  const most = Math.max(1, ...items.map(({ clicked }) => clicked.raw));
  const heads = [texts.people, texts.machine, texts.raw];
  return (
    <>
      <table className="table table-cards">
        <caption className="unseen">{texts.detailNames.links}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.link}</th>
            {heads.map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(({ url, position, clicked }) => (
            <tr key={`${position} ${url}`}>
              <th scope="row">
                {url === "" ? texts.linkGone : <span translate="no">{url}</span>}{" "}
                <span className="soft">{texts.position(format.number(position))}</span>
                <Track people={clicked.people} machine={clicked.machine} most={most} />
              </th>
              {[clicked.people, clicked.machine, clicked.raw].map((value, index) => (
                <td key={heads[index]} className="number" data-label={heads[index]}>
                  {format.number(value)}
                </td>
              ))}
            </tr>
          ))}
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
