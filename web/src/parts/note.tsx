import type { ReactNode } from "react";

interface NoteProps {
  kind: "info" | "good" | "wait" | "bad";
  title?: string;
  children?: ReactNode;
}

const marks = { info: "i", good: "✓", wait: "…", bad: "!" } as const;

/** A remark that belongs to what stands around it. Bad news is read out at once. */
export function Note({ kind, title, children }: NoteProps): ReactNode {
  return (
    <div className={`note note-${kind}`} role={kind === "bad" ? "alert" : undefined}>
      <span className="note-mark" aria-hidden="true">
        {marks[kind]}
      </span>
      <div className="note-text">
        {title === undefined ? null : <p className="note-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
