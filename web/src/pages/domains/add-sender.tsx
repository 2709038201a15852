import { type FormEvent, type ReactNode, useState } from "react";
import { useAddSender } from "../../api/senders.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";

/** Adds a single address; its owner is asked by mail. */
export function AddSender(): ReactNode {
  const { senders: words } = useWords();
  const add = useAddSender();
  const [address, setAddress] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() === "" || add.isPending) return;
    add.mutate(address.trim(), { onSuccess: () => setAddress("") });
  };
  return (
    <form className="row-form" onSubmit={submit} noValidate>
      <Field label={words.addLabel} hint={words.addHint}>
        {(field) => (
          <input
            {...field}
            type="email"
            value={address}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
      </Field>
      <Button look="primary" type="submit" isBusy={add.isPending}>
        {words.add}
      </Button>
      {add.error === null ? null : <ProblemNote error={add.error} />}
      {add.data?.state === "inactive" ? (
        <div role="status" className="row-form-said">
          <Note kind="good" title={words.added(add.data.address)} />
        </div>
      ) : null}
    </form>
  );
}
