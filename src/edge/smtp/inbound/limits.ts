import type { ServerLimits } from "../../../mail/smtp/server/index.ts";

/** Messages a minute from one network, and at once. A provider reports a whole campaign's bounces in minutes. */
export const messagesPerMinuteMax = 1_200;

/** Recipients unknown here, a minute and network: whoever asks for more is looking for addresses, not writing to them. */
export const unknownPerMinuteMax = 60;

/** Of one message. Reports are for one message each, and come one by one. */
export const recipientsMax = 100;

/** Parse routes that get one mail; each gets a copy of its own, and the other server brings the mail again for the rest. */
export const parseTargetsMax = 5;

/** What differs from submission: there, people have said who they are. */
export const inboundLimits: Partial<ServerLimits> = {
  recipientsMax,
  // Nobody owes us short lines: reports quote what others have written, HTML of one line among it.
  lineOctetsMax: 1024 * 1024,
  // The large providers open a handful from one address.
  connectionsPerAddressMax: 50,
  // EHLO, STARTTLS, EHLO, MAIL and a recipient or two.
  strangerCommandsMax: 30,
  // MAIL and its recipients, with as much to spare.
  commandsPerMessageMax: 210,
  errorsMax: 10,
};

/** For SPF, DKIM and DMARC of a mail. The other server waits meanwhile; what is not known by then is told as such. */
export const authenticationMsMax = 8_000;
