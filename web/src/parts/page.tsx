import { type ReactNode, useEffect, useRef } from "react";

interface PageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** What the window is called, where the heading is too long or too little. */
  windowTitle?: string;
  isWide?: boolean;
  children: ReactNode;
}

let isFirst = true;

/** A page with its one heading. Coming from another page, the heading has the focus: so its name is read out, and the
 *  next Tab goes into the page instead of through the menu again. */
export function Page({ title, lead, actions, windowTitle, isWide = false, children }: PageProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${windowTitle ?? title} · Facteur`;
  }, [title, windowTitle]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus();
    isFirst = false;
  }, []);
  return (
    <div className={isWide ? "page page-wide" : "page"}>
      <header className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions === undefined ? null : <div className="page-actions">{actions}</div>}
        {lead === undefined ? null : <p className="lead">{lead}</p>}
      </header>
      {children}
    </div>
  );
}
