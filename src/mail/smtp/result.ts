import type { ConnectionError } from "./failure.ts";
import type { Reply } from "./reply.ts";

/** The command whose reply decided, or was awaited. `final` is the reply to the message itself. */
export type SendStage = "mail" | "rcpt" | "data" | "final";

/** Why nothing was sent. The connection stays as it was. */
export type UnsendableReason =
  | "too_large"
  | "smtputf8_unsupported"
  | "eight_bit_unsupported"
  | "invalid_address"
  | "bare_line_ending"
  | "unterminated";

/** What became of a message for one recipient.
 *  `accepted`: the peer is responsible now. `rejected`: it said no, and where. `lost`: the connection ended or
 *  time ran out; when `afterFinalDot` is true the peer may have the message, and nobody can know. */
export type SendResult =
  | {
      readonly kind: "accepted";
      readonly reply: Reply;
      /** The peer offers DSN and was told what was asked of reports: they are its matter now (RFC 3461 §5.2.2). */
      readonly passesReports?: true;
    }
  | { readonly kind: "rejected"; readonly stage: SendStage; readonly reply: Reply }
  | {
      readonly kind: "lost";
      readonly stage: SendStage;
      readonly afterFinalDot: boolean;
      readonly error: ConnectionError;
      /** A code of the system or of the parser; never text of the peer. */
      readonly detail?: string;
    }
  | { readonly kind: "unsendable"; readonly reason: UnsendableReason };
