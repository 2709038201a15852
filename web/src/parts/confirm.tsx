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
  /** What has to be said before, between the text and the buttons. */
  children?: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function Confirm(props: ConfirmProps): ReactNode {
  const { title, text, action, isBusy, error, onConfirm, onClose, children } = props;
  const { actions } = useWords();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {children}
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
