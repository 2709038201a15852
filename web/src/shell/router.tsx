import { type MouseEvent, type ReactNode, useSyncExternalStore } from "react";

/** Where the dashboard begins; vite.config.ts and the service say the same. */
const base = "/dashboard";

const moved = "facteur:moved";

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(moved, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(moved, listener);
  };
}

/** Where we are, below /dashboard. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

/** The place that the address bar names; changes with it. */
export function usePlace(): Place {
  const { pathname, search } = new URL(useSyncExternalStore(subscribe, () => window.location.href));
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
  return { path: path === "" ? "/" : path, query: new URLSearchParams(search) };
}

/** Goes to another place of the dashboard. `replace` leaves no step to go back to. */
export function go(to: string, { replace = false } = {}): void {
  const url = `${base}${to}`;
  if (replace) window.history.replaceState(null, "", url);
  else window.history.pushState(null, "", url);
  window.dispatchEvent(new Event(moved));
}

interface LinkProps {
  to: string;
  children: ReactNode;
  className?: string;
  isCurrent?: boolean;
  onClick?: () => void;
}

/** A link within the dashboard: an ordinary one for everything but a plain click. */
export function Link({ to, children, className, isCurrent = false, onClick }: LinkProps): ReactNode {
  const follow = (event: MouseEvent) => {
    onClick?.();
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={`${base}${to}`}
      className={className}
      aria-current={isCurrent ? "page" : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}
