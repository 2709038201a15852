import type { ReactNode } from "react";
import { useTestWebhook, type WebhookAnswer } from "../../api/webhooks.ts";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { answerText } from "./answer-text.ts";

/** Posts an event that has not happened, and says what came back. */
export function TestButton({ id }: { id: string }): ReactNode {
  const { webhooks: words } = useWords();
  const test = useTestWebhook();
  return (
    <section className="webhook-test">
      <h2>{words.test}</h2>
      <p>{words.testText}</p>
      <p>
        <Button isBusy={test.isPending} onClick={() => test.mutate(id)}>
          {test.isPending ? words.testing : words.testAction}
        </Button>
      </p>
      <div role="status">{test.data === undefined ? null : <TestResult answer={test.data} />}</div>
      {test.error === null ? null : <ProblemNote error={test.error} />}
    </section>
  );
}

function TestResult({ answer }: { answer: WebhookAnswer }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.webhooks;
  const { outcome, status, durationMs } = answer;
  const measured = texts.measured(status === null ? "–" : String(status), format.number(durationMs));
  return (
    <Note kind={outcome === "delivered" ? "good" : "wait"} title={answerText(answer, texts)}>
      <p className="soft">{measured}</p>
      {status === null || answer.answer === "" ? null : <pre className="answer">{answer.answer}</pre>}
    </Note>
  );
}
