import { lineOctetsMax } from "./fold.ts";
import { isPrintableAscii, splitAtSpaces } from "./text.ts";

/** Why a header cannot be written. `message` is a sentence for its author. */
export interface HeaderProblem {
  readonly problem:
    | "name_empty"
    | "name_character"
    | "name_too_long"
    | "value_control"
    | "value_too_long"
    | "value_not_ascii"
    | "value_unbreakable";
  readonly message: string;
}

/** RFC 2047 needs 75 characters on one line; a name this long still leaves them after a fold. No registered name
 *  has more than 40. */
const headerNameLengthMax = 76;

/** Beyond any real use: 50 mailboxes with long names stay below. It bounds the work that one header can cause. */
const headerValueLengthMax = 65_536;

// RFC 5322 §2.2: printable ASCII except the colon. Not a dot first, so that no line of a message needs it doubled.
const nameCharacters = /^(?!\.)[\x21-\x39\x3b-\x7e]+$/;
// TAB is white space; other C0 characters and DEL have no place in a value (RFC 5322 §2.2, §3.2.5).
const controls = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Fields read by machines. Their grammar has no room for encoded words, so they hold ASCII only, and a token too
 *  long for a line cannot be helped. */
const machineFields: ReadonlySet<string> = new Set([
  ...["message-id", "in-reply-to", "references", "date", "return-path", "received", "auto-submitted"],
  ...["from", "sender", "reply-to", "to", "cc", "bcc", "disposition-notification-to"],
  ...[
    "resent-from",
    "resent-sender",
    "resent-to",
    "resent-cc",
    "resent-bcc",
    "resent-date",
    "resent-message-id",
  ],
  ...["mime-version", "content-type", "content-transfer-encoding", "content-id", "content-disposition"],
  ...["list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-post"],
  ...["list-owner", "list-archive", "feedback-id", "cfbl-address", "cfbl-feedback-id", "precedence"],
  ...["dkim-signature", "arc-seal", "arc-message-signature", "arc-authentication-results"],
  ...["authentication-results", "received-spf", "bimi-selector"],
]);

/** True for fields that hold addresses, ids, dates or tokens instead of text. */
export function isMachineField(name: string): boolean {
  return machineFields.has(name.toLowerCase());
}

/** Says why `name: value` cannot be written, or nothing. A value is text as its reader shall see it (encoded words
 *  are made when it is written), or, in fields read by machines, ASCII as it stands on the wire. */
export function checkHeader(name: string, value: string): HeaderProblem | undefined {
  return checkName(name) ?? checkValue(name, value);
}

function checkName(name: string): HeaderProblem | undefined {
  if (name === "") return { problem: "name_empty", message: "The header has no name" };
  if (name.length > headerNameLengthMax) {
    const message = `The header name has more than ${headerNameLengthMax} characters`;
    return { problem: "name_too_long", message };
  }
  if (!nameCharacters.test(name)) {
    const message = "The header name has a character other than printable ASCII without space and colon";
    return { problem: "name_character", message };
  }
  return undefined;
}

function checkValue(name: string, value: string): HeaderProblem | undefined {
  if (value.length > headerValueLengthMax) {
    const message = `The value of ${name} has more than ${headerValueLengthMax} characters`;
    return { problem: "value_too_long", message };
  }
  if (controls.test(value)) {
    const message = `The value of ${name} has a line break or another control character`;
    return { problem: "value_control", message };
  }
  if (!isMachineField(name)) return undefined;
  const text = value.replaceAll("\t", " ");
  if (!isPrintableAscii(text)) {
    return { problem: "value_not_ascii", message: `The value of ${name} has a character other than ASCII` };
  }
  if (splitAtSpaces(text.trim()).some((piece) => piece.length >= lineOctetsMax)) {
    const message = `The value of ${name} has a part of more than ${lineOctetsMax - 1} characters without a space`;
    return { problem: "value_unbreakable", message };
  }
  return undefined;
}
