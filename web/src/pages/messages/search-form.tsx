import { type FormEvent, type ReactNode, useState } from "react";
import { messageStates } from "../../api/messages.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { Note } from "../../parts/note.tsx";
import { go, Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { placeOfSearch, type Search, type SearchKind, searchKinds } from "./filter.ts";

/** Looks for messages. The search stands in the address bar: it can be kept, sent to somebody, and gone back to. */
export function SearchForm({ search, isFiltered }: { search: Search; isFiltered: boolean }): ReactNode {
  const { messages } = useWords();
  const words = messages.search;
  const [draft, setDraft] = useState(search);
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const id = draft.text.trim();
    if (draft.kind !== "id" || id === "") return go(placeOfSearch({ ...draft, kind: draft.kind }));
    const isNumber = /^[1-9]\d{0,18}$/.test(id);
    setWrong(!isNumber);
    if (isNumber) go(`/messages/${id}`);
  };
  return (
    <search>
      <form className="search" onSubmit={submit} aria-label={words.label}>
        <TextFields draft={draft} onChange={setDraft} />
        <OtherFields draft={draft} onChange={setDraft} />
        <div className="search-actions">
          <Button look="primary" type="submit">
            {words.submit}
          </Button>
          {isFiltered ? <Link to="/messages">{words.clear}</Link> : null}
        </div>
        {isWrong ? <Note kind="bad" title={words.idWrong} /> : null}
      </form>
    </search>
  );
}

interface FieldsProps {
  draft: Search;
  onChange: (search: Search) => void;
}

function TextFields({ draft, onChange }: FieldsProps): ReactNode {
  const words = useWords().messages.search;
  return (
    <>
      <Field label={words.by}>
        {(field) => (
          <select
            {...field}
            value={draft.kind}
            onChange={(event) => onChange({ ...draft, kind: event.target.value as SearchKind })}
          >
            {searchKinds.map((kind) => (
              <option key={kind} value={kind}>
                {words.kinds[kind]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.text} hint={words.hints[draft.kind]}>
        {(field) => (
          <input
            {...field}
            type="search"
            value={draft.text}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange({ ...draft, text: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function OtherFields({ draft, onChange }: FieldsProps): ReactNode {
  const { messages, states } = useWords();
  const words = messages.search;
  return (
    <>
      <Field label={words.state}>
        {(field) => (
          <select
            {...field}
            value={draft.state}
            onChange={(event) => onChange({ ...draft, state: event.target.value as Search["state"] })}
          >
            <option value="">{words.anyState}</option>
            {messageStates.map((state) => (
              <option key={state} value={state}>
                {states[state]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {(["from", "until"] as const).map((end) => (
        <Field key={end} label={words[end]}>
          {(field) => (
            <input
              {...field}
              type="date"
              value={draft[end]}
              onChange={(event) => onChange({ ...draft, [end]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </>
  );
}
