/** One error of Send API v3.1 as its caller reads it. */
export interface SendError {
  code: string;
  status: number;
  message: string;
  /** The properties it is about, as paths: `To[0].Email`. */
  relatedTo: string[];
}

// What a caller sent is quoted back so that it can be found; the longest address still fits.
const quotedCharactersMax = 320;

/** A mandatory property that is absent or null. */
export function missing(...paths: string[]): SendError {
  return badRequest("mj-0003", "Missing mandatory property.", paths);
}

/** A value of another type; `expected` is Mailjet's name of the type. */
export function mismatch(expected: string, path: string): SendError {
  return badRequest("mj-0004", `Type mismatch. Expected type "${expected}".`, [path]);
}

/** A value that is none of a closed list. */
export function notAllowed(
  value: string | number | bigint,
  allowed: readonly (string | number)[],
  path: string,
): SendError {
  const message = `Value "${quoted(String(value))}" is invalid. Allowed values are: [${allowed.join(", ")}]`;
  return badRequest("mj-0005", message, [path]);
}

/** A text with too many characters. */
export function tooLong(charactersMax: number, path: string): SendError {
  const message = `Characters limit exceeded for the property. Max allowed - ${charactersMax}.`;
  return badRequest("mj-0006", message, [path]);
}

/** An empty array where something must be named. */
export function emptyCollection(path: string): SendError {
  return badRequest("mj-0007", "You must provide at least one item in the collection.", [path]);
}

/** A collection with too many items. */
export function tooMany(itemsMax: number, path: string): SendError {
  return badRequest("mj-0008", `Items limit exceeded for the property. Max allowed - ${itemsMax}.`, [path]);
}

/** A body, or the files of a message, with too many bytes. */
export function tooLarge(megabytesMax: number, ...paths: string[]): SendError {
  return badRequest("mj-0011", `Input payload must be less than ${megabytesMax}MB.`, paths);
}

/** An empty text where there must be one. */
export function emptyText(path: string): SendError {
  return badRequest("mj-0012", "Empty string not allowed.", [path]);
}

/** A text that is no address. */
export function invalidAddress(text: string, path: string): SendError {
  return badRequest("mj-0013", `"${quoted(text)}" is an invalid email address.`, [path]);
}

/** Neither parts nor a template. */
export function noContent(): SendError {
  const message = 'At least "HTMLPart", "TextPart" or "TemplateID" must be provided.';
  return badRequest("send-0003", message, ["TextPart", "HTMLPart", "TemplateID"]);
}

/** A header that has a property of its own, or that only the service may write. */
export function forbiddenHeader(name: string): SendError {
  const message =
    'Header cannot be customized using the "Headers" collection. Please use the dedicated property to set this header.';
  return badRequest("send-0011", message, [headerPath(name)]);
}

/** DeduplicateCampaign without the campaign it is about. */
export function campaignMissing(): SendError {
  const message = '"CustomCampaign" must be provided when "DeduplicateCampaign" is true.';
  return badRequest("send-0012", message, ["CustomCampaign", "DeduplicateCampaign"]);
}

/** Too many recipients in a message, or in a call. */
export function tooManyRecipients(recipientsMax: number): SendError {
  const message = `Total number of recipients exceeded. Max allowed - ${recipientsMax}`;
  return badRequest("send-0015", message, ["To", "Cc", "Bcc"]);
}

/** How template errors are handled is said, but no template language is used. */
export function languageMissing(): SendError {
  const message =
    '"TemplateLanguage" must be true when "TemplateErrorReporting" or "TemplateErrorDeliver" is provided.';
  return badRequest("send-0016", message, ["TemplateLanguage"]);
}

/** How Mailjet names one header in ErrorRelatedTo. */
export function headerPath(name: string): string {
  return `Headers["${quoted(name)}"]`;
}

/** A piece of the caller's text, short enough to be sent back. */
export function quoted(text: string): string {
  return text.length <= quotedCharactersMax ? text : `${text.slice(0, quotedCharactersMax).toWellFormed()}…`;
}

function badRequest(code: string, message: string, relatedTo: string[]): SendError {
  return { code, status: 400, message, relatedTo };
}
