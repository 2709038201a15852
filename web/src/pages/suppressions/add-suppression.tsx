import { type FormEvent, type ReactNode, useState } from "react";
import { useAddSuppression } from "../../api/suppressions.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { announce } from "../../parts/live.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";

/** Suppresses one address by hand. */
export function AddSuppression({ onClose }: { onClose: () => void }): ReactNode {
  const { suppressions: words, actions } = useWords();
  const add = useAddSuppression();
  const [address, setAddress] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (add.isPending) return;
    add.mutate(address.trim(), {
      onSuccess: (suppression) => {
        announce(words.added(suppression.address));
        onClose();
      },
    });
  };
  return (
    <Dialog title={words.add} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <Field label={words.columns.address} hint={words.addHint}>
          {(field) => (
            <input
              {...field}
              type="email"
              value={address}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              aria-invalid={add.error !== null}
              onChange={(event) => setAddress(event.target.value)}
            />
          )}
        </Field>
        {add.error === null ? null : <ProblemNote error={add.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{actions.cancel}</Button>
          <Button look="primary" type="submit" isBusy={add.isPending}>
            {words.addAction}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
