import { type ReactNode, useState } from "react";
import { type Suppression, useRemoveSuppression } from "../../api/suppressions.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { useWords } from "../../words/provider.tsx";

/** Asks before an address is sent to again. Where its owner has said no, somebody has to say that they changed their mind. */
export function RemoveSuppression({
  suppression,
  onClose,
}: {
  suppression: Suppression;
  onClose: () => void;
}): ReactNode {
  const { suppressions: words } = useWords();
  const remove = useRemoveSuppression();
  const [isAgreed, setAgreed] = useState(false);
  const [isTried, setTried] = useState(false);
  const { id, address, cause } = suppression;
  const shown = address === "" ? words.unknown : address;
  const isOwnWish = cause === "unsubscribe" || cause === "complaint";
  const confirm = () => {
    setTried(true);
    if (isOwnWish && !isAgreed) return;
    remove.mutate(id, {
      onSuccess: () => {
        announce(words.removed(shown));
        onClose();
      },
    });
  };
  return (
    <Confirm
      title={words.removeOf(shown)}
      text={words.removeAsk[cause]}
      action={words.remove}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {isOwnWish ? (
        <fieldset className="checks">
          <legend className="unseen">{words.removeOf(shown)}</legend>
          <label>
            <input type="checkbox" checked={isAgreed} onChange={() => setAgreed(!isAgreed)} />
            <span>{words.wanted}</span>
          </label>
        </fieldset>
      ) : null}
      {isTried && isOwnWish && !isAgreed ? <Note kind="bad" title={words.wantedMissing} /> : null}
    </Confirm>
  );
}
