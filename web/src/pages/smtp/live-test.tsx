import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { StateTag } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { Refusals } from "./refusals.tsx";
import { useNewMessage } from "./use-new-message.ts";

// A program that sends one message is done well before; what has not come by then has gone wrong.
const patienceMs = 20_000;

/** Watches for the message that a program hands in, and says what to look at when none comes. */
export function LiveTest(): ReactNode {
  const { smtp: words } = useWords();
  const [round, setRound] = useState(0);
  return (
    <section className="block" aria-labelledby="smtp-test">
      <h2 id="smtp-test">{words.test}</h2>
      <p>{words.testText}</p>
      {round === 0 ? (
        <p>
          <Button look="primary" onClick={() => setRound(1)}>
            {words.testAction}
          </Button>
        </p>
      ) : (
        <Watch key={round} onAgain={() => setRound(round + 1)} />
      )}
    </section>
  );
}

function Watch({ onAgain }: { onAgain: () => void }): ReactNode {
  const { smtp: words, firstSteps } = useWords();
  const { newest, error } = useNewMessage();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), patienceMs);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <>
      <div role="status">
        {newest === null ? (
          <p className="watching">
            <span className="spinner" aria-hidden="true" />
            {words.watching}
          </p>
        ) : (
          <div className="letter">
            <p className="arrived">{words.arrived}</p>
            <p className="letter-subject">{newest.subject === "" ? words.noSubject : newest.subject}</p>
            <p className="letter-line">
              {firstSteps.arrival.to} <strong translate="no">{newest.recipient.address}</strong> ·{" "}
              <Time at={newest.acceptedAt} isRelative /> · <StateTag state={newest.state} />
            </p>
            <Link to={`/messages/${newest.id}`} className="button button-primary">
              {words.open}
            </Link>
          </div>
        )}
      </div>
      {error === null ? null : <ProblemNote error={error} />}
      <Refusals />
      {newest !== null ? (
        <p>
          <Button onClick={onAgain}>{words.again}</Button>
        </p>
      ) : null}
      {newest === null && isLate ? <Troubles /> : null}
    </>
  );
}

function Troubles(): ReactNode {
  const { smtp: words } = useWords();
  return (
    <>
      <Note kind="wait" title={words.late}>
        <p>{words.lateText}</p>
      </Note>
      <dl className="teach">
        {words.troubles.map(({ says, means }) => (
          <div key={says}>
            <dt>{says}</dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
