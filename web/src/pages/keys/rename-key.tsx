import { type FormEvent, type ReactNode, useState } from "react";
import { type ApiKey, useChangeKey } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";
import { nameLengthMax } from "./make-key.tsx";

/** Gives a key pair another name. Nothing else of it changes. */
export function RenameKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }): ReactNode {
  const { keys: words, actions } = useWords();
  const change = useChangeKey();
  const [name, setName] = useState(apiKey.name);
  const [isTried, setTried] = useState(false);
  const isMissing = name.trim() === "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isMissing || change.isPending) return;
    const wish = { id: apiKey.id, change: { name: name.trim() } };
    change.mutate(wish, {
      onSuccess: (changed) => {
        announce(words.renamed(changed.name));
        onClose();
      },
    });
  };
  return (
    <Dialog title={words.rename} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <Field label={words.nameLabel} hint={words.nameHint}>
          {(field) => (
            <input
              {...field}
              value={name}
              maxLength={nameLengthMax}
              aria-invalid={isTried && isMissing}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {isTried && isMissing ? <Note kind="bad" title={words.nameMissing} /> : null}
        {change.error === null ? null : <ProblemNote error={change.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{actions.cancel}</Button>
          <Button look="primary" type="submit" isBusy={change.isPending}>
            {actions.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
