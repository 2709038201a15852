import type { ReactNode } from "react";
import type { Webhook } from "../../api/webhooks.ts";
import { Time } from "../../parts/time.tsx";
import { useWords } from "../../words/provider.tsx";

type State = "live" | "failing" | "dead" | "stopped";

/** How a webhook is doing. One that was stopped by hand has not failed. */
export function stateOf({ state, failingSince }: Pick<Webhook, "state" | "failingSince">): State {
  if (state === "alive") return failingSince === null ? "live" : "failing";
  return failingSince === null ? "stopped" : "dead";
}

const looks = {
  live: "tag tag-good",
  failing: "tag tag-wait",
  dead: "tag tag-bad",
  stopped: "tag tag-still",
} as const satisfies Record<State, string>;

/** The state in a word. */
export function WebhookTag({ webhook }: { webhook: Webhook }): ReactNode {
  const { states } = useWords().webhooks;
  const state = stateOf(webhook);
  return <span className={looks[state]}>{states[state]}</span>;
}

/** The state in a sentence, with the times in it. */
export function WebhookStanding({ webhook }: { webhook: Webhook }): ReactNode {
  const { standing, from: since, nextAttempt } = useWords().webhooks;
  const { failingSince, nextAttemptAt, diedAt } = webhook;
  const state = stateOf(webhook);
  const at = state === "failing" ? failingSince : diedAt;
  return (
    <p>
      {standing[state]}{" "}
      {at === null || state === "live" ? null : (
        <>
          {since} <Time at={at} />.{" "}
        </>
      )}
      {state === "failing" && nextAttemptAt !== null ? (
        <>
          {nextAttempt} <Time at={nextAttemptAt} isRelative />.
        </>
      ) : null}
    </p>
  );
}
