import { type ReactNode, useId } from "react";
import { useWords } from "../../words/provider.tsx";

interface StepProps {
  number: number;
  title: string;
  isDone: boolean;
  children: ReactNode;
}

/** One step, with a stamp that is cancelled when it is done. */
export function Step({ number, title, isDone, children }: StepProps): ReactNode {
  const { firstSteps } = useWords();
  const id = useId();
  return (
    <li className={isDone ? "step step-done" : "step"} aria-labelledby={id}>
      <span className="step-number" aria-hidden="true">
        {isDone ? "✓" : number}
      </span>
      <div className="step-body">
        <h2 id={id}>
          {title}
          {isDone ? <span className="unseen"> ({firstSteps.done})</span> : null}
        </h2>
        {children}
      </div>
    </li>
  );
}
