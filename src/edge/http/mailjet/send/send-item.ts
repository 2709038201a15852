import type { Party, Submission } from "../../../../core/messages/index.ts";
import type { Recipient } from "./party.ts";
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

/** The address as its caller wrote it. */
export function givenOf(recipient: Recipient): string {
  return recipient.given;
}

/** The recipient as core knows one. */
export function toParty({ address, name }: Recipient): Party {
  return { address, name };
}
