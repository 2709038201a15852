import type { ReactNode } from "react";
import { type InboxMessage, partUrl } from "../../api/inbox.ts";
import { useSpeech } from "../../words/provider.tsx";

/** What is attached, to be looked at where files are looked at. */
export function Attachments({ message }: { message: InboxMessage }): ReactNode {
  const { words, format } = useSpeech();
  const { inbox } = words;
  const { id, attachments } = message;
  if (attachments.length === 0) return null;
  return (
    <section className="attachments">
      <h3>{inbox.attachments}</h3>
      <ul>
        {attachments.map(({ part, name, type, sizeBytes, isInline }) => (
          <li key={part}>
            <a href={partUrl(id, part)} download={name ?? ""} translate="no">
              {name ?? inbox.attachment.unnamed}
            </a>{" "}
            <span className="soft">
              {type} · {format.size(sizeBytes)}
              {isInline ? ` · ${inbox.attachment.inline}` : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
