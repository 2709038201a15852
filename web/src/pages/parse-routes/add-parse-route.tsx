import { type FormEvent, type ReactNode, useState } from "react";
import { useAddParseRoute } from "../../api/parse-routes.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { announce } from "../../parts/live.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";

/** Says whose mail is posted, and where to. */
export function AddParseRoute({ onClose }: { onClose: () => void }): ReactNode {
  const { parseRoutes: words, actions } = useWords();
  const add = useAddParseRoute();
  const [url, setUrl] = useState("");
  const [address, setAddress] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (add.isPending) return;
    const own = address.trim();
    add.mutate(
      { url: url.trim(), ...(own === "" ? {} : { address: own }) },
      {
        onSuccess: (route) => {
          announce(words.added(route.address));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={words.add} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <Field label={words.columns.url} hint={words.urlHint}>
          {(field) => (
            <input
              {...field}
              type="url"
              inputMode="url"
              value={url}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.columns.address} hint={words.addressHint}>
          {(field) => (
            <input
              {...field}
              type="email"
              value={address}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
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
