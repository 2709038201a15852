import type { ReactNode } from "react";
import { useMadeKey } from "../../api/made-key.ts";
import type { Session } from "../../api/session.ts";
import { Page } from "../../parts/page.tsx";
import { useWords } from "../../words/provider.tsx";
import { ArrivalStep } from "./arrival-step.tsx";
import { DomainStep } from "./domain-step.tsx";
import { KeyStep } from "./key-step.tsx";
import { SendStep } from "./send-step.tsx";
import { useArrival } from "./use-arrival.ts";

/** From a key to the first message, and on to a real domain. */
export function FirstSteps({ session }: { session: Session }): ReactNode {
  const { firstSteps } = useWords();
  const { key, keep } = useMadeKey();
  const arrival = useArrival();
  return (
    <Page title={firstSteps.title} lead={firstSteps.lead}>
      <ol className="steps" aria-label={firstSteps.steps}>
        <KeyStep made={key} onMade={keep} />
        <SendStep session={session} made={key} isDone={arrival.newest !== null} />
        <ArrivalStep arrival={arrival} />
        <DomainStep session={session} />
      </ol>
    </Page>
  );
}
