import type { Transaction } from "../../base/database.ts";
import type { ReportedRecipient } from "../../mail/report/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type MessageName, noteReturned, type ReturnedReport, sealReturned } from "../messages/index.ts";

/** Notes what the next server says of a message that is not refused: it was told to report by whoever has handed the
 *  message in, and reports to us, since the return path is ours. Answers whether anybody wants to know. */
export async function tellReturned(
  tx: Transaction,
  { keyring, now }: { keyring: Keyring; now: Date },
  { accountId, id: messageId }: MessageName,
  { action, status, replyCode, text, host }: ReportedRecipient,
): Promise<boolean> {
  if (action === "failed") return false;
  await keyring.load(tx, [accountId]);
  // Content that is gone is not told of any more.
  if (!keyring.has(accountId) || !keyring.hasContentKey(messageId)) return false;
  const returned: ReturnedReport = { action, status, replyCode, text, host };
  const sealed = sealReturned(keyring, { accountId, messageId }, returned);
  return noteReturned(tx, { accountId, messageId }, { sealed, isDelay: action === "delayed", now });
}
