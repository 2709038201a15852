import type { ServerLimits } from "../../../mail/smtp/server/index.ts";

/** Messages a minute from one address (of IPv6: one /64), and at once. A provider reports a whole campaign's bounces in
 *  minutes. */
export const messagesPerMinuteMax = 1_200;

/** The same from one network (/24, /48): the large providers have a dozen such addresses side by side. */
export const networkMessagesPerMinuteMax = 6_000;

/** Recipients unknown here, a minute and address: whoever asks for more is looking for addresses, not writing to them. */
export const unknownPerMinuteMax = 60;

/** The same for one network. */
export const networkUnknownPerMinuteMax = 300;

/** Mails whose SPF, DKIM and DMARC are looked up at a time: each may wait for seconds for a DNS that is not ours. */
export const checkedAtOnceMax = 32;

/** Works of the database at a time: as many as this port has connections to it, so that those who wait do so here, where
 *  networks take turns. */
export const worksAtOnceMax = 2;

/** How long a mail or a recipient waits for its turns, all together, before it is told to come again. Half of what the most impatient
 *  servers wait: what is stored after they have gone would come twice. */
export const turnWaitMsMax = 60_000;

/** Of one message. Reports are for one message each, and come one by one. */
export const recipientsMax = 100;

/** Parse routes that get one mail; each gets a copy of its own, and the other server brings the mail again for the rest. */
export const parseTargetsMax = 5;

/** What differs from submission: there, people have said who they are. */
export const inboundLimits: Partial<ServerLimits> = {
  recipientsMax,
  // Nobody owes us short lines: reports quote what others have written, HTML of one line among it.
  lineOctetsMax: 1024 * 1024,
  // Who brings mail can come again, and its mail is of less weight than that of those who hand in: 100 MB at most with TLS.
  connectionsMax: 1_000,
  strangersMax: 500,
  // The large providers open a handful from one address, and have a dozen addresses side by side.
  connectionsPerAddressMax: 20,
  connectionsPerNetworkMax: 100,
  // Five a second, handshake and all.
  connectionsPerMinuteMax: 300,
  // Five such addresses side by side: 25 a second.
  networkConnectionsPerMinuteMax: 1_500,
  // Six of the largest messages, or 12,000 usual ones; a network alone gets 64 MB, and of many each gets less.
  heldBytesMax: 192 * 1024 * 1024,
  heldShareOfFree: 0.5,
  // EHLO, STARTTLS, EHLO, MAIL and a recipient or two.
  strangerCommandsMax: 30,
  // MAIL and its recipients, with as much to spare.
  commandsPerMessageMax: 210,
  errorsMax: 10,
};

/** For SPF, DKIM and DMARC of a mail. The other server waits meanwhile; what is not known by then is told as such. */
export const authenticationMsMax = 8_000;
