import type { DescribedEvent } from "../messages/index.ts";

/** Writes an event in the form that Standard Webhooks recommends: type, time and data.
 *  @see Standard Webhooks, payload structure */
export function standardEventOf(described: DescribedEvent): string {
  const { event, at } = described;
  return JSON.stringify({
    type: `message.${event.kind}`,
    timestamp: at.toISOString(),
    data: eventData(described),
  });
}

/** What our own API tells of an event. */
export type EventData = ReturnType<typeof eventData>;

/** Writes it. */
export function eventData({ event, at, words, message }: DescribedEvent) {
  return {
    id: String(event.id),
    kind: event.kind,
    at: at.toISOString(),
    reason: event.reason,
    replyCode: event.replyCode,
    enhancedStatus: event.enhanced,
    host: words.host,
    reply: words.text,
    detail: words.detail,
    verdict: event.reading?.verdict ?? null,
    url: words.url,
    message:
      message === null
        ? null
        : {
            id: String(message.id),
            uuid: message.uuid,
            recipient: message.identity.address,
            role: message.identity.role,
            customId: message.identity.customId,
            eventPayload: message.identity.eventPayload,
            campaign: message.campaign,
          },
  };
}
