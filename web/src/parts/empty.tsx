import type { ReactNode } from "react";

/** Says what will be here, and how it gets here. */
export function Empty({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <div className="empty">
      <svg viewBox="0 0 64 48" aria-hidden="true" focusable="false">
        <path d="M4 8h56v36H4zM4 8l28 22L60 8" />
      </svg>
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
