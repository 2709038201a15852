import type { ReactNode } from "react";
import { useWords } from "../words/provider.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { ProblemNote } from "./problem.tsx";

interface ConfirmProps {
  title: string;
  text: ReactNode;
  /** What is done, on the button: the question is answered by a verb. */
  action: string;
  isBusy: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, text, action, isBusy, error, onConfirm, onClose }: ConfirmProps): ReactNode {
  const { actions } = useWords();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {error === null ? null : <ProblemNote error={error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>{actions.cancel}</Button>
        <Button look="danger" isBusy={isBusy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
