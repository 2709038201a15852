import type { ReactNode } from "react";
import { type NewApiKey, useCreateKey } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { Pair } from "../../parts/pair.tsx";
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
      {made === null ? null : (
        <>
          <Pair publicKey={made.publicKey} secretKey={made.secretKey} />
          <Note kind="info">
            <p>{words.once}</p>
          </Note>
        </>
      )}
      {create.error === null ? null : <ProblemNote error={create.error} />}
      <Button look={made === null ? "primary" : "quiet"} isBusy={create.isPending} onClick={make}>
        {made === null ? words.make : words.another}
      </Button>
    </Step>
  );
}
