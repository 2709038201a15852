import type { Sql } from "../../base/database.ts";
import { type RecordedEvent, selectOutcomesBefore, selectRepeatedReadings } from "../events/index.ts";
import { type CountedMessageRow, selectCountedMessages } from "../messages/index.ts";
import type { CountedMessage, Fact } from "./fact.ts";

/** Reads what decides where events count: their messages, and what delivery had made of these before. Three queries by
 *  key, however many events there are. */
export async function factsOf(reader: Sql, events: readonly RecordedEvent[]): Promise<Fact[]> {
  const wanted = new Map(
    events.flatMap(({ accountId, messageId: id }) => (id === null ? [] : [[id, { accountId, id }] as const])),
  );
  const rows = await selectCountedMessages(reader, [...wanted.values()]);
  const messages = new Map(rows.map((row) => [row.id, row]));
  const earlier = await selectOutcomesBefore(
    reader,
    events.flatMap((event) => {
      const { accountId, messageId, logPosition, kind } = event;
      if (messageId === null || !isOutcome(kind)) return [];
      // Written with the outcome itself: after a single attempt nothing can have come before its success.
      const isFirst = kind === "sent" && messages.get(messageId)?.attempts === 1;
      return isFirst ? [] : [{ accountId, messageId, logPosition }];
    }),
  );
  const repeated = await selectRepeatedReadings(
    reader,
    events.flatMap(({ accountId, messageId, logPosition, kind, reading }) =>
      messageId === null || reading?.verdict !== "people"
        ? []
        : [{ accountId, messageId, logPosition, kind }],
    ),
  );
  return events.map((event) => ({
    isRepeated: repeated.has(event.logPosition),
    event,
    message: event.messageId === null ? null : countedOf(messages.get(event.messageId)),
    earlier: earlier.get(event.logPosition) ?? null,
  }));
}

function isOutcome(kind: RecordedEvent["kind"]): boolean {
  switch (kind) {
    case "opened":
    case "clicked":
    case "unsubscribed":
    case "resubscribed":
    case "complained":
      return false;
    default:
      return true;
  }
}

function countedOf(row: CountedMessageRow | undefined): CountedMessage | null {
  if (row === undefined) return null;
  const { campaignId, senderId, domain } = row;
  return { campaignId, senderId, domain };
}
