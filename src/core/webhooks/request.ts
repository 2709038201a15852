import { createHash } from "node:crypto";
import type { DescribedEvent } from "../messages/index.ts";
import { mailjetEventOf } from "./mailjet-event.ts";
import { standardEventOf } from "./standard-event.ts";
import type { WebhookFormat } from "./webhook.ts";

/** What is posted: a body, and an id that is the same whenever the same events are posted again. */
export interface WebhookMessage {
  id: string;
  body: Buffer;
  /** The ids of the events inside, in their order. */
  eventIds: bigint[];
}

/** Writes events for a webhook: one for those that want one a request. Null when its format has no word for any. */
export function messageOf(format: WebhookFormat, events: readonly DescribedEvent[]): WebhookMessage | null {
  const written = events.flatMap((described) => {
    const text = format === "standard" ? standardEventOf(described) : mailjetEventOf(described);
    return text === null ? [] : [{ id: described.event.id, text }];
  });
  const [first] = written;
  if (first === undefined) return null;
  const eventIds = written.map(({ id }) => id);
  const body = format === "mailjet_group" ? `[${written.map(({ text }) => text).join(",")}]` : first.text;
  return { id: idOf(format, eventIds), body: Buffer.from(body), eventIds };
}

// A group that is tried again with the same events has the same id; with one more it is another one.
function idOf(format: WebhookFormat, eventIds: readonly bigint[]): string {
  if (format !== "mailjet_group") return `evt_${eventIds[0]}`;
  const digest = createHash("sha256").update(eventIds.join(",")).digest("hex");
  return `grp_${digest.slice(0, 32)}`;
}
