import { replyCodeIn, statusIn } from "./reply-words.ts";
import type { OriginalFields, ReportedAction, ReportedRecipient } from "./report.ts";

// The words a person reads come first; a few pages of them are enough.
const wordsCharactersMax = 16_384;
const diagnosisCharactersMax = 1_000;
const recipientsMax = 100;
// What is said of one recipient among many.
const sectionCharactersMax = 2_000;
// Names and addresses in the header of a message.
const namedCharactersMax = 4_096;
// Between where a copy seems to begin and its header.
const copyHeaderWithin = 4_000;

/** What a mail says of itself in its header. */
export interface Subjects {
  from: string;
  subject: string;
  /** X-Failed-Recipients, as Exim and others write it. */
  failedRecipients: string[];
}

const daemon =
  /mailer[-_. ]?daemon|postmaster|mail delivery (?:sub)?system|mail administrator|system administrator/i;
const subjects =
  /undeliver|not? deliver|delivery (?:status|failure|failed|error|problem|report|has failed|notification)|failure notice|returned (?:mail|to sender)|return(?:ed|ing) message|mail (?:delivery|system error|could not|failure)|message (?:delivery|not delivered|could not|status)|could ?n.t be delivered|non[- ]?remis|unzustellbar|nicht zugestellt|rejected|bounce|delayed|(?:un)?deliverable|error sending|failed (?:mail|delivery)|permanent failure/i;

const failing =
  /could not be delivered|undeliverable|not be delivered|delivery (?:has )?failed|no such user|user unknown|unknown user|invalid user|mailbox (?:is )?full|requested action not taken|recipient.{0,20} rejected|did not reach|unknown host|no valid recipient|unable to deliver|was(?:n.t| not) delivered|failed permanently|nicht zugestellt|zustellung.{0,40}fehlgeschlagen|n.a pas pu être (?:remis|distribu|livr)/i;

/** May a mail that looks like a bounce be believed to be one? A mail server must have written it, by its From or its envelope;
 *  and where From names a person, the words must tell of a failure, or quote who refused: vacation notices come from nobody,
 *  too (RFC 3834 §3.3), and repeat the subject of what they answer. */
export function isBelieved(
  said: Subjects,
  text: string,
  { isFromNobody, isAuto }: { isFromNobody: boolean; isAuto: boolean },
): boolean {
  const isNamed = said.failedRecipients.length > 0 || subjects.test(said.subject);
  if (isFromDaemon(said) && isNamed) return true;
  if (!isFromDaemon(said) && !isFromNobody) return false;
  const { words } = splitCopy(text);
  if (failing.test(words) || isRefusal(statusIn(words))) return true;
  // A number in the words of somebody who is away may be that of a room.
  return (isFromDaemon(said) || !isAuto) && isRefusal(replyCodeIn(words));
}

/** Does its From name a mail server, and no person? */
export function isFromDaemon({ from }: Subjects): boolean {
  return daemon.test(from);
}

/** Is this a report of a failed delivery, by its header; or by its words, where nobody is named as their sender? */
export function looksLikeBounce({ from, subject, failedRecipients }: Subjects, text: string): boolean {
  if (failedRecipients.length > 0 || daemon.test(from) || subjects.test(subject)) return true;
  return (
    failing.test(splitCopy(text).words) && /no-?reply|post_?master|daemon|system|administrator/i.test(from)
  );
}

// Where the words end and the message begins that they are about.
const copyBegins =
  /^[ \t]{0,80}(?:[-=_*]{2}[-=_* ]{0,80}.{0,60}(?:copy of|original|returned|your (?:message|mail)|unsent|headers?|message text|body of).{0,80}|original (?:message|mail|e-mail)\b.{0,60}|(?:the )?(?:text|headers?) of (?:the|your) (?:original )?(?:message|mail).{0,60}|[-=]{5,300}|Received: .{0,300}|Return-Path: .{0,300}|Message-Id: .{0,300}|DKIM-Signature: .{0,300})$/gim;

const headerBegins = /^[> \t]{0,40}(?:Received|From|To|Subject|Date|Message-Id|Return-Path):/gim;

/** Parts the words of a mail from the copy of the message below them. */
export function splitCopy(text: string): { words: string; copy: string } {
  const headers = [...text.matchAll(headerBegins)].map(({ index }) => index);
  let next = 0;
  for (const { index } of text.matchAll(copyBegins)) {
    while ((headers[next] ?? Number.POSITIVE_INFINITY) < index) next++;
    // A line of dashes also stands around the diagnosis: only before a header does it part anything.
    const isBeforeHeader = (headers[next] ?? Number.POSITIVE_INFINITY) < index + copyHeaderWithin;
    if (isBeforeHeader && index > 0)
      return { words: text.slice(0, index).slice(0, wordsCharactersMax), copy: text.slice(index) };
  }
  return { words: text.slice(0, wordsCharactersMax), copy: "" };
}

const address =
  /[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})*/g;

/** Guesses what a mail without a machine's part says. */
export function readTextBounce(text: string, said: Subjects, original: OriginalFields): ReportedRecipient[] {
  const { words } = splitCopy(text);
  const addresses = recipientsIn(words, said, original);
  const whole = diagnose(words, said);
  if (addresses.length === 0) return [{ ...whole, address: null }];
  if (addresses.length === 1) return [{ ...whole, address: addresses[0] ?? null }];
  return addresses.map((each) => {
    const own = sectionOf(words, each, addresses);
    return { ...(own === null ? whole : { ...diagnose(own, said), action: whole.action }), address: each };
  });
}

function diagnose(words: string, said: Subjects): Omit<ReportedRecipient, "address"> {
  const text = diagnosisIn(words) || said.subject;
  const status = statusIn(text) ?? statusIn(words);
  const replyCode = replyCodeIn(text) ?? replyCodeIn(words);
  const action = actionOf(said, words, { status, replyCode });
  return { action, originalAddress: null, status, replyCode, text, host: null };
}

/** What stands behind an address, up to the next one; null when that is nothing. */
function sectionOf(words: string, own: string, all: readonly string[]): string | null {
  const at = words.indexOf(own);
  if (at === -1) return null;
  const said = words.slice(at + own.length, at + own.length + sectionCharactersMax);
  const ends = all.map((each) => (each === own ? -1 : said.indexOf(each))).filter((end) => end > 0);
  const section = said.slice(0, Math.min(said.length, ...ends));
  return /[a-z]{4}/i.test(section) ? section : null;
}

// `<ada@example.org>:`, as qmail began to write it.
const recipientLine = /^[ \t]*<([^\s<>@]{1,64}@[^\s<>@]{1,255})>:/gm;

function recipientsIn(words: string, { failedRecipients }: Subjects, original: OriginalFields): string[] {
  if (failedRecipients.length > 0) return failedRecipients.slice(0, recipientsMax);
  const marked = [...words.matchAll(recipientLine)].map(([, each = ""]) => each);
  if (marked.length > 0) return [...new Set(marked)].slice(0, recipientsMax);
  const to = namedIn(original, ["to", "x-original-to"]);
  const found = [...new Set([...words.matchAll(address)].map(([each]) => each))];
  const known = found.filter((each) => to.includes(each.toLowerCase()));
  if (known.length > 0) return known.slice(0, recipientsMax);
  // Whoever is told is not whom it is about; nor is who tells.
  const senders = namedIn(original, ["from", "return-path"]);
  const others = found.filter((each) => !daemon.test(each) && !senders.includes(each.toLowerCase()));
  return others.slice(0, 1);
}

function namedIn(original: OriginalFields, names: readonly string[]): string {
  const values = names.flatMap((name) => original.get(name) ?? []);
  return values.join(" ").slice(0, namedCharactersMax).toLowerCase();
}

const stillTrying =
  /\b(?:delay(?:ed)?|has not (?:yet )?been delivered|not yet been delivered|still (?:being|undelivered|trying)|will (?:keep|continue|be) (?:trying|to try|retried|attempted)|will be retr|no action is required|temporary (?:failure|problem)s?.{0,40}will|this is (?:only )?a warning|warning: (?:could not send|message still)|do not need to resend)/i;
const givenUp =
  /\b(?:giv(?:en|ing) up|given up|permanent|expired|too long|could not be delivered|cannot be delivered|was not delivered|undeliverable|has failed|been (?:on|in) the queue|retry time(?:out)?|not be delivered)/i;

// What may come, not what has: "If it cannot be delivered within three days, you will be told."
const conditional = /\b(?:if|unless|until|should|in case|wenn|falls|sofern|bis|si|sauf|jusqu)\b/i;
const failureInSubject =
  /\bfail(?:ed|ure|s)?\b|returned (?:mail|to sender)|returning|undeliverable|not delivered|unzustellbar|permanent/i;

/** Does a sentence say that it is over? */
function isGivenUp(words: string): boolean {
  const sentences = words.split(/[.!?](?=\s)|\n[ \t\r]{0,80}\n/);
  return sentences.some((each) => givenUp.test(each) && !conditional.test(each));
}

function actionOf(
  { subject }: Subjects,
  words: string,
  { status, replyCode }: { status: string | null; replyCode: number | null },
): ReportedAction {
  const isTrying = stillTrying.test(`${subject}\n${words}`) && !failureInSubject.test(subject);
  if (isTrying && !isGivenUp(words)) return "delayed";
  if (status?.startsWith("2") || (replyCode !== null && replyCode < 300)) return "delivered";
  return "failed";
}

// What every such mail says of itself, whatever has happened.
const boilerplate =
  /^(?:hi\b.*|dear\b.*|hello\b.*|this (?:message|is an? (?:auto|permanent)|is the|report|e-?mail).*|i'm afraid.*|this is a permanent.*|a message (?:that )?you (?:have )?sent.*|recipients?\.? this is.*|your (?:message|mail|e-?mail)\b.{0,80}|\s*(?:to|subject|sent|date|from|message-id|cc)\s*:.*|the following (?:address|recipient).*|did not reach.*|sorry,? we were unable.*|for further assistance.*|please (?:contact|do not|direct|check|send).*|if you (?:do so|have|think|feel|believe|need).*|the original message (?:was|follows).*|message could not be delivered to.*|do not reply.*|technical details of.*|delivery to the following.*|we(?:'re| are) sorry.*|.{0,40}mail delivery (?:sub)?system\W*|.{0,60}created automatically.*|[-=_*#~. ]*|<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?[:;]?)$/i;

function isRefusal(said: number | string | null): boolean {
  return said !== null && /^[45]/.test(String(said));
}

/** The lines that tell what went wrong: those that quote a server first, then what stands beside them. */
function diagnosisIn(words: string): string {
  const lines = words
    .replace(/\r/g, "")
    .split("\n")
    .map((line) => line.trim());
  const quotes = (line: string) => isRefusal(replyCodeIn(line)) || isRefusal(statusIn(line));
  // Behind its code, a server's words may go on for lines; where its own words are all that is quoted, they are the end.
  const quoting = lines.findIndex(quotes);
  if (quoting !== -1) {
    const lead = lines[quoting - 1] ?? "";
    const isLead = lead !== "" && !boilerplate.test(lead);
    const end = lines.findIndex((line, at) => at > quoting && line === "");
    return [...(isLead ? [lead] : []), ...lines.slice(quoting, end === -1 ? undefined : end)]
      .join(" ")
      .slice(0, diagnosisCharactersMax);
  }
  return lines
    .filter((line) => !boilerplate.test(line))
    .join(" ")
    .slice(0, diagnosisCharactersMax);
}
