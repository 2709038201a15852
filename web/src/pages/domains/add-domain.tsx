import { type FormEvent, type ReactNode, useState } from "react";
import { type Domain, useAddDomain } from "../../api/domains.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";

/** Adds a domain by its name. */
export function AddDomain({ onAdded }: { onAdded?: (domain: Domain) => void }): ReactNode {
  const { domains } = useWords();
  const words = domains.add;
  const add = useAddDomain();
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "" || add.isPending) return;
    add.mutate(name.trim(), {
      onSuccess: (domain) => {
        setName("");
        onAdded?.(domain);
      },
    });
  };
  return (
    <form className="row-form" onSubmit={submit} noValidate>
      <Field label={words.label} hint={words.hint}>
        {(field) => (
          <input
            {...field}
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            inputMode="url"
            required
          />
        )}
      </Field>
      <Button look="primary" type="submit" isBusy={add.isPending}>
        {words.submit}
      </Button>
      {add.error === null ? null : <ProblemNote error={add.error} />}
    </form>
  );
}
