import { Refusal } from "../../../base/errors.ts";
import {
  formatMailboxField,
  isAddressProblem,
  needsSmtpUtf8,
  parseMailboxList,
} from "../../../mail/address/index.ts";
import { decodeWords, formatField } from "../../../mail/header/index.ts";
import { fieldValue, type ReadField } from "../../../mail/header/read-fields.ts";
import type { Flaw } from "./flaws.ts";

const mailboxFields = new Set([
  ...["from", "sender", "reply-to", "to", "cc", "resent-from", "resent-sender", "resent-to", "resent-cc"],
  "disposition-notification-to",
]);

/** Writes a field whose text is UTF-8 in ASCII, as a message without SMTPUTF8 must have it (RFC 5321 §2.4, RFC 2047): many
 *  programs leave that to others. What its reader sees stays the same. */
export function encodeField(octets: Buffer, field: ReadField): Buffer | Flaw {
  const { name } = field;
  const value = fieldValue(octets, field);
  const flaw = { field: name, text: "It holds text beyond ASCII. Encode it as RFC 2047 has it.", code: "" };
  if (!mailboxFields.has(name.toLowerCase())) {
    try {
      return Buffer.from(formatField(name, decodeWords(value)), "latin1");
    } catch (error) {
      if (error instanceof Refusal) return flaw;
      throw error;
    }
  }
  const list = parseMailboxList(value);
  if (isAddressProblem(list)) return flaw;
  if (needsSmtpUtf8(list)) {
    return { field: name, text: "It holds an address beyond ASCII. Send SMTPUTF8 behind MAIL.", code: "" };
  }
  return Buffer.from(formatMailboxField(name, list), "latin1");
}
