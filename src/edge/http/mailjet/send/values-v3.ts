import {
  isAddressProblem,
  normaliseForLookup,
  parseAddress,
  parseMailbox,
  parseMailboxList,
} from "../../../../mail/address/index.ts";
import { type Json, type JsonRecord, parseJson } from "../../json.ts";
import { errorV3, invalidAddressV3, notOfType } from "./error-v3.ts";
import { nameCharactersMax, recipientsMax, variablesMax } from "./limits.ts";
import type { Recipient } from "./party.ts";
import { notAllowed, type SendError, tooLong, tooMany } from "./send-error.ts";
import { isLongerThan, isRecord, plainVariables } from "./values.ts";

// Readers of single values for Send API v3, which takes numbers and booleans written as texts, and texts written as
// numbers. Each answers the value, or null with an error noted; an empty text is absent.

const yes: ReadonlySet<Json> = new Set<Json>([true, 1, "1", "true", "yes", "y", "deliver"]);
const no: ReadonlySet<Json> = new Set<Json>([false, 0, "0", "false", "no", "n", ""]);

/** A text. */
export function readTextV3(value: Json, path: string, errors: SendError[]): string | null {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return value === "" ? null : value;
  errors.push(notOfType("string", path));
  return null;
}

/** A text of so many characters at most. */
export function readShortTextV3(
  value: Json,
  { path, charactersMax }: { path: string; charactersMax: number },
  errors: SendError[],
): string | null {
  const text = readTextV3(value, path, errors);
  if (text === null || !isLongerThan(text, charactersMax)) return text;
  errors.push(tooLong(charactersMax, path));
  return null;
}

/** A boolean in any of the forms that the properties of v3 have, `deliver` included. */
export function readFlagV3(value: Json, path: string, errors: SendError[]): boolean | null {
  const plain = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (yes.has(plain)) return true;
  if (!no.has(plain)) errors.push(notOfType("boolean", path));
  return no.has(plain) ? false : null;
}

/** One number of a short list. */
export function readChoiceV3<Choice extends number>(
  value: Json,
  { path, choices }: { path: string; choices: readonly Choice[] },
  errors: SendError[],
): Choice | null {
  if (value === "") return null;
  const found = choices.find((choice) => choice === value || String(choice) === value);
  if (found !== undefined) return found;
  const shown = typeof value === "object" ? "" : String(value);
  errors.push(notAllowed(shown, choices, path));
  return null;
}

/** A template: an integer is its id, also as a text; any other text is its name. 0 is none. */
export function readTemplateV3(
  value: Json,
  path: string,
  errors: SendError[],
): { id: bigint } | { name: string } | null {
  const text = readShortTextV3(value, { path, charactersMax: nameCharactersMax }, errors)?.trim() ?? "";
  if (text === "") return null;
  if (!/^\d{1,20}$/.test(text)) return { name: text };
  const id = BigInt(text);
  if (BigInt.asIntN(64, id) !== id) return { name: text };
  return id === 0n ? null : { id };
}

/** Variables, as an object or as its JSON. PHP writes an empty one as a list. */
export function readVariablesV3(value: Json, path: string, errors: SendError[]): Record<string, unknown> {
  const record = recordOf(value);
  if (record === null) {
    errors.push(notOfType("JSON object", path));
    return {};
  }
  if (Object.keys(record).length > variablesMax) errors.push(tooMany(variablesMax, path));
  return plainVariables(record);
}

function recordOf(value: Json): JsonRecord | null {
  if (isRecord(value)) return value;
  if (value === "" || (Array.isArray(value) && value.length === 0)) return {};
  if (typeof value !== "string") return null;
  const parsed = parseJson(Buffer.from(value));
  return parsed.kind === "value" && isRecord(parsed.value) ? parsed.value : null;
}

/** One mailbox, with or without a name around its address. */
export function readMailboxV3(value: Json, path: string, errors: SendError[]): Recipient | null {
  const text = readTextV3(value, path, errors)?.trim() ?? "";
  if (text === "") return null;
  const address = parseAddress(text);
  if (!isAddressProblem(address)) {
    return { address: address.text, name: "", given: text, lookup: normaliseForLookup(address) };
  }
  const mailbox = parseMailbox(text);
  if (isAddressProblem(mailbox)) {
    errors.push(invalidAddressV3(text, mailbox.message));
    return null;
  }
  return toRecipient(mailbox.address.text, mailbox.name ?? "", normaliseForLookup(mailbox.address));
}

/** To, Cc or Bcc: mailboxes separated by commas. */
export function readMailboxesV3(value: Json, path: string, errors: SendError[]): Recipient[] {
  const text = readTextV3(value, path, errors);
  if (text === null) return [];
  const list = parseMailboxList(text);
  if (isAddressProblem(list)) {
    errors.push(invalidAddressV3(text, list.message));
    return [];
  }
  const recipients = list.map(({ address, name }) =>
    toRecipient(address.text, name ?? "", normaliseForLookup(address)),
  );
  const mailboxes = new Set(recipients.map((recipient) => recipient.lookup));
  if (mailboxes.size > recipientsMax) errors.push(errorV3(`Too many recipients in ${path}`));
  if (recipients.some((recipient) => isLongerThan(recipient.name, nameCharactersMax))) {
    errors.push(tooLong(nameCharactersMax, path));
  }
  return recipients;
}

function toRecipient(address: string, name: string, lookup: string): Recipient {
  return { address, name, given: address, lookup };
}
