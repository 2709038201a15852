export {
  campaignCharactersMax,
  categoryCharactersMax,
  customIdCharactersMax,
  eventPayloadCharactersMax,
  nameCharactersMax,
  subjectCharactersMax,
  variablesMax,
} from "../../../../core/messages/index.ts";

// The limits that Mailjet publishes come first.

/** Messages of one v3.1 call. */
export const messagesMaxV31 = 50;

/** Messages, or recipients with a message each, of one v3 call. */
export const messagesMaxV3 = 100;

/** To, Cc and Bcc of a v3.1 message together; each of them in v3. */
export const recipientsMax = 50;

/** Attachments of a message, inline ones included, decoded. */
export const filesMegabytesMax = 15;

/** Query texts that are added to every link. */
export const urlTagsCharactersMax = 256;

// Mailjet publishes no limit for what follows. Each bounds what one message can put into rows, events and headers,
// and is far above what people write.

/** A file's name: no file system has longer ones. */
export const filenameCharactersMax = 255;

/** RFC 6838 §4.2 allows 127 characters for each half of a type; the rest is for its parameters. */
export const contentTypeCharactersMax = 512;

/** Mailjet speaks of 50 items for its arrays. */
export const filesMax = 50;

/** Mailjet speaks of 50 items for its collections; all known messages have fewer than ten. */
export const headersMax = 50;
