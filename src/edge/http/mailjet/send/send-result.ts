import type { AcceptOutcome } from "../../../../core/messages/index.ts";
import { sendErrorOf } from "./refusal-v31.ts";
import type { SendError } from "./send-error.ts";

/** A recipient as core has accepted it. */
export interface SentRecipient {
  id: bigint;
  uuid: string;
}

/** What core made of a submission: its recipients in the order of the submission, or why it was declined. */
export type SendResult =
  | { kind: "accepted"; to: SentRecipient[]; cc: SentRecipient[]; bcc: SentRecipient[] }
  | { kind: "declined"; errors: SendError[] }
  /** Checked, and not kept. */
  | { kind: "sandbox" };

/** Reads what core says of one submission.
 *  @throws Refusal  any that does not concern the message: it is the answer to the whole request */
export function sendResultOf(outcome: AcceptOutcome, isSandbox: boolean): SendResult {
  if (outcome.kind === "refused") {
    const error = sendErrorOf(outcome.refusal);
    if (error === null) throw outcome.refusal;
    return { kind: "declined", errors: [error] };
  }
  if (isSandbox) return { kind: "sandbox" };
  const { to, cc, bcc } = outcome.submission;
  return { kind: "accepted", to, cc, bcc };
}
