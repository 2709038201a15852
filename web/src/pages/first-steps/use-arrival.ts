import { useState } from "react";
import { type InboxItem, useNewestInbox } from "../../api/inbox.ts";

/** What lies in the test inbox, told apart by whether it came while this page was open. */
export interface Arrival {
  isLooking: boolean;
  error: Error | null;
  newest: InboxItem | null;
  earlierCount: number;
}

const shownMax = 25;

/** Watches for messages that arrive while the page is open. */
export function useArrival(): Arrival {
  const { data: items, error } = useNewestInbox(shownMax);
  const [before, setBefore] = useState<ReadonlySet<string> | null>(null);
  if (before === null && items !== undefined) setBefore(new Set(items.map(({ id }) => id)));
  const newest = before === null ? undefined : items?.find(({ id }) => !before.has(id));
  return {
    isLooking: items === undefined,
    error,
    newest: newest ?? null,
    earlierCount: before?.size ?? 0,
  };
}
