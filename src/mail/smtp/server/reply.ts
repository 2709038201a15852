/** What the server says. */
export interface ServerReply {
  /** RFC 5321 §4.2. */
  readonly code: number;
  /** RFC 3463, such as `5.7.1`; empty where RFC 2034 §4 wants none: greetings, EHLO, 3yz. */
  readonly enhanced: string;
  /** One sentence, or a line each. */
  readonly text: string | readonly string[];
  /** It ends the session, as 221 and 421 always do (RFC 5321 §3.8, §4.1.1.10). */
  readonly isLast?: true;
}

export function reply(code: number, enhanced: string, text: string | readonly string[]): ServerReply {
  return { code, enhanced, text };
}

// RFC 5321 §4.5.3.1.5: 512 octets a line with CRLF; the code, a status and a space take up to 16 of them.
const textOctetsMax = 480;
// Longer ones would be quotations; ten lines hold the ids of a hundred recipients.
const linesMax = 32;

/** Writes a reply as it goes over the wire. What is not printable ASCII becomes a question mark, so that no text can
 *  make two replies of one; long text goes on in further lines. */
export function wireOf({ code, enhanced, text }: ServerReply): string {
  const status = enhanced === "" ? "" : `${enhanced} `;
  const only = typeof text === "string" && text.length <= textOctetsMax ? text : undefined;
  if (only !== undefined) return `${code} ${status}${clean(only)}\r\n`;
  const lines = [text].flat().flatMap(wrapped).slice(0, linesMax);
  return lines
    .map((line, index) => `${code}${index < lines.length - 1 ? "-" : " "}${status}${clean(line)}\r\n`)
    .join("");
}

const printable = /^[ -~]*$/;

function clean(text: string): string {
  return printable.test(text) ? text : text.replace(/[^ -~]/gu, "?");
}

function wrapped(text: string): string[] {
  if (text.length <= textOctetsMax) return [text];
  return text.match(new RegExp(`.{1,${textOctetsMax}}(?: |$)|.{1,${textOctetsMax}}`, "gs")) ?? [""];
}

/** What the protocol itself answers. */
export const replies = {
  /** Nothing is said: what was asked for is on its way. */
  none: reply(0, "", ""),
  accepted: reply(250, "2.0.0", "Ok"),
  senderOk: reply(250, "2.1.0", "Ok"),
  recipientOk: reply(250, "2.1.5", "Ok"),
  chunkOk: reply(250, "2.0.0", "Ok, go on"),
  goAhead: reply(354, "", "End data with <CR><LF>.<CR><LF>"),
  bye: reply(221, "2.0.0", "Bye"),
  readyForTls: reply(220, "2.0.0", "Ready to start TLS"),
  help: reply(214, "2.0.0", "RFC 5321, RFC 6409"),
  notVerified: reply(252, "2.5.0", "Send the message, and you will see"),
  authenticated: reply(235, "2.7.0", "Welcome"),

  timeout: reply(421, "4.4.2", "Nothing came in time, closing"),
  stopping: reply(421, "4.3.2", "The service stops for a moment, try again"),
  crowded: reply(421, "4.3.2", "Too many connections, try again in a moment"),
  crowdedAddress: reply(421, "4.7.0", "Too many connections from your address, close some of them"),
  crowdedNetwork: reply(421, "4.7.0", "Too many connections from your network, close some of them"),
  tooOften: reply(421, "4.7.0", "Too many connections in a minute, keep one for many messages"),
  tooManyErrors: reply(421, "4.7.0", "Too many errors, closing"),
  tooManyCommands: reply(421, "4.7.0", "Too many commands without a message, closing"),
  defect: reply(451, "4.3.0", "Something is broken here, the message was not taken, try again later"),
  full: reply(452, "4.3.1", "Too much mail is coming in at this moment, try again"),
  tooManyRecipients: reply(452, "4.5.3", "Too many recipients, send the message to the others again"),

  unknown: reply(500, "5.5.1", "Command unknown"),
  lineTooLong: reply(500, "5.5.2", "The line is too long"),
  bareLineEnd: reply(500, "5.5.2", "Lines end with CRLF, and nothing else may stand for it"),
  badText: reply(500, "5.5.2", "The line is not UTF-8, or holds a control character"),
  authTooLong: reply(500, "5.5.6", "The answer to AUTH is too long"),
  noArgument: reply(501, "5.5.4", "This command stands alone"),
  notImplemented: reply(502, "5.5.1", "Command not implemented"),
  helloFirst: reply(503, "5.5.1", "Send EHLO first"),
  mailFirst: reply(503, "5.5.1", "Send MAIL first"),
  recipientFirst: reply(503, "5.5.1", "No valid recipients"),
  oneAtATime: reply(503, "5.5.1", "MAIL was sent already, RSET begins anew"),
  notWithinMail: reply(503, "5.5.1", "Not in the middle of a message"),
  noMixing: reply(503, "5.5.1", "DATA cannot follow BDAT"),
  secureAlready: reply(503, "5.5.1", "The connection is encrypted already"),
  authenticatedAlready: reply(503, "5.5.1", "You are logged in already"),
  mechanismUnknown: reply(504, "5.5.4", "This way to log in is not known, use PLAIN or LOGIN"),
  authSyntax: reply(501, "5.5.2", "This is not base64, or not what the mechanism asks for"),
  authCancelled: reply(501, "5.7.0", "Cancelled"),
  authRequired: reply(530, "5.7.0", "Log in first, with AUTH"),
  tlsRequired: reply(530, "5.7.0", "Send STARTTLS first"),
  encryptionRequired: reply(
    538,
    "5.7.11",
    "Send STARTTLS first: here the password would be readable on the way",
  ),
  tooLarge: reply(552, "5.3.4", "The message is larger than the limit in SIZE"),
  runaway: {
    ...reply(552, "5.3.4", "The message is larger than the limit in SIZE, and its end is not in sight"),
    isLast: true,
  },
  chunkSyntax: reply(501, "5.5.4", "Say BDAT, how many octets, and LAST with the last ones"),
} as const satisfies Record<string, ServerReply>;
