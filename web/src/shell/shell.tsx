import { type ReactNode, useEffect, useId, useState } from "react";
import type { Session } from "../api/session.ts";
import { LiveRegion } from "../parts/live.tsx";
import { useWords } from "../words/provider.tsx";
import { Mark } from "./mark.tsx";
import { Link, usePlace } from "./router.tsx";
import { groups } from "./sections.ts";
import { Settings } from "./settings.tsx";

/** What is around every page: the way to the others, who is signed in, and how it looks. */
export function Shell({ session, children }: { session: Session; children: ReactNode }): ReactNode {
  const words = useWords();
  const { path } = usePlace();
  const [isOpen, setOpen] = useState(false);
  useCloseOnEscape(isOpen, () => setOpen(false));
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          <Mark />
          <span>Facteur</span>
        </Link>
        {session.mode === "development" ? (
          <span className="mode" title={words.settings.developmentHint}>
            {words.settings.development}
          </span>
        ) : null}
        <button
          type="button"
          className="button button-plain menu-button"
          aria-expanded={isOpen}
          aria-controls="side"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? words.nav.closeMenu : words.nav.menu}
        </button>
      </header>
      <div className={isOpen ? "side side-open" : "side"} id="side">
        <nav aria-label={words.nav.label}>
          {groups.map(({ name, sections }) => (
            <MenuGroup key={name} title={name === null ? null : words.nav.groups[name]}>
              {sections.map(({ name: section, to, isAt }) => (
                <li key={section}>
                  <Link to={to} isCurrent={isAt(path)} onClick={() => setOpen(false)}>
                    {words.nav[section]}
                  </Link>
                </li>
              ))}
            </MenuGroup>
          ))}
        </nav>
        <Settings session={session} />
      </div>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <LiveRegion />
    </div>
  );
}

function MenuGroup({ title, children }: { title: string | null; children: ReactNode }): ReactNode {
  const id = useId();
  if (title === null) return <ul>{children}</ul>;
  return (
    <>
      <p className="menu-title" id={id}>
        {title}
      </p>
      <ul aria-labelledby={id}>{children}</ul>
    </>
  );
}

function useCloseOnEscape(isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });
}
