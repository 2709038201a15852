import { isAddressProblem, normaliseForLookup, parseAddress } from "../../../../mail/address/index.ts";
import { toHeaderText } from "../../../../mail/header/index.ts";
import type { Json } from "../../json.ts";
import { fieldNames, fieldsOf } from "./fields.ts";
import { nameCharactersMax, recipientsMax } from "./limits.ts";
import {
  emptyCollection,
  emptyText,
  invalidAddress,
  missing,
  type SendError,
  tooLong,
  tooManyRecipients,
} from "./send-error.ts";
import { isLongerThan, readArray, readRecord, readText } from "./values.ts";

/** Someone in a draft: Globals may give the name and the message the address. */
export interface PartyDraft {
  address: string | null;
  name: string | null;
}

/** A recipient as parsed, and the address as it was written: clients look for that text in the answer. */
export interface Recipient {
  address: string;
  name: string;
  given: string;
  /** The same for every way to write this mailbox. */
  lookup: string;
}

// Duplicates count once, so a list may be longer than what counts; ten times as long is no accident.
const recipientsReadMax = 10 * recipientsMax;

const partyFields = fieldNames("Email", "Name");

/** From, Sender, ReplyTo, TemplateErrorReporting. `{}` is nobody. */
export function readParty(value: Json, path: string, errors: SendError[]): PartyDraft | null {
  const record = readRecord(value, { path, expected: "emailIn" }, errors);
  if (record === null) return null;
  const { Email, Name } = fieldsOf(record, partyFields);
  if (Email === undefined && Name === undefined) return null;
  return {
    address: Email === undefined ? null : (readAddress(Email, `${path}.Email`, errors)?.address ?? null),
    name: Name === undefined ? null : readName(Name, `${path}.Name`, errors),
  };
}

/** To, Cc, Bcc. */
export function readRecipients(value: Json, path: string, errors: SendError[]): Recipient[] {
  const items = readArray(value, { path, expected: "array of emails" }, errors) ?? [];
  if (items.length > recipientsReadMax) {
    errors.push(tooManyRecipients(recipientsMax));
    return [];
  }
  const recipients: Recipient[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const recipient = readRecipient(items[index] as Json, `${path}[${index}]`, errors);
    if (recipient !== null) recipients.push(recipient);
  }
  return recipients;
}

/** To must name someone. */
export function readMainRecipients(value: Json | undefined, errors: SendError[]): Recipient[] {
  if (value === undefined) errors.push(missing("To"));
  else if (Array.isArray(value) && value.length === 0) errors.push(emptyCollection("To"));
  else return readRecipients(value, "To", errors);
  return [];
}

function readRecipient(value: Json, path: string, errors: SendError[]): Recipient | null {
  const record = readRecord(value, { path, expected: "emailIn" }, errors);
  if (record === null) return null;
  const { Email, Name } = fieldsOf(record, partyFields);
  const name = Name === undefined ? null : readName(Name, `${path}.Name`, errors);
  if (Email === undefined) {
    errors.push(missing(`${path}.Email`));
    return null;
  }
  const address = readAddress(Email, `${path}.Email`, errors);
  return address === null ? null : { ...address, name: name ?? "" };
}

function readAddress(value: Json, path: string, errors: SendError[]): Omit<Recipient, "name"> | null {
  if (value === "") {
    errors.push(emptyText(path));
    return null;
  }
  const given = readText(value, path, errors);
  if (given === null) return null;
  // White space around an address comes from forms and spreadsheets, and no address can begin or end with it.
  const address = parseAddress(given.trim());
  if (isAddressProblem(address)) {
    errors.push(invalidAddress(given, path));
    return null;
  }
  return { address: address.text, given, lookup: normaliseForLookup(address) };
}

function readName(value: Json, path: string, errors: SendError[]): string | null {
  const name = readText(value, path, errors);
  if (name === null) return null;
  if (!isLongerThan(name, nameCharactersMax)) return toHeaderText(name);
  errors.push(tooLong(nameCharactersMax, path));
  return null;
}
