import { assertNever } from "../../base/errors.ts";
import type { ReportedAction } from "../../mail/report/index.ts";
import { meaningOfEvent, meaningTexts } from "../delivery/index.ts";
import type { EventKind } from "../events/index.ts";

/** What is told of a message, as it became known. */
export interface Told {
  action: ReportedAction;
  /** Of what became known by an event here; null where the next server has said it later. */
  kind: EventKind | null;
  reason: number | null;
  replyCode: number | null;
  enhanced: string | null;
  text: string | null;
  detail: string | null;
  host: string | null;
}

/** What a person needs to know which message it is about. */
export interface Named {
  address: string;
  subject: string;
  handedInAt: string;
  /** Until when it is tried again; null where it is not. */
  retryUntil: string | null;
  reportingMta: string;
}

/** The subject of a report. */
export function subjectOf({ action, kind }: Told): string {
  if (kind === "unknown") return "Your message may not have arrived";
  switch (action) {
    case "failed":
      return "Your message could not be delivered";
    case "delayed":
      return "Your message is delayed";
    case "delivered":
      return "Your message has been delivered";
    case "relayed":
    case "expanded":
      return "Your message has been handed over";
    default:
      return assertNever(action);
  }
}

/** A report in words. */
export function wordsOf(told: Told, named: Named): string {
  const { host } = told;
  const { reportingMta, address, subject, handedInAt } = named;
  const quoted = replyOf(told);
  const paragraphs = [
    `This is the mail service ${reportingMta}.`,
    `${lead(told)}\n\n    ${address}`,
    meaning(told),
    quoted === "" ? "" : `The server ${host ?? "there"} said:\n\n    ${quoted}`,
    closing(told, named),
    `Subject:    ${subject}\nHanded in:  ${handedInAt}`,
    "You get this because reports were asked for when the message was handed in. Nobody reads answers to it.",
  ];
  return `${paragraphs.filter((each) => each !== "").join("\n\n")}\n`;
}

/** What a server has said, with its codes; empty where none has said anything. */
export function replyOf({
  replyCode,
  enhanced,
  text,
}: Pick<Told, "replyCode" | "enhanced" | "text">): string {
  // Servers that were quoted by others already have their codes in the words.
  if (replyCode !== null && text?.startsWith(String(replyCode)) === true) return text;
  return [replyCode, enhanced, text].filter((each) => each !== null && each !== "").join(" ");
}

function lead({ action, kind }: Told): string {
  if (kind === "unknown") return "It is not known whether a message of yours has reached";
  switch (action) {
    case "failed":
      return "A message of yours could not be delivered to";
    case "delayed":
      return "A message of yours could not be delivered yet to";
    case "delivered":
      return "A message of yours has been delivered to";
    case "relayed":
      return "A message of yours has been handed over to the next server for";
    case "expanded":
      return "A message of yours has been handed on to everybody behind";
    default:
      return assertNever(action);
  }
}

function meaning(told: Told): string {
  const { kind, action } = told;
  if (action === "relayed" && kind !== null)
    return "That server makes no reports of its own, so there is no more to be said, unless it returns the message.";
  if (kind === null || action === "delivered" || action === "relayed" || action === "expanded") return "";
  const code = meaningOfEvent({ ...told, kind });
  return code === null ? "" : meaningTexts[kind === "expired" ? "expired" : code];
}

function closing({ action, kind }: Told, { retryUntil }: Named): string {
  if (action === "delayed")
    return retryUntil === null
      ? "There is nothing you need to do."
      : `It is tried again until ${retryUntil}. There is nothing you need to do.`;
  return action === "failed" && kind !== "unknown" ? "It is not tried again." : "";
}
