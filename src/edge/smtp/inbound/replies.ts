import { reply } from "../../../mail/smtp/server/index.ts";

export const accepted = reply(250, "2.0.0", "Ok");
export const noAddress = reply(550, "5.1.1", "There is no such address here");
export const relayingDenied = reply(550, "5.7.1", "Relaying denied: this server takes no mail for others");
export const nobodyReads = reply(
  550,
  "5.7.1",
  "Nobody reads this address, it takes reports only. Write to the address in From or Reply-To",
);
export const reportsElsewhere = reply(550, "5.7.1", "No reports come here: this address is for readers");
export const oneAtATime = reply(452, "4.5.3", "One recipient a report: send it to the next by itself");
export const fewAtATime = reply(
  452,
  "4.5.3",
  "Enough recipients for one message: send it to the others by itself",
);
export const headerTooLarge = reply(554, "5.3.4", "The header has more than 256 KB");
export const mailboxFull = reply(452, "4.2.2", "Too much waits for this address. Try again later");
export const looping = reply(554, "5.4.6", "The message goes in circles");
export const slowDown = reply(421, "4.7.0", "Too much mail from your network, try again in a few minutes");
export const crowdedOut = reply(
  451,
  "4.3.2",
  "Too much mail is coming in at this moment, try again in a few minutes",
);
export const tooEarly = reply(
  451,
  "4.3.0",
  "The message that this report is about is not settled yet. Try again in a few minutes",
);
export const unavailable = reply(
  451,
  "4.3.2",
  "The service cannot reach its database at the moment. Try again",
);
