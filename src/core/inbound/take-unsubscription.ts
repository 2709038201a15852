import { decodeWords } from "../../mail/header/index.ts";
import { fieldValue, readFields } from "../../mail/header/read-fields.ts";
import { selectRecipient, type Unsubscription, unsubscribe } from "../messages/index.ts";
import { type ReaderOf, readUnsubscribeToken } from "../tracking/index.ts";
import type { InboundContext } from "./take-report.ts";

/** Takes a mail to an unsubscribe address. When it has answered, the reader gets nothing more: the suppression is on disk.
 *  `unknown`: the message is not kept any more, and the mail does not bring the token that says who its reader was. */
export async function takeUnsubscription(
  { database, keyring, ids }: InboundContext,
  { accountId, messageId }: Omit<ReaderOf, "lookup">,
  octets: Buffer,
  now: Date,
): Promise<Unsubscription["kind"] | "unknown"> {
  const scope = { role: "inbound_account", accountId } as const;
  return database.write(scope, async (tx) => {
    const row = await selectRecipient(tx, { accountId, id: messageId });
    const lookup = row?.lookup ?? lookupIn(keyring, octets, { accountId, messageId });
    if (lookup === null) return "unknown";
    const { kind } = await unsubscribe(tx, { keyring, ids, now }, { accountId, messageId, lookup });
    return kind;
  });
}

/** The reader whom the subject names: mail programs write there what `mailto:` tells them to (RFC 6068 §2). */
function lookupIn(
  keyring: InboundContext["keyring"],
  octets: Buffer,
  of: Omit<ReaderOf, "lookup">,
): Buffer | null {
  const header = readFields(octets);
  if ("badLine" in header) return null;
  const field = header.fields.find(({ name }) => name.toLowerCase() === "subject");
  const subject = field === undefined ? "" : decodeWords(fieldValue(octets, field));
  const reader = readUnsubscribeToken(keyring, subject.trim());
  const isSame = reader?.accountId === of.accountId && reader.messageId === of.messageId;
  return isSame ? reader.lookup : null;
}
