import type { Sql } from "../../base/database.ts";
import { dateOf } from "../../base/ids.ts";
import { isAddressProblem, type Mailbox, parseAddress } from "../../mail/address/index.ts";
import { formatDate, toHeaderText } from "../../mail/header/index.ts";
import { type HeaderInput, writeFields } from "../../mail/mime/fields.ts";
import type { Keyring } from "../keys/index.ts";
import { messageIdOf } from "./compose.ts";
import { type MessageIdentity, uuidOf } from "./message.ts";
import { openStored } from "./retry.ts";
import { isRaw, type Party } from "./submission.ts";

/** A message as its author has handed it in: what a report returns. */
export interface Original {
  octets: Buffer;
  /** Where the body begins, behind the empty line. */
  headBytes: number;
  /** False of a message that was composed here: of it there is a header alone. */
  hasBody: boolean;
}

/** Reads what a report may return of a message; null once it is not kept any more. */
export async function readOriginal(
  reader: Sql,
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
  { subject }: MessageIdentity,
): Promise<Original | null> {
  const stored = await openStored(reader, keyring, key);
  if (stored === null) return null;
  const { content, part } = stored;
  if (isRaw(content)) return { octets: content.octets, headBytes: content.headBytes, hasBody: true };
  const [from] = [content.from].flatMap(mailboxesOf);
  const uuid = uuidOf(keyring.lookup(key.accountId, `uuid/${key.id}`));
  const domain = from?.address.domain ?? "";
  const headers: HeaderInput[] = [
    ["Date", formatDate(dateOf(key.id))],
    ["From", { mailboxes: from === undefined ? [] : [from] }],
    ["To", { mailboxes: part.to.flatMap(mailboxesOf) }],
    ["Cc", { mailboxes: part.cc.flatMap(mailboxesOf) }],
    ["Message-ID", messageIdOf({ messageId: key.id, uuid }, domain)],
    ["Subject", toHeaderText(subject)],
  ];
  const octets = Buffer.from(`${writeFields(headers).fields}\r\n`);
  return { octets, headBytes: octets.length, hasBody: false };
}

function mailboxesOf(party: Party | null): Mailbox[] {
  if (party === null) return [];
  const address = parseAddress(party.address);
  return isAddressProblem(address) ? [] : [{ name: party.name, address }];
}
