import { type FormEvent, type ReactNode, useState } from "react";
import { type KeyWish, type NewApiKey, useCreateKey } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Note } from "../../parts/note.tsx";
import { Pair } from "../../parts/pair.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";

type Scope = KeyWish["scopes"][number];
const scopes: readonly Scope[] = ["send", "read", "manage"];
// What the API takes.
export const nameLengthMax = 100;

/** Makes a key pair and shows its secret, once. */
export function MakeKey({ onClose }: { onClose: () => void }): ReactNode {
  const { keys: words } = useWords();
  const [made, setMade] = useState<NewApiKey | null>(null);
  if (made === null)
    return (
      <Dialog title={words.make} onClose={onClose}>
        <WishForm onMade={setMade} onClose={onClose} />
      </Dialog>
    );
  // Not closed by a slip: the secret is in this dialog and nowhere else.
  return (
    <Dialog key={made.id} title={words.madeTitle} onClose={onClose} isFirm>
      <Note kind="wait">
        <p>{words.madeText}</p>
      </Note>
      <Pair publicKey={made.publicKey} secretKey={made.secretKey} />
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          {words.madeDone}
        </Button>
      </div>
    </Dialog>
  );
}

interface WishFormProps {
  onMade: (key: NewApiKey) => void;
  onClose: () => void;
}

function WishForm({ onMade, onClose }: WishFormProps): ReactNode {
  const { keys: words, actions } = useWords();
  const create = useCreateKey();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Scope[]>(["send"]);
  const [isTried, setTried] = useState(false);
  const missing = name.trim() === "" ? words.nameMissing : chosen.length === 0 ? words.scopeMissing : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing !== null || create.isPending) return;
    create.mutate({ name: name.trim(), scopes: [...chosen] }, { onSuccess: onMade });
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Field label={words.nameLabel} hint={words.nameHint}>
        {(field) => (
          <input
            {...field}
            value={name}
            maxLength={nameLengthMax}
            aria-invalid={isTried && name.trim() === ""}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <ScopeChoice chosen={chosen} onChoose={setChosen} />
      {isTried && missing !== null ? <Note kind="bad" title={missing} /> : null}
      {create.error === null ? null : <ProblemNote error={create.error} />}
      <div className="dialog-actions">
        <Button onClick={onClose}>{actions.cancel}</Button>
        <Button look="primary" type="submit" isBusy={create.isPending}>
          {words.make}
        </Button>
      </div>
    </form>
  );
}

interface ScopeChoiceProps {
  chosen: readonly Scope[];
  onChoose: (scopes: readonly Scope[]) => void;
}

function ScopeChoice({ chosen, onChoose }: ScopeChoiceProps): ReactNode {
  const { keys: words } = useWords();
  const turn = (scope: Scope) =>
    onChoose(chosen.includes(scope) ? chosen.filter((each) => each !== scope) : [...chosen, scope]);
  return (
    <fieldset className="checks">
      <legend>{words.mayLabel}</legend>
      {scopes.map((scope) => (
        <label key={scope}>
          <input type="checkbox" checked={chosen.includes(scope)} onChange={() => turn(scope)} />
          <span>
            <strong>{words.scopes[scope]}</strong>
            <span className="soft">{words.scopeHints[scope]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
