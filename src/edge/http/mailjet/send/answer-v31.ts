import type { Answer } from "../../answer.ts";
import { compactError, dataAnswer } from "../answers.ts";
import { mismatch, missing, type SendError } from "./send-error.ts";
import type { GivenAddresses, SendItem } from "./send-item.ts";
import type { SendResult, SentRecipient } from "./send-result.ts";

/** Makes a UUID: each error gets one, so that it can be found in the log. */
export type NewIdentifier = () => string;

/** Everything an answer is made of. */
export interface SentV31 {
  /** What parseSendV31 has read. */
  items: SendItem[];
  /** One for each item that is a submission, in order. */
  results: SendResult[];
  /** Where this API is reached: `https://mail.example.org`, no slash at the end. */
  baseUrl: string;
  newIdentifier: NewIdentifier;
}

const badRequest = 400;

/** Answers a call message by message, in the order of the request. */
export function answerV31(sent: SentV31): Answer {
  const results = sent.results.values();
  const messages: unknown[] = [];
  const statuses = new Set<number>();
  for (const item of sent.items) {
    const result = item.kind === "errors" ? declined(item.errors) : results.next().value;
    if (result === undefined) throw new Error("A submission has no result to answer.");
    if (item.kind === "submission" && result.kind !== "declined") {
      statuses.add(200);
      messages.push(success(item.given, item.submission.customId, result, sent.baseUrl));
    } else if (result.kind === "declined") {
      for (const error of result.errors) statuses.add(error.status);
      messages.push({ Status: "error", Errors: writeErrors(result.errors, sent.newIdentifier) });
    }
  }
  return dataAnswer("compact", statusOf(statuses), { Messages: messages });
}

/** One status for all is the status of the call; anything mixed is 400, also when some messages were sent. */
function statusOf(statuses: Set<number>): number {
  const [first, second] = statuses;
  return first === undefined || second !== undefined ? badRequest : first;
}

function declined(errors: SendError[]): SendResult {
  return { kind: "declined", errors };
}

function success(
  given: GivenAddresses,
  customId: string,
  result: Exclude<SendResult, { kind: "declined" }>,
  baseUrl: string,
): unknown {
  const list = (addresses: string[], recipients: SentRecipient[] | null) =>
    addresses.map((address, index) => writeRecipient(address, recipients?.[index] ?? nobody, baseUrl));
  const sent = result.kind === "accepted" ? result : null;
  return {
    Status: "success",
    CustomID: customId,
    To: list(given.to, sent?.to ?? null),
    Cc: list(given.cc, sent?.cc ?? null),
    Bcc: list(given.bcc, sent?.bcc ?? null),
  };
}

/** In sandbox mode nobody gets a message, and its place is marked like this. */
const nobody: SentRecipient = { id: 0n, uuid: "" };

function writeRecipient(address: string, { id, uuid }: SentRecipient, baseUrl: string): unknown {
  return {
    Email: address,
    MessageUUID: uuid,
    MessageID: id,
    MessageHref: `${baseUrl}/v3/REST/message/${id}`,
  };
}

function writeErrors(errors: SendError[], newIdentifier: NewIdentifier): unknown[] {
  return errors.map((error) => ({
    ErrorIdentifier: newIdentifier(),
    ErrorCode: error.code,
    StatusCode: error.status,
    ErrorMessage: error.message,
    ErrorRelatedTo: error.relatedTo,
  }));
}

/** A body that is not JSON. */
export function answerMalformed(newIdentifier: NewIdentifier): Answer {
  return dataAnswer("compact", badRequest, {
    ErrorIdentifier: newIdentifier(),
    ErrorCode: "mj-0002",
    ErrorMessage: "Malformed JSON, please review the syntax and properties types.",
    StatusCode: badRequest,
  });
}

/** A root without an array of Messages. */
export function answerNoMessages(newIdentifier: NewIdentifier): Answer {
  const errors = [mismatch("Messages", "Messages"), missing("Messages")];
  return dataAnswer("compact", badRequest, { Errors: writeErrors(errors, newIdentifier), Messages: [] });
}

/** Globals that cannot be used: no message is looked at, for the fault would be told of each. */
export function answerGlobals(errors: SendError[], newIdentifier: NewIdentifier): Answer {
  const value = { Globals: { Status: "error", Errors: writeErrors(errors, newIdentifier) } };
  return dataAnswer("compact", badRequest, value);
}

/** An error of the whole call. */
export function answerRequestError(error: SendError, newIdentifier: NewIdentifier): Answer {
  const { code, status, message, relatedTo } = error;
  const identifier = newIdentifier();
  return compactError({ identifier, code, status, message, ...(relatedTo.length > 0 ? { relatedTo } : {}) });
}
