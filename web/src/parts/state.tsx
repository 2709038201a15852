import type { ReactNode } from "react";
import type { MessageState } from "../api/messages.ts";
import { useWords } from "../words/provider.tsx";

const looks = {
  queued: "tag",
  deferred: "tag tag-wait",
  sent: "tag tag-good",
  bounced: "tag tag-bad",
  blocked: "tag tag-bad",
  cancelled: "tag tag-still",
  expired: "tag tag-bad",
  unknown: "tag tag-wait",
} as const satisfies Record<MessageState, string>;

/** What a message is at: told by its word, the colour comes on top. */
export function StateTag({ state }: { state: MessageState }): ReactNode {
  const { states } = useWords();
  return <span className={looks[state]}>{states[state]}</span>;
}
