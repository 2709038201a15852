import type { Submission } from "../../../../core/messages/submission.ts";
import type { SendError } from "./send-error.ts";

/** The addresses of a message as its caller wrote them, in order: what the answer names them by. */
export interface GivenAddresses {
  to: string[];
  cc: string[];
  bcc: string[];
}

/** One entry of Messages. */
export type SendItem =
  | { kind: "submission"; submission: Submission; given: GivenAddresses }
  | { kind: "errors"; errors: SendError[] };
