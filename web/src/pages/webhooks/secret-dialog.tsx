import type { ReactNode } from "react";
import { Button } from "../../parts/button.tsx";
import { Code } from "../../parts/code.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Note } from "../../parts/note.tsx";
import { useWords } from "../../words/provider.tsx";

/** Shows a webhook's secret, once. Not closed by a slip: it is in this dialog and nowhere else. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }): ReactNode {
  const { webhooks: words } = useWords();
  return (
    <Dialog title={words.secretTitle} onClose={onClose} isFirm>
      <Note kind="wait">
        <p>{words.secretText}</p>
      </Note>
      <Code text={secret} label={words.secret} />
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          {words.secretDone}
        </Button>
      </div>
    </Dialog>
  );
}
