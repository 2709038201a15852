import type { ReactNode } from "react";
import type { InboxItem } from "../../api/inbox.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { Step } from "./step.tsx";
import type { Arrival } from "./use-arrival.ts";

/** Shows the first message as soon as it is there. */
export function ArrivalStep({ arrival }: { arrival: Arrival }): ReactNode {
  const { words, format } = useSpeech();
  const { newest, earlierCount, error, isLooking } = arrival;
  const texts = words.firstSteps.arrival;
  return (
    <Step number={3} title={texts.title} isDone={newest !== null}>
      <div role="status">
        {newest === null ? (
          <p className="watching">
            <span className="spinner" aria-hidden="true" />
            {texts.waiting}
          </p>
        ) : (
          <Letter item={newest} />
        )}
      </div>
      {newest === null ? <p className="soft">{texts.waitingHint}</p> : null}
      {error !== null && isLooking ? <ProblemNote error={error} /> : null}
      {newest === null && earlierCount > 0 ? (
        <p className="soft">
          {texts.earlier(format.number(earlierCount))} <Link to="/inbox">{texts.openInbox}</Link>
        </p>
      ) : null}
    </Step>
  );
}

function Letter({ item }: { item: InboxItem }): ReactNode {
  const { firstSteps } = useWords();
  const words = firstSteps.arrival;
  return (
    <>
      <p className="arrived">{words.arrived}</p>
      <div className="letter">
        <p className="letter-subject">{item.subject}</p>
        <p className="letter-line">
          {words.to} <strong translate="no">{item.to}</strong> · <Time at={item.receivedAt} isRelative />
        </p>
        <p className="letter-text">{words.arrivedText}</p>
        <Link to={`/inbox/${item.id}`} className="button button-primary">
          {words.open}
        </Link>
      </div>
    </>
  );
}
