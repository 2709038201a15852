import { decodeUtf8Address } from "../smtp/xtext.ts";
import { type FieldGroup, firstOf, readFieldGroups } from "./field-groups.ts";
import { moreExact, replyCodeIn, statusIn } from "./reply-words.ts";
import type { ReportedAction, ReportedRecipient } from "./report.ts";

// What of the words of a server is kept: replies have 512 octets a line, and few lines.
const textCharactersMax = 1_000;

/** Reads the machine's part of a delivery report: a group for the message, and one for each recipient. Empty when no group
 *  speaks of a recipient. @see RFC 3464 §2 */
export function readDeliveryStatus(text: string): ReportedRecipient[] {
  const groups = readFieldGroups(text);
  const reporter = groups
    .map((group) => typed(firstOf(group, "reporting-mta")).value)
    .find((name) => name !== null);
  return groups.flatMap((group) => (isAboutRecipient(group) ? [recipientOf(group, reporter ?? null)] : []));
}

// Some write all groups as one.
function isAboutRecipient(group: FieldGroup): boolean {
  return ["final-recipient", "original-recipient", "action", "x-actual-recipient"].some((name) =>
    group.has(name),
  );
}

function recipientOf(group: FieldGroup, reporter: string | null): ReportedRecipient {
  const diagnostic = firstOf(group, "diagnostic-code") ?? "";
  // RFC 3464 §2.3.6: the type, such as smtp, stands before the words of the server.
  const words = diagnostic.replace(/^\s*[\w-]{1,40}\s*;\s*/, "").slice(0, textCharactersMax);
  const said = statusIn(firstOf(group, "status") ?? "");
  const status = moreExact(said, statusIn(words));
  const replyCode = replyCodeIn(words);
  return {
    action: actionOf(firstOf(group, "action"), said ?? status, replyCode),
    address: typed(firstOf(group, "final-recipient") ?? firstOf(group, "x-actual-recipient")).value,
    originalAddress: typed(firstOf(group, "original-recipient")).value,
    status,
    replyCode,
    text: words,
    host: typed(firstOf(group, "remote-mta")).value ?? reporter,
  };
}

const actions: Readonly<Record<string, ReportedAction>> = {
  failed: "failed",
  failure: "failed",
  expired: "failed",
  undeliverable: "failed",
  delayed: "delayed",
  deferred: "delayed",
  delivered: "delivered",
  deliverable: "delivered",
  relayed: "relayed",
  expanded: "expanded",
};

// RFC 3464 §2.3.3: the action decides, not the status: a message that was given up keeps its last 4.x.x.
function actionOf(action: string | null, status: string | null, replyCode: number | null): ReportedAction {
  const word = /[a-z]+/i.exec(action ?? "")?.[0].toLowerCase() ?? "";
  const known = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (known !== undefined) return known;
  const digit = status?.[0] ?? String(replyCode ?? "5")[0];
  if (digit === "2") return "delivered";
  return digit === "4" ? "delayed" : "failed";
}

/** `rfc822; ada@example.org`: the type, and what it types. RFC 3464 §2.1.2. */
function typed(value: string | null): { type: string; value: string | null } {
  if (value === null) return { type: "", value: null };
  const [, type = "", rest = value] = /^\s*([\w-]{1,40})\s*;(.*)$/s.exec(value) ?? [];
  const bare = withoutComment(rest.trim()).replace(/^<([^<>]*)>$/, "$1");
  // RFC 6533 §3: in a report of 7 bits an address beyond ASCII is encoded.
  const address = type.toLowerCase() === "utf-8" ? (decodeUtf8Address(bare) ?? bare) : bare;
  return { type: type.toLowerCase(), value: address === "" ? null : address };
}

/** `ada@example.org (no such user)`: RFC 5322 §3.2.2. */
function withoutComment(value: string): string {
  const open = value.endsWith(")") ? value.lastIndexOf("(") : -1;
  const isComment = /^\s$/.test(value.charAt(open - 1)) && value.indexOf(")", open) === value.length - 1;
  return isComment ? value.slice(0, open).trimEnd() : value;
}
