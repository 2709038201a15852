import { isAscii, isUtf8 } from "node:buffer";
import { type Address, isAddressProblem, parseAddress } from "../../address/index.ts";
import {
  type MailParameters,
  type RecipientParameters,
  readMailParameters,
  readRecipientParameters,
} from "./parameters.ts";
import { replies, reply, type ServerReply } from "./reply.ts";

/** A command, understood. `wrong` is none: its reply says why. */
export type Command =
  | { readonly verb: "ehlo" | "helo"; readonly name: string }
  /** `from` is null for the null path. */
  | { readonly verb: "mail"; readonly from: Address | null; readonly parameters: MailParameters }
  | { readonly verb: "rcpt"; readonly to: Address | "postmaster"; readonly parameters: RecipientParameters }
  | { readonly verb: "bdat"; readonly sizeBytes: number; readonly isLast: boolean }
  /** `initial` is null when the client waits to be asked. */
  | { readonly verb: "auth"; readonly mechanism: string; readonly initial: string | null }
  | { readonly verb: "data" | "rset" | "quit" | "starttls" | "noop" | "help" | "vrfy" }
  | { readonly verb: "wrong"; readonly reply: ServerReply };

const alone = ["data", "rset", "quit", "starttls"] as const;
const refused = new Set(["expn", "turn", "etrn", "atrn", "send", "soml", "saml"]);
const tidyText = /^[^\u0000-\u001f\u007f]*$/;

/** Reads a command line without its line end. RFC 5321 §4.1. */
export function readCommand(line: Buffer): Command {
  const isPlain = isAscii(line);
  if (!isPlain && !isUtf8(line)) return wrong(replies.badText);
  const text = isPlain ? line.toString("latin1") : line.toString("utf8");
  if (!tidyText.test(text)) return wrong(replies.badText);
  const space = text.indexOf(" ");
  const verb = (space === -1 ? text : text.slice(0, space)).toLowerCase();
  const rest = space === -1 ? "" : text.slice(space + 1).trim();
  return readNamed(verb, rest);
}

function readNamed(verb: string, rest: string): Command {
  switch (verb) {
    case "mail":
      return readMail(rest);
    case "rcpt":
      return readRecipient(rest);
    case "ehlo":
    case "helo":
      return readHello(verb, rest);
    case "bdat":
      return readChunk(rest);
    case "auth":
      return readAuth(rest);
    case "noop":
    case "help":
    case "vrfy":
      return { verb };
    default: {
      const known = alone.find((each) => each === verb);
      if (known !== undefined) return rest === "" ? { verb: known } : wrong(replies.noArgument);
      return wrong(refused.has(verb) ? replies.notImplemented : replies.unknown);
    }
  }
}

// RFC 5321 §4.1.3 wants a domain or an address literal. Many clients send the bare name of their machine, and nothing
// is done with it; only what no name could be is refused.
const helloName = /^[^\s<>()@,;"\\]{1,255}$/;

function readHello(verb: "ehlo" | "helo", rest: string): Command {
  if (helloName.test(rest)) return { verb, name: rest };
  return wrong(reply(501, "5.5.4", `${verb.toUpperCase()} needs the name of your machine`));
}

function readMail(rest: string): Command {
  const path = readPath(rest, "FROM");
  if ("code" in path) return wrong(path);
  const from = path.address === "" ? null : parseAddress(path.address);
  if (from !== null && isAddressProblem(from)) return wrong(reply(501, "5.1.7", `${from.message}.`));
  const parameters = readMailParameters(path.parameters);
  if ("code" in parameters) return wrong(parameters);
  if (from?.isInternationalised === true && !parameters.isUtf8) return wrong(needsUtf8("MAIL"));
  return { verb: "mail", from, parameters };
}

function readRecipient(rest: string): Command {
  const path = readPath(rest, "TO");
  if ("code" in path) return wrong(path);
  const parameters = readRecipientParameters(path.parameters);
  if ("code" in parameters) return wrong(parameters);
  // RFC 5321 §4.1.1.3: the one address without a domain.
  if (/^postmaster$/i.test(path.address)) return { verb: "rcpt", to: "postmaster", parameters };
  const to = parseAddress(path.address);
  if (isAddressProblem(to)) return wrong(reply(501, "5.1.3", `${to.message}.`));
  return { verb: "rcpt", to, parameters };
}

/** RFC 6531 §3.4 (2). */
export function needsUtf8(verb: "MAIL" | "RCPT"): ServerReply {
  return reply(553, "5.6.7", `${verb} with an address beyond ASCII needs SMTPUTF8 behind MAIL`);
}

// What may stand before the path: spaces are wrong there and common all the same.
const pathLabel = /^(FROM|TO) ?: ?</i;

function readPath(text: string, label: "FROM" | "TO"): { address: string; parameters: string } | ServerReply {
  const found = pathLabel.exec(text);
  const start = found?.[0].length ?? 0;
  const end = found?.[1]?.toUpperCase() === label ? pathEnd(text, start) : -1;
  const after = text[end + 1];
  if (end === -1 || (after !== undefined && after !== " ")) {
    return reply(501, "5.5.4", `Write ${label}:<address>, with the angle brackets`);
  }
  const path = text.slice(start, end);
  // RFC 5321 §4.1.1.3: a route in front of the address is passed over.
  const address = path.startsWith("@") ? path.slice(path.indexOf(":") + 1) : path;
  return { address, parameters: text.slice(end + 1) };
}

// The bracket that closes the path; one inside a quoted local part does not.
function pathEnd(text: string, start: number): number {
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isQuoted && character === "\\") at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === ">" && !isQuoted) return at;
  }
  return -1;
}

// RFC 3030 §2. Fifteen digits are exact as a number.
const chunkForm = /^(\d{1,15})(?: +(LAST))?$/i;

function readChunk(rest: string): Command {
  const found = chunkForm.exec(rest);
  if (found === null) return wrong(replies.chunkSyntax);
  return { verb: "bdat", sizeBytes: Number(found[1]), isLast: found[2] !== undefined };
}

const authForm = /^([A-Za-z0-9_-]{1,20})(?: +(\S+))?$/;

function readAuth(rest: string): Command {
  const found = authForm.exec(rest);
  if (found === null) return wrong(replies.authSyntax);
  return { verb: "auth", mechanism: found[1]?.toUpperCase() ?? "", initial: found[2] ?? null };
}

function wrong(answer: ServerReply): Command {
  return { verb: "wrong", reply: answer };
}
