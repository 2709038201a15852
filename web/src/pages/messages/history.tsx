import type { ReactNode } from "react";
import type { HistoryEntry } from "../../api/messages.ts";
import { Time } from "../../parts/time.tsx";
import { useWords } from "../../words/provider.tsx";

/** Every attempt and everything after it, in order: what it means, and the other server's own words. */
export function History({
  history,
  isWaiting,
}: {
  history: readonly HistoryEntry[];
  isWaiting: boolean;
}): ReactNode {
  const { messages: words } = useWords();
  if (history.length === 0) return isWaiting ? <p className="soft">{words.detail.nothingYet}</p> : null;
  return (
    <ol className="history">
      {history.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events are only ever added, at the end.
        <Event key={index} entry={entry} />
      ))}
    </ol>
  );
}

const looks: Partial<Record<HistoryEntry["kind"], string>> = {
  sent: "good",
  deferred: "wait",
  unknown: "wait",
  bounced: "bad",
  blocked: "bad",
  expired: "bad",
  complained: "bad",
};

function Event({ entry }: { entry: HistoryEntry }): ReactNode {
  const { messages: words, meanings } = useWords();
  const { kind, at, meaning } = entry;
  // Nobody outside has said anything about it.
  const isKept = meaning?.code === "kept_in_test_inbox";
  return (
    <li className={`event event-${looks[kind] ?? "still"}`}>
      <p className="event-head">
        <strong>{isKept ? words.event.kept : words.event.kinds[kind]}</strong> <Time at={at} />
      </p>
      {meaning === null ? null : <p>{meanings[meaning.code] ?? meaning.text}</p>}
      {isKept ? null : <Answer entry={entry} />}
    </li>
  );
}

// Their words stay as they are, in whatever language the other server speaks.
function Answer({ entry }: { entry: HistoryEntry }): ReactNode {
  const { event } = useWords().messages;
  const { host, replyCode, enhancedStatus, reply, detail } = entry;
  const code = [replyCode, enhancedStatus].filter((part) => part !== null).join(" ");
  const rows = [
    [event.server, host],
    [event.code, code === "" ? null : code],
    [event.theySaid, reply],
    [event.weSaw, detail],
  ] as const;
  const told = rows.filter(([, value]) => value !== null && value !== "");
  if (told.length === 0) return null;
  return (
    <dl className="facts">
      {told.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <code translate="no">{value}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
