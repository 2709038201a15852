import { type FormEvent, type ReactNode, useState } from "react";
import { type SuppressionImport, useImportSuppressions } from "../../api/suppressions.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";

// As many as can be read at a glance; the number of all stands above them.
const linesShown = 20;

/** Takes a CSV file in, and says line by line what could not be read. */
export function ImportSuppressions({ onClose }: { onClose: () => void }): ReactNode {
  const { suppressions: words, actions } = useWords();
  const load = useImportSuppressions();
  const [file, setFile] = useState<File | null>(null);
  const [isTried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (file === null || load.isPending) return;
    load.mutate(file);
  };
  if (load.data !== undefined)
    return (
      <Dialog title={words.importDone} onClose={onClose}>
        <Result result={load.data} />
        <div className="dialog-actions">
          <Button look="primary" onClick={onClose}>
            {actions.close}
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={words.importTitle} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <p>{words.importText}</p>
        <Field label={words.file} hint={words.fileHint}>
          {(field) => (
            <input
              {...field}
              type="file"
              accept=".csv,text/csv,text/plain"
              onChange={(event) => setFile(event.target.files?.[0] ?? null)}
            />
          )}
        </Field>
        {isTried && file === null ? <Note kind="bad" title={words.fileMissing} /> : null}
        {load.error === null ? null : <ProblemNote error={load.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{actions.cancel}</Button>
          <Button look="primary" type="submit" isBusy={load.isPending}>
            {words.importAction}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Result({ result }: { result: SuppressionImport }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.suppressions;
  const { added, known, problems, problemsTotal } = result;
  return (
    <>
      <Note kind={problemsTotal === 0 ? "good" : "info"} title={texts.importAdded(format.number(added))}>
        {known === 0 ? null : <p>{texts.importKnown(format.number(known))}</p>}
      </Note>
      {problemsTotal === 0 ? null : (
        <Note kind="wait" title={texts.importLeftOut(format.number(problemsTotal))}>
          <ul>
            {problems.slice(0, linesShown).map(({ line, code }) => (
              <li key={line}>{texts.importLine(format.number(line), texts.importProblems[code])}</li>
            ))}
          </ul>
        </Note>
      )}
    </>
  );
}
