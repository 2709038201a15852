/** Reference §2.6: messages of one v3.1 call. */
export const messagesMaxV31 = 50;

/** Reference §2.6: messages, or recipients with a message each, of one v3 call. */
export const messagesMaxV3 = 100;

/** Reference §2.6: To, Cc and Bcc of a v3.1 message together; each of them in v3. */
export const recipientsMax = 50;

/** Reference §2.6: attachments of a message, inline ones included, decoded. */
export const filesMegabytesMax = 15;

/** Reference §2.6. Also of v3. */
export const subjectCharactersMax = 255;

/** Reference §2.6. */
export const urlTagsCharactersMax = 256;

/** Reference §2.6. */
export const campaignCharactersMax = 255;

// Mailjet publishes no limit for what follows. Each bounds what one message can put into rows, events and headers,
// and is far above what people write.

/** A display name: longer ones fill the reader's screen. */
export const nameCharactersMax = 255;

/** A file's name: no file system has longer ones. */
export const filenameCharactersMax = 255;

/** RFC 6838 §4.2 allows 127 characters for each half of a type; the rest is for its parameters. */
export const contentTypeCharactersMax = 512;

/** It travels with every event of the message. */
export const customIdCharactersMax = 1_000;

/** It travels with every event of the message. */
export const eventPayloadCharactersMax = 65_536;

/** A name of the dashboard. */
export const categoryCharactersMax = 255;

/** Mailjet speaks of 50 items for its arrays. */
export const filesMax = 50;

/** Mailjet speaks of 50 items for its collections; all known messages have fewer than ten. */
export const headersMax = 50;

/** Top-level variables. Mailjet's list of errors says 50, but its users are known to send more. */
export const variablesMax = 1_000;
