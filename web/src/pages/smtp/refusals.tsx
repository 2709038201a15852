import { type ReactNode, useState } from "react";
import { type SmtpRefusal, useSmtpRefusals } from "../../api/smtp.ts";
import { Note } from "../../parts/note.tsx";
import { Time } from "../../parts/time.tsx";
import { useWords } from "../../words/provider.tsx";
import { remedyOf } from "./remedy.ts";

/** What the service has refused since the page began to watch, and what to do about it; nothing while it has not. */
export function Refusals(): ReactNode {
  const { smtp: words } = useWords();
  const items = useNewRefusals();
  if (items.length === 0) return null;
  return (
    <Note kind="wait" title={words.refused}>
      <dl className="teach">
        {items.map((refusal) => (
          <div key={refusal.id}>
            <dt>
              <span translate="no">{saidOf(refusal)}</span> · <Time at={refusal.at} isRelative />
            </dt>
            <dd>{words.refusals[remedyOf(refusal)]}</dd>
          </div>
        ))}
      </dl>
    </Note>
  );
}

function useNewRefusals(): readonly SmtpRefusal[] {
  const { data: items } = useSmtpRefusals();
  const [before, setBefore] = useState<ReadonlySet<string> | null>(null);
  if (before === null && items !== undefined) setBefore(new Set(items.map(({ id }) => id)));
  return before === null ? [] : (items ?? []).filter(({ id }) => !before.has(id));
}

function saidOf({ code, status, text }: SmtpRefusal): string {
  return [String(code), status, text].filter((each) => each !== "").join(" ");
}
