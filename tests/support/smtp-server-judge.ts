import type { SmtpStep } from "./smtp-server-types.ts";

interface CommandCase {
  readonly raw: Buffer;
  readonly line: string;
  readonly step: SmtpStep;
  /** How many octets had come behind the command when it was read. */
  readonly followers: number;
  readonly extensions: readonly string[];
}

// RFC 2920 §3.1: these may only be the last of a group.
const groupEnders: ReadonlySet<SmtpStep> = new Set([
  "ehlo",
  "helo",
  "starttls",
  "auth",
  "data",
  "quit",
  "noop",
]);
// RFC 5321 §4.5.3.1.4 says 512; SIZE, BODY, SMTPUTF8, DSN and AUTH add to it, each in its own RFC.
const commandOctetsMax = 1_500;

/** Notes what is wrong with a command. */
export function judgeCommand(command: CommandCase, violations: Set<string>): void {
  const { raw, line, step, followers, extensions } = command;
  if (!raw.subarray(-2).equals(Buffer.from("\r\n")) || line.includes("\r"))
    violations.add("command: bare CR or LF");
  if (raw.length > commandOctetsMax) violations.add("command: too long");
  if (step === "bdat") {
    if (!offers(extensions, "CHUNKING")) violations.add("bdat: not offered");
    return;
  }
  if (followers > 0 && !offers(extensions, "PIPELINING"))
    violations.add(`${step}: pipelined without an offer`);
  if (followers > 0 && groupEnders.has(step)) violations.add(`${step}: must end its group`);
  if (step === "mail") judgeMail(line, extensions, violations);
}

function judgeMail(line: string, extensions: readonly string[], violations: Set<string>): void {
  const needs: Readonly<Record<string, string>> = {
    " SIZE=": "SIZE",
    " BODY=": "8BITMIME",
    " SMTPUTF8": "SMTPUTF8",
    " RET=": "DSN",
    " ENVID=": "DSN",
  };
  const parameters = line.slice(line.lastIndexOf(">") + 1);
  for (const [parameter, extension] of Object.entries(needs)) {
    if (parameters.includes(parameter) && !offers(extensions, extension))
      violations.add(`mail: ${extension} not offered`);
  }
  const isPlain = /^[\x20-\x7e]*$/.test(line);
  if (!isPlain && !parameters.includes(" SMTPUTF8")) violations.add("mail: beyond ASCII without SMTPUTF8");
}

interface MessageCase {
  /** As it came: with doubled dots when it came by DATA. */
  readonly raw: Buffer;
  readonly via: "data" | "bdat";
  readonly mailParameters: string;
}

/** Notes what is wrong with a message, and returns it without doubled dots. Written without haste and in
 *  another way than the client, whose opposite it is. */
export function judgeMessage({ raw, via, mailParameters }: MessageCase, violations: Set<string>): Buffer {
  const text = raw.toString("latin1");
  if (text.replaceAll("\r\n", "").match(/[\r\n]/)) violations.add("message: bare CR or LF");
  if (text !== "" && !text.endsWith("\r\n")) violations.add("message: last line not ended");
  if (/[\x80-\xff]/.test(text) && !mailParameters.includes("BODY=8BITMIME"))
    violations.add("message: 8-bit without BODY");
  const lines = text.split("\r\n");
  if (lines.some((line) => line.length > 999)) violations.add("message: line too long");
  if (via === "data" && lines.some((line) => /^\.([^.]|$)/.test(line)))
    violations.add("message: dot not doubled");
  const plain = via === "data" ? lines.map((line) => (line.startsWith(".") ? line.slice(1) : line)) : lines;
  const data = Buffer.from(plain.join("\r\n"), "latin1");
  const declared = /SIZE=(\d+)/.exec(mailParameters)?.[1];
  if (declared !== undefined && Number(declared) !== data.length) violations.add("message: SIZE is wrong");
  return data;
}

function offers(extensions: readonly string[], keyword: string): boolean {
  return extensions.some((extension) => extension.split(" ")[0] === keyword);
}
