import { type FormEvent, type ReactNode, useId, useState } from "react";
import {
  type Counting,
  type CountingMode,
  countingModes,
  stricter,
  useChangeCounting,
  useCounting,
} from "../../api/counting.ts";
import { Button } from "../../parts/button.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";

/** How far readers are counted: what each way means, for the account and for its readers. */
export function CountingSettings({ mayManage }: { mayManage: boolean }): ReactNode {
  const { readers: words, loading } = useWords();
  const counting = useCounting();
  return (
    <div className="domains">
      {counting.isPending ? <p className="soft">{loading}</p> : null}
      {counting.error === null ? null : <ProblemNote error={counting.error} onRetry={counting.refetch} />}
      {counting.data === undefined ? null : <CountingForm counting={counting.data} mayManage={mayManage} />}
      <section className="block">
        <h2>{words.whoTitle}</h2>
        <p>{words.whoText}</p>
        <dl className="teach">
          {words.who.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

function CountingForm({ counting, mayManage }: { counting: Counting; mayManage: boolean }): ReactNode {
  const { readers: words, actions } = useWords();
  const change = useChangeCounting();
  const [draft, setDraft] = useState(counting);
  const { operatorLimit } = counting;
  const isSame =
    draft.mode === counting.mode &&
    draft.opensByDefault === counting.opensByDefault &&
    draft.clicksByDefault === counting.clicksByDefault;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change.isPending || isSame) return;
    const { mode, opensByDefault, clicksByDefault } = draft;
    change.mutate({ mode, opensByDefault, clicksByDefault }, { onSuccess: () => announce(words.saved) });
  };
  return (
    <form className="form" onSubmit={submit}>
      <ModeChoice
        chosen={draft.mode}
        limit={operatorLimit}
        isFixed={!mayManage}
        onChoose={(mode) => setDraft({ ...draft, mode })}
      />
      {draft.mode === "off" ? null : (
        <fieldset className="checks">
          <legend>{words.defaults}</legend>
          <p className="soft">{words.defaultsHint}</p>
          {(["opensByDefault", "clicksByDefault"] as const).map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={draft[name]}
                disabled={!mayManage}
                onChange={() => setDraft({ ...draft, [name]: !draft[name] })}
              />
              <span>{words.byDefault[name]}</span>
            </label>
          ))}
        </fieldset>
      )}
      {change.error === null ? null : <ProblemNote error={change.error} />}
      {mayManage ? (
        <div className="card-actions">
          <Button look="primary" type="submit" isBusy={change.isPending}>
            {actions.save}
          </Button>
          <p className="soft readers-state">{isSame ? words.asSaved : words.notSaved}</p>
        </div>
      ) : (
        <p className="soft">{words.mayNotChange}</p>
      )}
    </form>
  );
}

interface ModeChoiceProps {
  chosen: CountingMode;
  limit: CountingMode;
  isFixed: boolean;
  onChoose: (mode: CountingMode) => void;
}

function ModeChoice({ chosen, limit, isFixed, onChoose }: ModeChoiceProps): ReactNode {
  const { readers: words } = useWords();
  const id = useId();
  return (
    <fieldset className="counting-modes">
      <legend>{words.modeLegend}</legend>
      {countingModes.map((mode) => {
        const isBeyond = stricter(mode, limit) !== mode;
        return (
          <label key={mode} className="counting-mode">
            <input
              type="radio"
              name={id}
              value={mode}
              checked={mode === chosen}
              disabled={isFixed || (isBeyond && mode !== chosen)}
              onChange={() => onChoose(mode)}
            />
            <span className="counting-mode-text">
              <strong>{words.modes[mode].title}</strong>
              <span>{words.modes[mode].text}</span>
              <span className="soft">{words.modes[mode].reader}</span>
              {isBeyond ? <span className="tag tag-wait">{words.beyond}</span> : null}
            </span>
          </label>
        );
      })}
      {stricter(chosen, limit) === chosen ? null : (
        <Note kind="wait" title={words.limited}>
          <p>{words.atPresent[limit]}</p>
        </Note>
      )}
    </fieldset>
  );
}
