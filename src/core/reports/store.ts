import { type Sql, sql } from "../../base/database.ts";
import type { MessageEvent } from "../events/index.ts";

/** An event of a message of which reports are wished. */
export interface WishedEvent extends Omit<MessageEvent, "reading" | "tracked" | "messageId"> {
  messageId: bigint;
  logPosition: bigint;
}

// Everything that may end a message. What readers do is nobody's to report (RFC 8098 has other mails for that).
const kinds = ["sent", "bounced", "expired", "blocked", "cancelled", "unknown"];

/** The events of a part of the log that somebody may want to be told of. The wishes are few, and found by their primary
 *  key; of the log the index on positions is read. */
export async function selectWishedEvents(
  reader: Sql,
  { after, until, limit }: { after: bigint; until: bigint; limit: number },
): Promise<WishedEvent[]> {
  return reader.rows(sql.named("select_wished_events")`
    select e.account_id as "accountId", e.id, e.message_id as "messageId", e.kind, e.reason,
      e.reply_code as "replyCode", e.enhanced, e.sealed, e.log_position as "logPosition"
    from event e join report_wish w on w.account_id = e.account_id and w.message_id = e.message_id
    where e.log_position > ${after} and e.log_position <= ${until} and e.kind = any(${kinds}::text[])
    order by e.log_position limit ${limit}`);
}
