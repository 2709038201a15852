// RFC 5321 §6.3: a hundred hops or more are a loop.
export const receivedFieldsMax = 100;

/** Of a message's header: a thousand recipients with their names. */
export const headerBytesMax = 256 * 1024;

/** Of a subject, as lists and templates show it; the message keeps all of it. */
export const subjectShownCharactersMax = 998;

/** Connections of one API key at a time: more than a cluster of senders keeps open. */
export const connectionsPerKeyMax = 500;

/** How long a wrong password waits for its answer. Keys cannot be guessed; this bounds what guessing costs us. */
export const failureDelayMs = 1_000;

/** The same for an address from which many came. */
export const manyFailuresDelayMs = 5_000;

/** Failures of one address in a minute, and at once, before it counts as many. */
export const failuresPerMinuteMax = 10;

/** Refusals of one account that are noted in a minute, and at once: more than a person can read. */
export const notesPerMinuteMax = 20;

/** Notes of refusals that are being written: when the database is slow, further ones are left out. */
export const notesUnderWayMax = 10;

/** How long MAIL waits for its turn when a key sends faster than it may; after that it is told to come back. Clients
 *  that hand in one message after the other are slowed down, and lose nothing by it. */
export const turnWaitMsMax = 10_000;

/** Characters of the ids in the reply to a message: ten recipients, whose ids fill a line. */
export const idsCharactersMax = 400;
