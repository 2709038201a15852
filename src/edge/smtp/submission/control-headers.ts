import {
  campaignCharactersMax,
  categoryCharactersMax,
  customIdCharactersMax,
  eventPayloadCharactersMax,
  idempotencyKeyCharactersMax,
  isIdempotencyKey,
  isLongerThan,
  type Party,
  variablesMax,
} from "../../../core/messages/index.ts";
import type { TrackingWish } from "../../../core/tracking/index.ts";
import { isAddressProblem, parseMailbox } from "../../../mail/address/index.ts";
import { decodeWords } from "../../../mail/header/index.ts";
import {
  type Flaw,
  invalidAddress,
  malformedJson,
  mismatch,
  needs,
  notAllowed,
  repeated,
  tooLong,
  tooMany,
} from "./flaws.ts";

/** What a message says to this service in fields that go no further. */
export interface ControlHeaders {
  trackOpens: TrackingWish;
  trackClicks: TrackingWish;
  priority: 0 | 1 | 2 | 3;
  customCampaign: string;
  deduplicatesCampaign: boolean;
  monitoringCategory: string;
  contactsListId: bigint | null;
  customId: string;
  eventPayload: string;
  template: { id: bigint } | { name: string } | null;
  usesTemplateLanguage: boolean;
  /** Null when the message brings none: then nothing in it is replaced. */
  variables: Record<string, unknown> | null;
  templateErrorReporting: Party | null;
  deliversDespiteTemplateError: boolean;
  idempotencyKey: string | null;
}

/** Ours, under the name it has over HTTP. */
export const idempotencyField = "Idempotency-Key";

/** Is this a field for this service alone? All that bear Mailjet's prefixes are, known or not. */
export function isControlHeader(lowerName: string): boolean {
  return (
    lowerName.startsWith("x-mj-") ||
    lowerName.startsWith("x-mailjet-") ||
    lowerName === idempotencyField.toLowerCase()
  );
}

/** Does the message ask for something to be put into it? Then it cannot stay as it is. */
export function asksForTemplate(control: ControlHeaders): boolean {
  return control.template !== null || control.usesTemplateLanguage || control.variables !== null;
}

type Reader = (value: string, field: string, found: ControlHeaders) => Flaw | null;

const readers: Record<string, Reader> = {
  "X-Mailjet-Campaign": text("customCampaign", campaignCharactersMax),
  "X-Mailjet-DeduplicateCampaign": flag("deduplicatesCampaign"),
  "X-Mailjet-TrackOpen": tracking("trackOpens"),
  "X-Mailjet-TrackClick": tracking("trackClicks"),
  "X-MJ-TrackOpen": tracking("trackOpens"),
  "X-MJ-TrackClick": tracking("trackClicks"),
  "X-Mailjet-Prio": readPriority,
  "X-MJ-CustomID": text("customId", customIdCharactersMax),
  "X-MJ-EventPayload": text("eventPayload", eventPayloadCharactersMax),
  "X-MJ-MonitoringCategory": text("monitoringCategory", categoryCharactersMax),
  "X-MJ-StatisticsContactsListID": readContactsList,
  "X-MJ-TemplateID": readTemplate,
  "X-MJ-TemplateLanguage": flag("usesTemplateLanguage"),
  "X-MJ-TemplateErrorReporting": readReporting,
  "X-MJ-TemplateErrorDeliver": flag("deliversDespiteTemplateError"),
  "X-MJ-Vars": readVariables,
  [idempotencyField]: readIdempotencyKey,
};
const namesOf = new Map(Object.keys(readers).map((name) => [name.toLowerCase(), name]));

/** What a message says that has no such field. */
export const noControlHeaders: ControlHeaders = {
  trackOpens: "account_default",
  trackClicks: "account_default",
  priority: 2,
  customCampaign: "",
  deduplicatesCampaign: false,
  monitoringCategory: "",
  contactsListId: null,
  customId: "",
  eventPayload: "",
  template: null,
  usesTemplateLanguage: false,
  variables: null,
  templateErrorReporting: null,
  deliversDespiteTemplateError: false,
  idempotencyKey: null,
};

/** Reads the control fields of a message, unfolded; a value may hold encoded words, and an empty one says nothing. */
export function readControlHeaders(
  fields: readonly (readonly [lowerName: string, value: string])[],
): ControlHeaders | Flaw {
  if (fields.length === 0) return noControlHeaders;
  const found = { ...noControlHeaders };
  const seen = new Set<string>();
  for (const [lowerName, given] of fields) {
    const name = namesOf.get(lowerName);
    const value = decoded(given);
    if (name === undefined || value === "") continue;
    if (seen.has(name)) return repeated(name);
    seen.add(name);
    const flaw = readers[name]?.(value, name, found) ?? null;
    if (flaw !== null) return flaw;
  }
  return checkTogether(found) ?? found;
}

// nodemailer and others encode what is not ASCII, whatever the field means to us.
function decoded(value: string): string {
  return value.includes("=?") ? decodeWords(value) : value;
}

function checkTogether(found: ControlHeaders): Flaw | null {
  if (found.deduplicatesCampaign && found.customCampaign === "") {
    return needs("X-Mailjet-DeduplicateCampaign", "X-Mailjet-Campaign", "send-0012");
  }
  const saysMoreOfErrors = found.templateErrorReporting !== null || found.deliversDespiteTemplateError;
  if (!saysMoreOfErrors || found.usesTemplateLanguage) return null;
  const field = found.deliversDespiteTemplateError
    ? "X-MJ-TemplateErrorDeliver"
    : "X-MJ-TemplateErrorReporting";
  return needs(field, "X-MJ-TemplateLanguage", "send-0016");
}

/** The fields that hold exactly this type. */
type Named<Type> = {
  [Name in keyof ControlHeaders]: [Type, ControlHeaders[Name]] extends [ControlHeaders[Name], Type]
    ? Name
    : never;
}[keyof ControlHeaders];

function text(name: Named<string>, charactersMax: number): Reader {
  return (value, field, found) => {
    if (isLongerThan(value, charactersMax)) return tooLong(field, charactersMax);
    found[name] = value;
    return null;
  };
}

const yes = ["1", "true", "yes", "y", "deliver"];
const no = ["0", "false", "no", "n"];

function flag(name: Named<boolean>): Reader {
  return (value, field, found) => {
    const word = value.toLowerCase();
    if (!yes.includes(word) && !no.includes(word)) return notAllowed(field, value, [0, 1, "true", "false"]);
    found[name] = yes.includes(word);
    return null;
  };
}

// Not the values of the API, where 1 is off and 2 is on.
const wishes: Record<string, TrackingWish> = { 0: "disabled", 1: "enabled" };

function tracking(name: "trackOpens" | "trackClicks"): Reader {
  return (value, field, found) => {
    const wish = Object.hasOwn(wishes, value) ? wishes[value] : undefined;
    if (wish === undefined) return notAllowed(field, value, [0, 1]);
    found[name] = wish;
    return null;
  };
}

const priorities = [0, 1, 2, 3] as const;

function readPriority(value: string, field: string, found: ControlHeaders): Flaw | null {
  const priority = priorities.find((each) => String(each) === value);
  if (priority === undefined) return notAllowed(field, value, priorities);
  found.priority = priority;
  return null;
}

function readId(value: string): bigint | null {
  if (!/^\d{1,19}$/.test(value)) return null;
  const id = BigInt(value);
  return BigInt.asIntN(64, id) === id ? id : null;
}

function readContactsList(value: string, field: string, found: ControlHeaders): Flaw | null {
  const id = readId(value);
  if (id === null) return mismatch(field, "int");
  found.contactsListId = id;
  return null;
}

function readTemplate(value: string, _field: string, found: ControlHeaders): Flaw | null {
  const id = readId(value);
  found.template = id === null ? { name: value } : { id };
  return null;
}

function readReporting(value: string, field: string, found: ControlHeaders): Flaw | null {
  const mailbox = parseMailbox(value);
  if (isAddressProblem(mailbox)) return invalidAddress(field, value);
  found.templateErrorReporting = { address: mailbox.address.text, name: mailbox.name ?? "" };
  return null;
}

function readVariables(value: string, field: string, found: ControlHeaders): Flaw | null {
  const variables = parseJson(value);
  if (variables === undefined) return malformedJson(field);
  if (typeof variables !== "object" || variables === null || Array.isArray(variables))
    return mismatch(field, "Variables");
  if (Object.keys(variables).length > variablesMax) return tooMany(field, variablesMax);
  found.variables = variables as Record<string, unknown>;
  return null;
}

// Integers that a double cannot hold become texts with the same digits: that is how they are printed.
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) => {
      const source = context?.source ?? "";
      const isExact = typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(source);
      return isExact ? value : source;
    });
  } catch {
    return undefined;
  }
}

function readIdempotencyKey(value: string, field: string, found: ControlHeaders): Flaw | null {
  if (!isIdempotencyKey(value)) {
    const text = `It must be 1 to ${idempotencyKeyCharactersMax} printable ASCII characters.`;
    return { field, text, code: "" };
  }
  found.idempotencyKey = value;
  return null;
}
