import type { ReactNode } from "react";
import { type Scope, useReasons } from "../../api/statistics.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSpeech } from "../../words/provider.tsx";

/** Why messages did not arrive, in words. `kinds` leaves the others out. */
export function ReasonTable({ scope }: { scope: Scope }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const reasons = useReasons(scope);
  if (reasons.error !== null && reasons.data === undefined)
    return <ProblemNote error={reasons.error} onRetry={reasons.refetch} />;
  if (reasons.data === undefined) return <p className="soft">{words.loading}</p>;
  if (reasons.data.length === 0) return <p>{texts.noReasons}</p>;
  const all = reasons.data.reduce((sum, { events }) => sum + events, 0);
  return (
    <table className="table table-cards table-sentences">
      <caption className="unseen">{texts.detailNames.reasons}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.why}</th>
          <th scope="col">{texts.outcome}</th>
          <th scope="col" className="number">
            {texts.howOften}
          </th>
          <th scope="col" className="number">
            {texts.share}
          </th>
        </tr>
      </thead>
      <tbody>
        {reasons.data.map(({ kind, reason, meaning, events }) => (
          <tr key={`${kind} ${reason?.number ?? 0} ${meaning.code}`}>
            <th scope="row">{words.meanings[meaning.code] ?? meaning.text}</th>
            <td data-label={texts.outcome}>{words.messages.event.kinds[kind]}</td>
            <td className="number" data-label={texts.howOften}>
              {format.number(events)}
            </td>
            <td className="number" data-label={texts.share}>
              {format.share(events, all)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
