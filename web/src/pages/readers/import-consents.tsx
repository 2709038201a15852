import { type FormEvent, type ReactNode, useState } from "react";
import { type ConsentFileRead, useImportConsents } from "../../api/consents.ts";
import { Button } from "../../parts/button.tsx";
import { Code } from "../../parts/code.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";

// As many as can be read at a glance; the number of all stands above them.
const linesShown = 20;

const example = `address,purpose,decision,decided_at,how,wording,version
ada@example.com,opens,given,2026-01-31T12:00:00Z,sign-up form,You may see which of your mail I open.,2`;

/** Takes a CSV file in, and says line by line what could not be taken. */
export function ImportConsents({ onClose }: { onClose: () => void }): ReactNode {
  const { readers: words, suppressions, actions } = useWords();
  const load = useImportConsents();
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
      <Dialog title={suppressions.importDone} onClose={onClose}>
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
        <Code label={words.importExample} text={example} language="CSV" />
        <Field label={suppressions.file} hint={words.fileHint}>
          {(field) => (
            <input
              {...field}
              type="file"
              accept=".csv,text/csv,text/plain"
              onChange={(event) => setFile(event.target.files?.[0] ?? null)}
            />
          )}
        </Field>
        {isTried && file === null ? <Note kind="bad" title={suppressions.fileMissing} /> : null}
        {load.error === null ? null : <ProblemNote error={load.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{actions.cancel}</Button>
          <Button look="primary" type="submit" isBusy={load.isPending}>
            {suppressions.importAction}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Result({ result }: { result: ConsentFileRead }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.readers;
  const { recorded, known, problems, problemsTotal } = result;
  return (
    <>
      <Note
        kind={problemsTotal === 0 ? "good" : "info"}
        title={texts.importRecorded(format.number(recorded))}
      >
        {known === 0 ? null : <p>{texts.importKnown(format.number(known))}</p>}
      </Note>
      {problemsTotal === 0 ? null : (
        <Note kind="wait" title={words.suppressions.importLeftOut(format.number(problemsTotal))}>
          <ul>
            {problems.slice(0, linesShown).map(({ line, code }) => (
              <li key={line}>
                {words.suppressions.importLine(format.number(line), texts.importProblems[code])}
              </li>
            ))}
          </ul>
        </Note>
      )}
    </>
  );
}
