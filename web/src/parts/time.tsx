import { type ReactNode, useSyncExternalStore } from "react";
import { useSpeech } from "../words/provider.tsx";

// "3 minutes ago" is right for half a minute more or less.
const tickMs = 30_000;

let now = Date.now();
const listeners = new Set<() => void>();
let timer = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = Date.now();
    timer = window.setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, tickMs);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(timer);
  };
}

/** A moment as the language writes it, exact when pointed at. `isRelative` tells it from here. */
export function Time({ at, isRelative = false }: { at: string; isRelative?: boolean }): ReactNode {
  const { format } = useSpeech();
  const current = useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={at} title={format.instant(at)}>
      {isRelative ? format.relative(at, current) : format.short(at, current)}
    </time>
  );
}
