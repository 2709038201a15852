import type { ReadReport } from "../../mail/report/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type MessageName, readReturnPath } from "../messages/index.ts";
import { readUnsubscribeToken } from "../tracking/index.ts";

/** The message a complaint is about; null when it does not prove that it has seen one of ours. What only its recipient's
 *  server has seen counts as proof: the return path, or the token of its unsubscribe link. A Message-ID can be invented. */
export function messageComplainedOf(
  keyring: Keyring,
  { complaint, original }: Extract<ReadReport, { kind: "complaint" }>,
): MessageName | null {
  const paths = [complaint.mailFrom ?? "", ...(original.get("return-path") ?? [])];
  for (const path of paths) {
    const local = /^<?([^<>@\s]{1,64})@/.exec(path.trim())?.[1];
    const name = local === undefined ? null : readReturnPath(keyring, local);
    if (name !== null) return name;
  }
  for (const field of original.get("list-unsubscribe") ?? []) {
    const token = /\/u\/([A-Za-z0-9_-]{20,200})/.exec(field)?.[1];
    const reader = token === undefined ? null : readUnsubscribeToken(keyring, token);
    if (reader !== null) return { accountId: reader.accountId, id: reader.messageId };
  }
  return null;
}
