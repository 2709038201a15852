// Mailjet publishes the first two; for the others there is no published limit. Each bounds what one message can put into
// rows, events and headers, whichever way it comes in, and is far above what people write.

export const subjectCharactersMax = 255;

/** Names of campaigns. */
export const campaignCharactersMax = 255;

/** A display name: longer ones fill the reader's screen. */
export const nameCharactersMax = 255;

/** It travels with every event of the message. */
export const customIdCharactersMax = 1_000;

/** It travels with every event of the message. */
export const eventPayloadCharactersMax = 65_536;

/** A name of the dashboard. */
export const categoryCharactersMax = 255;

/** Top-level variables. Mailjet's list of errors says 50, but its users are known to send more. */
export const variablesMax = 1_000;

/** Of an idempotency key: a UUID has 36 characters and a hash in hex 128; whoever needs more can hash it. */
export const idempotencyKeyCharactersMax = 256;

const printable = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Can this be a key? Printable ASCII, no space at its ends. */
export function isIdempotencyKey(text: string): boolean {
  return text.length <= idempotencyKeyCharactersMax && printable.test(text);
}

/** Characters are code points: a limit must not fall on emoji twice as hard. */
export function isLongerThan(text: string, charactersMax: number): boolean {
  if (text.length <= charactersMax) return false;
  if (text.length > 2 * charactersMax) return true;
  return [...text].length > charactersMax;
}
