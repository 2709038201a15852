import type { Answer } from "../../answer.ts";
import { type Json, parseJson } from "../../json.ts";
import {
  answerGlobals,
  answerMalformed,
  answerNoMessages,
  answerRequestError,
  type NewIdentifier,
} from "./answer-v31.ts";
import { checkTogether } from "./check-v31.ts";
import { ContentPool } from "./content-pool.ts";
import { type Draft, readGlobals, readMessage } from "./draft.ts";
import { type Fields, fieldNames, fieldsOf } from "./fields.ts";
import { messagesMaxV31, recipientsMax } from "./limits.ts";
import type { Recipient } from "./party.ts";
import { emptyCollection, mismatch, type SendError, tooManyRecipients } from "./send-error.ts";
import { givenOf, type SendItem, toParty } from "./send-item.ts";
import { isRecord, mergeVariables, readFlag, readRecord } from "./values.ts";

/** A call of Send API v3.1: refused as a whole, or messages that stand for themselves. */
export type SendCallV31 =
  | { kind: "refused"; answer: Answer }
  | { kind: "messages"; sandbox: boolean; advancedErrorHandling: boolean; items: SendItem[] };

const rootFields = fieldNames("Messages", "Globals", "SandboxMode", "AdvanceErrorHandling");

/** Reads a body of `POST /v3.1/send`. Never throws for what a body holds.
 *  @param newIdentifier gives each error its ErrorIdentifier, a UUID */
export function parseSendV31(body: Buffer, newIdentifier: NewIdentifier): SendCallV31 {
  const parsed = parseJson(body);
  if (parsed.kind === "problem") return refused(answerMalformed(newIdentifier));
  const root = isRecord(parsed.value) ? fieldsOf(parsed.value, rootFields) : {};
  if (!Array.isArray(root.Messages)) return refused(answerNoMessages(newIdentifier));
  const errors: SendError[] = [];
  const sandbox = readSwitch(root, "SandboxMode", errors);
  const advancedErrorHandling = readSwitch(root, "AdvanceErrorHandling", errors);
  checkCount(root.Messages.length, errors);
  const globalsRecord =
    readRecord(root.Globals ?? {}, { path: "Globals", expected: "Globals" }, errors) ?? {};
  if (errors[0] !== undefined) return refused(answerRequestError(errors[0], newIdentifier));

  const globals = readGlobals(globalsRecord, errors);
  if (errors.length > 0) return refused(answerGlobals(errors, newIdentifier));
  const pool = new ContentPool(globals.content, checkTogether);
  const items = root.Messages.map((message, index) => readItem({ message, index, globals, pool }));
  return { kind: "messages", sandbox, advancedErrorHandling, items };
}

function refused(answer: Answer): SendCallV31 {
  return { kind: "refused", answer };
}

function readSwitch(
  root: Fields<"SandboxMode" | "AdvanceErrorHandling">,
  name: "SandboxMode" | "AdvanceErrorHandling",
  errors: SendError[],
): boolean {
  const value = root[name];
  return value === undefined ? false : (readFlag(value, name, errors) ?? false);
}

/** Mailjet counts recipients where it means messages: the text of too many of either is the same. */
function checkCount(messages: number, errors: SendError[]): void {
  if (messages === 0) errors.push(emptyCollection("Messages"));
  if (messages > messagesMaxV31) errors.push(tooManyRecipients(messagesMaxV31));
}

function readItem(input: { message: Json; index: number; globals: Draft; pool: ContentPool }): SendItem {
  const { message, index, globals, pool } = input;
  if (!isRecord(message)) return { kind: "errors", errors: [mismatch("Messages", `Messages[${index}]`)] };
  const errors: SendError[] = [];
  const draft = readMessage(message, errors);
  const cc = globals.cc.length === 0 ? draft.cc : [...globals.cc, ...draft.cc];
  const bcc = globals.bcc.length === 0 ? draft.bcc : [...globals.bcc, ...draft.bcc];
  if (countMailboxes(draft.to, cc, bcc) > recipientsMax) errors.push(tooManyRecipients(recipientsMax));
  const outcome = draft.hasContentErrors ? null : pool.contentOf(draft.content);
  if (outcome?.kind === "errors") errors.push(...outcome.errors);
  if (errors.length > 0 || outcome?.kind !== "content") return { kind: "errors", errors };
  return {
    kind: "submission",
    given: { to: draft.to.map(givenOf), cc: cc.map(givenOf), bcc: bcc.map(givenOf) },
    submission: {
      content: outcome.content,
      to: draft.to.map(toParty),
      cc: cc.map(toParty),
      bcc: bcc.map(toParty),
      variables: mergeVariables(globals.variables, draft.variables),
      customId: draft.customId ?? globals.customId ?? "",
      eventPayload: draft.eventPayload ?? globals.eventPayload ?? "",
    },
  };
}

function countMailboxes(...lists: Recipient[][]): number {
  const sum = lists.reduce((count, list) => count + list.length, 0);
  if (sum <= recipientsMax) return sum;
  return new Set(lists.flat().map((recipient) => recipient.lookup)).size;
}
