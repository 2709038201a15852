import type { ReactNode } from "react";
import { useDomains } from "../../api/domains.ts";
import type { Session } from "../../api/session.ts";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { AddDomain } from "../domains/add-domain.tsx";
import { isMadeUp } from "../domains/made-up.ts";
import { DomainRecords } from "../domains/records.tsx";
import { useWatchedDomain } from "../domains/use-watched-domain.ts";
import { Step } from "./step.tsx";

/** The way to a domain of one's own, each record looked at while it is being published. */
export function DomainStep({ session }: { session: Session }): ReactNode {
  const { firstSteps } = useWords();
  const words = firstSteps.domain;
  const { data, error, refetch } = useDomains();
  const domains = (data ?? []).filter(({ name }) => !isMadeUp(name, session.account.address));
  const verified = domains.find(({ state }) => state === "verified");
  const pending = domains.find(({ state }) => state === "pending");
  return (
    <Step number={4} title={words.title} isDone={verified !== undefined}>
      <p>{words.text}</p>
      {error === null ? null : <ProblemNote error={error} onRetry={refetch} />}
      {verified === undefined ? null : <Note kind="good" title={words.verified(verified.name)} />}
      {verified === undefined && pending !== undefined ? <Watched name={pending.name} /> : null}
      {domains.length === 0 ? <AddDomain /> : null}
      {domains.length === 0 ? null : (
        <p>
          <Link to="/domains">{words.all}</Link>
        </p>
      )}
    </Step>
  );
}

function Watched({ name }: { name: string }): ReactNode {
  const watched = useWatchedDomain(name);
  return watched.domain === null ? null : <DomainRecords watched={watched} domain={watched.domain} />;
}
