import type { Answer } from "../../answer.ts";
import { spacedError } from "../answers.ts";
import { quoted, type SendError } from "./send-error.ts";

// Send API v3 has texts without codes and tells the first error only. The texts that name their
// property are Mailjet's; for the rest the property stands in ErrorInfo.

/** An error of Send API v3, for which Mailjet's text is known or the text says it all. */
export function errorV3(message: string): SendError {
  return { code: "", status: 400, message, relatedTo: [] };
}

/** A property of another type. */
export function notOfType(type: string, path: string): SendError {
  return errorV3(`"${path}" is not ${type} type`);
}

/** A text that is no address; the reason is what its parser says. */
export function invalidAddressV3(text: string, reason: string): SendError {
  return errorV3(`Invalid email address "${quoted(text)}", reason: "${reason}"`);
}

/** Answers a call that is refused as a whole. */
export function answerErrorV3(error: SendError): Answer {
  return spacedError(error.status, error.message, error.relatedTo.join(", "));
}
