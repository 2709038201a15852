import type { ReactNode } from "react";
import { ApiProblem } from "../api/client.ts";
import { useSpeech } from "../words/provider.tsx";
import { Button } from "./button.tsx";
import { Note } from "./note.tsx";

interface ProblemNoteProps {
  error: Error;
  onRetry?: () => void;
}

/** What went wrong and what helps. What the service says is in English, and marked so. */
export function ProblemNote({ error, onRetry }: ProblemNoteProps): ReactNode {
  const { words, language } = useSpeech();
  const retry = onRetry === undefined ? null : <Button onClick={onRetry}>{words.actions.retry}</Button>;
  if (!(error instanceof ApiProblem))
    return (
      <Note kind="bad" title={words.problems.unreachable}>
        <p>{words.problems.unreachableHint}</p>
        {retry}
      </Note>
    );
  const { code, detail, remedy, errors = [], requestId, status } = error.problem;
  const foreign = language === "en" ? undefined : "en";
  return (
    <Note kind="bad" title={words.problems.codes[code] ?? words.problems.title}>
      <p lang={foreign}>{detail}</p>
      {errors.length === 0 ? null : (
        <ul>
          {errors.map(({ field, detail: what }) => (
            <li key={`${field} ${what}`}>
              {words.problems.field} <code>{field}</code>: <span lang={foreign}>{what}</span>
            </li>
          ))}
        </ul>
      )}
      <p lang={foreign}>{remedy}</p>
      {status < 500 ? null : (
        <p className="soft">
          {words.problems.reference}: <code>{requestId}</code>
        </p>
      )}
      {retry}
    </Note>
  );
}
