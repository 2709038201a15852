import { type FormEvent, type ReactNode, useState } from "react";
import {
  type ConsentPurpose,
  consentPurposes,
  type DecisionWish,
  useRecordConsent,
} from "../../api/consents.ts";
import { Button } from "../../parts/button.tsx";
import { Choices } from "../../parts/choices.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { go } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { type Draft, emptyDraft, type Missing, missingIn, wishOf } from "./draft.ts";

/** Adds what a reader has decided, with its proof. Two steps for the eye: who and what, then how it can be shown. */
export function RecordDecision({ address, onClose }: { address: string; onClose: () => void }): ReactNode {
  const { readers: words, actions } = useWords();
  const record = useRecordConsent();
  const [draft, setDraft] = useState<Draft>({ ...emptyDraft, address });
  const [isTried, setTried] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const missing = missingIn(draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing.length > 0 || record.isPending) return;
    const wish: DecisionWish = wishOf(draft, new Date());
    record.mutate(wish, {
      onSuccess: (standings) => {
        announce(words.recorded(standings.address));
        onClose();
        go(`/readers?${new URLSearchParams({ address: standings.address })}`);
      },
    });
  };
  const isGiven = draft.decision === "given";
  return (
    <Dialog title={words.record} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <Field label={words.columns.address}>
          {(field) => (
            <input
              {...field}
              type="email"
              value={draft.address}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => set({ address: event.target.value })}
            />
          )}
        </Field>
        <Choices
          label={words.decided}
          choices={(["given", "withdrawn"] as const).map((name) => ({ name, title: words.decisions[name] }))}
          chosen={draft.decision}
          onChoose={(decision) => set({ decision })}
        />
        <PurposeChoice chosen={draft.purposes} onChoose={(purposes) => set({ purposes })} />
        <Field label={words.columns.decidedAt} hint={isGiven ? words.decidedAtHint : words.withdrawnAtHint}>
          {(field) => (
            <input
              {...field}
              type="datetime-local"
              value={draft.decidedAt}
              onChange={(event) => set({ decidedAt: event.target.value })}
            />
          )}
        </Field>
        <ProofFields draft={draft} onChange={set} />
        {isTried ? <MissingNote missing={missing} /> : null}
        {record.error === null ? null : <ProblemNote error={record.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{actions.cancel}</Button>
          <Button look="primary" type="submit" isBusy={record.isPending}>
            {words.recordAction}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function MissingNote({ missing }: { missing: readonly Missing[] }): ReactNode {
  const { readers: words } = useWords();
  if (missing.length === 0) return null;
  return (
    <Note kind="bad" title={words.missingTitle}>
      <ul>
        {missing.map((each) => (
          <li key={each}>{words.missing[each]}</li>
        ))}
      </ul>
    </Note>
  );
}

interface ProofFieldsProps {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
}

function ProofFields({ draft, onChange }: ProofFieldsProps): ReactNode {
  const { readers: words } = useWords();
  const isGiven = draft.decision === "given";
  return (
    <>
      <Field label={words.proof.how} hint={isGiven ? words.howHint : words.optionalHint}>
        {(field) => (
          <input
            {...field}
            type="text"
            maxLength={500}
            value={draft.how}
            onChange={(event) => onChange({ how: event.target.value })}
          />
        )}
      </Field>
      {isGiven ? (
        <>
          <Field label={words.proof.wording} hint={words.wordingHint}>
            {(field) => (
              <textarea
                {...field}
                rows={3}
                maxLength={2000}
                value={draft.wording}
                onChange={(event) => onChange({ wording: event.target.value })}
              />
            )}
          </Field>
          <Field label={words.proof.version} hint={words.optionalHint}>
            {(field) => (
              <input
                {...field}
                type="text"
                maxLength={64}
                value={draft.version}
                onChange={(event) => onChange({ version: event.target.value })}
              />
            )}
          </Field>
        </>
      ) : null}
    </>
  );
}

interface PurposeChoiceProps {
  chosen: readonly ConsentPurpose[];
  onChoose: (purposes: ConsentPurpose[]) => void;
}

function PurposeChoice({ chosen, onChoose }: PurposeChoiceProps): ReactNode {
  const { readers: words } = useWords();
  const turn = (purpose: ConsentPurpose) =>
    onChoose(
      consentPurposes.filter((each) => (each === purpose ? !chosen.includes(each) : chosen.includes(each))),
    );
  return (
    <fieldset className="checks">
      <legend>{words.forWhat}</legend>
      {consentPurposes.map((purpose) => (
        <label key={purpose}>
          <input type="checkbox" checked={chosen.includes(purpose)} onChange={() => turn(purpose)} />
          <span>
            {words.purposes[purpose]}
            <small className="soft">{words.purposeHints[purpose]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
