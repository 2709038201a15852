import type { Answer } from "../../answer.ts";
import { dataAnswer } from "../answers.ts";
import { answerErrorV3 } from "./error-v3.ts";
import type { SendItemV3 } from "./parse-v3.ts";
import type { SendResult, SentRecipient } from "./send-result.ts";

/** Answers a call of Send API v3: who gets a message, in the order of the request. A message that
 *  core declines has no place in this answer; when all are declined, the first reason is the answer.
 *  @param results one for each item, in order */
export function answerV3(items: SendItemV3[], results: SendResult[]): Answer {
  const sent = items.flatMap((item, index) => writeSent(item, results[index]));
  const declined = results.find((result) => result.kind === "declined");
  const error = declined?.errors[0];
  if (sent.length === 0 && error !== undefined) return answerErrorV3(error);
  return dataAnswer("spaced", 200, { Sent: sent });
}

function writeSent({ given }: SendItemV3, result: SendResult | undefined): unknown[] {
  if (result === undefined) throw new Error("A submission has no result to answer.");
  if (result.kind !== "accepted") return [];
  const list = (addresses: string[], recipients: SentRecipient[]) =>
    recipients.map(({ id, uuid }, index) => ({ Email: addresses[index], MessageID: id, MessageUUID: uuid }));
  return [...list(given.to, result.to), ...list(given.cc, result.cc), ...list(given.bcc, result.bcc)];
}
