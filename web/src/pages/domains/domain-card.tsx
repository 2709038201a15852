import { type ReactNode, useId, useState } from "react";
import { type Domain, type RecordName, useRemoveDomain } from "../../api/domains.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { isMadeUp } from "./made-up.ts";
import { DomainRecords } from "./records.tsx";
import { useWatchedDomain } from "./use-watched-domain.ts";

interface DomainCardProps {
  domain: Domain;
  /** Whose account it is. */
  owner: string;
  mayManage: boolean;
  isOpen: boolean;
  onTurn: () => void;
}

/** A domain: whether it may send, what it lacks in words, and its records when they are asked for. */
export function DomainCard({ domain, owner, mayManage, isOpen, onTurn }: DomainCardProps): ReactNode {
  const { domains: words } = useWords();
  const id = useId();
  const { name, state, verifiedBy } = domain;
  const isFictitious = isMadeUp(name, owner);
  return (
    <article className="card">
      <div className="card-head">
        <h3 translate="no">{name}</h3>
        <span className={state === "verified" ? "tag tag-good" : "tag tag-wait"}>
          {words.states[state]} {verifiedBy === null ? null : words.verifiedBy[verifiedBy]}
        </span>
      </div>
      {isFictitious ? <Note kind="info" title={words.madeUp} /> : <Missing domain={domain} />}
      <div className="card-actions">
        <Button aria-expanded={isOpen} aria-controls={id} onClick={onTurn}>
          {isOpen ? words.close : words.open}
          <span className="unseen">: {name}</span>
        </Button>
        {mayManage ? <RemoveDomain name={name} /> : null}
      </div>
      <div id={id}>{isOpen ? <Opened name={name} /> : null}</div>
    </article>
  );
}

function RemoveDomain({ name }: { name: string }): ReactNode {
  const { senders: words } = useWords();
  const [isAsking, setAsking] = useState(false);
  const remove = useRemoveDomain();
  return (
    <>
      <Button look="quiet" aria-label={words.removeOf(name)} onClick={() => setAsking(true)}>
        {words.remove}
      </Button>
      {isAsking ? (
        <Confirm
          title={words.removeOf(name)}
          text={words.removeDomainAsk(name)}
          action={words.remove}
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(name, { onSuccess: () => announce(words.removed(name)) })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function Opened({ name }: { name: string }): ReactNode {
  const watched = useWatchedDomain(name);
  return watched.domain === null ? null : <DomainRecords domain={watched.domain} watched={watched} />;
}

// What keeps mail from being trusted; a return path of one's own and replies are a matter of taste.
const wanted: readonly RecordName[] = ["dkim", "spf", "dmarc"];

function Missing({ domain }: { domain: Domain }): ReactNode {
  const { words, format } = useSpeech();
  const { records, missing, complete, untested } = words.domains;
  if (domain.checkedAt === null) return <p>{untested}</p>;
  const lacking = wanted.filter((name) => domain.report[name]?.status !== "ok");
  if (lacking.length === 0) return <p>{complete}</p>;
  return <p>{missing(format.list(lacking.map((name) => records[name].name)))}</p>;
}
