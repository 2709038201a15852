import { reply, type ServerReply } from "../../../mail/smtp/server/index.ts";

// What the Send API says of the same mistakes, in its words, with the code that programs know.

/** A field of the message that cannot be understood or used. */
export interface Flaw {
  readonly field: string;
  readonly text: string;
  /** Mailjet's code; "" where it has none. */
  readonly code: string;
}

/** A value of another kind; `expected` is Mailjet's name of it. */
export function mismatch(field: string, expected: string): Flaw {
  return { field, text: `Type mismatch. Expected type "${expected}".`, code: "mj-0004" };
}

/** A value that is none of a closed list. */
export function notAllowed(field: string, value: string, allowed: readonly (string | number)[]): Flaw {
  const text = `Value "${quoted(value)}" is invalid. Allowed values are: [${allowed.join(", ")}]`;
  return { field, text, code: "mj-0005" };
}

export function tooLong(field: string, charactersMax: number): Flaw {
  return {
    field,
    text: `Characters limit exceeded for the property. Max allowed - ${charactersMax}.`,
    code: "mj-0006",
  };
}

export function tooMany(field: string, itemsMax: number): Flaw {
  return {
    field,
    text: `Items limit exceeded for the property. Max allowed - ${itemsMax}.`,
    code: "mj-0008",
  };
}

export function invalidAddress(field: string, value: string): Flaw {
  return { field, text: `"${quoted(value)}" is an invalid email address.`, code: "mj-0013" };
}

export function malformedJson(field: string): Flaw {
  return { field, text: "Malformed JSON, please review the syntax and properties types.", code: "mj-0002" };
}

/** One field needs another. */
export function needs(field: string, other: string, code: string): Flaw {
  return { field, text: `"${other}" must be provided with it.`, code };
}

/** Twice in a message what stands there once. */
export function repeated(field: string): Flaw {
  return { field, text: "It stands in the message twice. Leave one of them.", code: "" };
}

/** How a flaw is told. It is the message that is wrong, so trying again would not help. */
export function flawReply({ field, text, code }: Flaw): ServerReply {
  return reply(554, "5.6.0", `${field}: ${text}${code === "" ? "" : ` (${code})`}`);
}

// What a sender wrote is quoted back so that it can be found; the longest address still fits.
const quotedCharactersMax = 320;

function quoted(text: string): string {
  return text.length <= quotedCharactersMax
    ? text
    : `${text.slice(0, quotedCharactersMax).toWellFormed()}...`;
}
