import { type ReactNode, useEffect } from "react";
import { ApiProblem } from "../api/client.ts";
import { Code } from "../parts/code.tsx";
import { LiveRegion } from "../parts/live.tsx";
import { Note } from "../parts/note.tsx";
import { ProblemNote } from "../parts/problem.tsx";
import { Mark } from "../shell/mark.tsx";
import { LanguageChoice } from "../shell/settings.tsx";
import { useWords } from "../words/provider.tsx";

const command = "npx facteur sign-in --account owner@facteur.example";

/** Where those who are not signed in learn how to be. */
export function SignIn({ problem, hasEnded }: { problem: Error | null; hasEnded: boolean }): ReactNode {
  const { signIn } = useWords();
  useEffect(() => {
    document.title = `${signIn.title} · Facteur`;
  }, [signIn.title]);
  return (
    <div className="entrance">
      <main className="entrance-card">
        <p className="brand">
          <Mark />
          <span>Facteur</span>
        </p>
        <h1>{signIn.title}</h1>
        <WhatHappened problem={problem} hasEnded={hasEnded} />
        <p className="lead">{signIn.lead}</p>
        <p>{signIn.atStart}</p>
        <p>{signIn.onMachine}</p>
        <Code text={command} label={signIn.commandLabel} language="sh" />
        <p className="soft">{signIn.notYourMachine}</p>
      </main>
      <footer className="entrance-foot">
        <LanguageChoice />
      </footer>
      <LiveRegion />
    </div>
  );
}

function WhatHappened({ problem, hasEnded }: { problem: Error | null; hasEnded: boolean }): ReactNode {
  const { signIn } = useWords();
  if (problem instanceof ApiProblem && problem.status === 401)
    return (
      <Note kind="bad" title={signIn.failed}>
        <p>{signIn.failedHint}</p>
      </Note>
    );
  if (problem !== null) return <ProblemNote error={problem} />;
  return hasEnded ? <Note kind="info" title={signIn.ended} /> : null;
}
