import type { ReactNode } from "react";
import { type NewApiKey, useCreateKey } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { CopyButton } from "../../parts/copy.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";
import { Step } from "./step.tsx";

interface KeyStepProps {
  made: NewApiKey | null;
  onMade: (key: NewApiKey) => void;
}

/** Makes a key that may send. */
export function KeyStep({ made, onMade }: KeyStepProps): ReactNode {
  const { firstSteps } = useWords();
  const words = firstSteps.key;
  const create = useCreateKey();
  const make = () =>
    create.mutate(
      { name: words.name, scopes: ["send"] },
      {
        onSuccess: (key) => {
          onMade(key);
          announce(words.made);
        },
      },
    );
  return (
    <Step number={1} title={words.title} isDone={made !== null}>
      <p>{words.text}</p>
      {made === null ? null : <Pair made={made} />}
      {create.error === null ? null : <ProblemNote error={create.error} />}
      <Button look={made === null ? "primary" : "quiet"} isBusy={create.isPending} onClick={make}>
        {made === null ? words.make : words.another}
      </Button>
    </Step>
  );
}

function Pair({ made }: { made: NewApiKey }): ReactNode {
  const { firstSteps } = useWords();
  const words = firstSteps.key;
  return (
    <>
      <dl className="pair">
        <div>
          <dt>{words.publicKey}</dt>
          <dd>
            <code translate="no">{made.publicKey}</code>
            <CopyButton text={made.publicKey} of={words.publicKey} />
          </dd>
        </div>
        <div>
          <dt>{words.secretKey}</dt>
          <dd>
            <code translate="no">{made.secretKey}</code>
            <CopyButton text={made.secretKey} of={words.secretKey} />
          </dd>
        </div>
      </dl>
      <Note kind="info">
        <p>{words.once}</p>
      </Note>
    </>
  );
}
