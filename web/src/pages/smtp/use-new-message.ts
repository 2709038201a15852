import { useState } from "react";
import { type Message, useNewestMessages } from "../../api/messages.ts";

/** The first message that came in after the page began to watch, by whatever way. */
export function useNewMessage(): { newest: Message | null; error: Error | null } {
  const { data: items, error } = useNewestMessages();
  const [before, setBefore] = useState<ReadonlySet<string> | null>(null);
  if (before === null && items !== undefined) setBefore(new Set(items.map(({ id }) => id)));
  const newest = before === null ? undefined : items?.find(({ id }) => !before.has(id));
  return { newest: newest ?? null, error };
}
