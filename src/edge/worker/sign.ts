import { dateOf } from "../../base/ids.ts";
import { type Composed, type ComposeInput, compose, type Tracked } from "../../core/messages/index.ts";
import { type Signer, signMessage } from "../../mail/dkim/signer.ts";
import { toSevenBit } from "../../mail/mime/seven-bit.ts";
import type { Envelope } from "../../mail/smtp/index.ts";

/** Knows the keys and return paths of accounts. */
export interface Sealer {
  /** Signers of a domain the account may send from; null when it has not been verified (any more). */
  signersOf(accountId: bigint, domain: string): Promise<Signer[] | null>;
  /** Signers of a domain of the operator's, for reports of our own; none leaves them unsigned. */
  ownSignersOf(domain: string): Promise<Signer[]>;
  returnPathOf(accountId: bigint, messageId: bigint, fromDomain: string): string;
}

/** A message ready to be handed over. */
export type Handover =
  | {
      kind: "signed";
      envelope: Envelope & { to: string };
      octets: Buffer[];
      /** See BuiltMessage. */
      isComposed: boolean;
      signature: Buffer;
      tracked: Tracked;
    }
  | { kind: "unsignable"; detail: string };

/** Signs a message for its domain. The signature's time is the message's own, so that every attempt sends the same
 *  octets. Mail that stays in the test inbox is signed if it can be. */
export async function sealAndSign(
  sealer: Sealer,
  input: ComposeInput,
  { message, tracked }: Pick<Extract<Composed, { kind: "composed" }>, "message" | "tracked">,
  isInbox: boolean,
): Promise<Handover> {
  const from = input.prepared.content.from?.address ?? "";
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const signers = isOwnReport(input)
    ? await sealer.ownSignersOf(domain)
    : await sealer.signersOf(input.accountId, domain);
  if (signers === null && !isInbox) {
    return { kind: "unsignable", detail: "the sending domain is not verified any more" };
  }
  const { head, body } = message;
  const { address, isFromNobody, dsn } = input.identity;
  const now = dateOf(input.messageId);
  const signature =
    signers === null || signers.length === 0
      ? Buffer.alloc(0)
      : await signMessage({ head, body, signers, now });
  return {
    kind: "signed",
    envelope: {
      from: isFromNobody === true ? "" : sealer.returnPathOf(input.accountId, input.messageId, domain),
      to: address,
      ...(dsn === undefined ? {} : { dsn }),
      smtpUtf8: message.needsSmtpUtf8,
    },
    octets: signature.length === 0 ? [message.octets] : [signature, message.octets],
    isComposed: message.isComposed,
    signature,
    tracked,
  };
}

function isOwnReport({ prepared: { content } }: ComposeInput): boolean {
  return "received" in content && content.received === null;
}

/** The same message in octets of 7 bits, signed anew, for a server that takes no others; null where it cannot be had.
 *  Only what its author has written can hold 8 bits: what is composed here never does. */
export async function sealInSevenBits(sealer: Sealer, input: ComposeInput): Promise<Handover | null> {
  const composed = compose(input);
  if (composed.kind === "failed") return null;
  const { octets, head, needsSmtpUtf8 } = composed.message;
  const narrow = toSevenBit(octets, head.length);
  if (narrow === null) return null;
  const { octets: whole, headBytes } = narrow;
  const parts = { head: whole.subarray(0, headBytes), body: whole.subarray(headBytes), octets: whole };
  // Written anew, by other rules than those of composing: its lines are looked at before they leave.
  const message = { ...parts, needsSmtpUtf8, isComposed: false };
  return sealAndSign(sealer, input, { ...composed, message }, false);
}
