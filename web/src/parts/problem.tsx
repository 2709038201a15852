import type { ReactNode } from "react";
import { ApiProblem } from "../api/client.ts";
import { useSpeech } from "../words/provider.tsx";
import { Button } from "./button.tsx";
import { Note } from "./note.tsx";

interface ProblemNoteProps {
  error: Error;
  onRetry?: () => void;
}

/** What went wrong and what helps, in the reader's language as far as its code says it. What the service says beyond
 *  that is in English, and marked so. */
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
  const said = words.problems.codes[code];
  const isForeign = language !== "en";
  const isSaidByFields = errors.length > 0 && errors.every((each) => each.code !== undefined);
  return (
    <Note kind="bad" title={said?.title ?? words.problems.title}>
      {isForeign ? null : <p>{detail}</p>}
      <FieldList errors={isForeign ? errors : errors.filter((each) => each.detail !== detail)} />
      <p lang={isForeign && said === undefined ? "en" : undefined}>
        {isForeign ? (said?.hint ?? remedy) : remedy}
      </p>
      {isForeign && !isSaidByFields ? (
        <p className="soft" lang="en">
          {detail}
        </p>
      ) : null}
      {status < 500 ? null : (
        <p className="soft">
          {words.problems.reference}: <code>{requestId}</code>
        </p>
      )}
      {retry}
    </Note>
  );
}

function FieldList({ errors }: { errors: NonNullable<ApiProblem["problem"]["errors"]> }): ReactNode {
  const { words, language } = useSpeech();
  if (errors.length === 0) return null;
  return (
    <ul>
      {errors.map(({ field, detail, code, value = "" }) => (
        <li key={`${field} ${detail}`}>
          {words.problems.field} <code>{field.replace(/^\//, "")}</code>:{" "}
          {language === "en" || code === undefined ? (
            <span lang={language === "en" ? undefined : "en"}>{detail}</span>
          ) : (
            words.problems.fields[code](value)
          )}
        </li>
      ))}
    </ul>
  );
}
