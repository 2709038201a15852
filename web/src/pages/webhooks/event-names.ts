import type { Webhook } from "../../api/webhooks.ts";
import type { Words } from "../../words/languages.ts";

/** The events of a webhook in words; those of Mailjet's API keep its names. */
export function eventNames({ events, format }: Webhook, words: Words): string[] {
  const names: Partial<Record<string, string>> = words.messages.event.kinds;
  return events.map((event) => (format === "standard" ? (names[event] ?? event) : event));
}
