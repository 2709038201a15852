import type { ReactNode } from "react";
import { useAttempts, type WebhookAttempt } from "../../api/webhooks.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { answerText } from "./answer-text.ts";

/** The last requests, and what the endpoint made of them. */
export function AttemptLog({ id }: { id: string }): ReactNode {
  const { webhooks: words, actions, loading } = useWords();
  const attempts = useAttempts(id);
  const items = attempts.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <h2>{words.log}</h2>
      <p className="soft">{words.logText}</p>
      {attempts.isPending ? <p className="soft">{loading}</p> : null}
      {attempts.error === null || attempts.data !== undefined ? null : (
        <ProblemNote error={attempts.error} onRetry={attempts.refetch} />
      )}
      {attempts.data !== undefined && items.length === 0 ? <p>{words.logEmpty}</p> : null}
      {items.length === 0 ? null : <AttemptTable items={items} />}
      {attempts.hasNextPage ? (
        <p className="more">
          <Button isBusy={attempts.isFetchingNextPage} onClick={() => attempts.fetchNextPage()}>
            {actions.more}
          </Button>
        </p>
      ) : null}
    </section>
  );
}

const looks = {
  delivered: "tag tag-good",
  rejected: "tag tag-bad",
  unreachable: "tag tag-wait",
} as const satisfies Record<WebhookAttempt["outcome"], string>;

function AttemptTable({ items }: { items: readonly WebhookAttempt[] }): ReactNode {
  const { words, format } = useSpeech();
  const { webhooks: texts } = words;
  const { columns } = texts;
  return (
    <table className="table table-cards">
      <caption className="unseen">{texts.logCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.at}</th>
          <th scope="col">{columns.outcome}</th>
          <th scope="col">{columns.answer}</th>
          <th scope="col" className="number">
            {columns.events}
          </th>
          <th scope="col" className="number">
            {columns.took}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((attempt) => (
          <tr key={attempt.id}>
            <th scope="row">
              <Time at={attempt.at} />
            </th>
            <td data-label={columns.outcome}>
              <span className={looks[attempt.outcome]}>{texts.outcomes[attempt.outcome]}</span>
            </td>
            <td data-label={columns.answer}>
              {attempt.status === null ? null : <code translate="no">{attempt.status}</code>}{" "}
              {answerText(attempt, texts)}
              {attempt.status === null || attempt.answer === "" ? null : (
                <details>
                  <summary>{texts.itsWords}</summary>
                  <pre className="answer">{attempt.answer}</pre>
                </details>
              )}
            </td>
            <td className="number" data-label={columns.events}>
              {format.number(attempt.eventCount)}
            </td>
            <td className="number" data-label={columns.took}>
              {format.number(attempt.durationMs)} ms
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
