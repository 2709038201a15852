import type { Address } from "../../address/index.ts";
import type { Credentials } from "../auth.ts";
import type { MailParameters, RecipientParameters } from "./parameters.ts";
import type { ServerReply } from "./reply.ts";

/** A refusal, or null to go on; now, or when it is known. */
export type Verdict = ServerReply | null | Promise<ServerReply | null>;

/** Who is at the other end. The address is for counting and deciding; whoever stores it answers for it. */
export interface Peer {
  /** IPv4 or IPv6, without the prefix of a mapped one. */
  readonly address: string;
  /** The connection does not leave this machine. */
  readonly isLocal: boolean;
}

export interface ReceivedRecipient {
  readonly to: Address | "postmaster";
  readonly parameters: RecipientParameters;
}

/** A message that has come whole. */
export interface ReceivedMessage {
  /** Null for the null path. */
  readonly from: Address | null;
  readonly parameters: MailParameters;
  /** At least one. */
  readonly recipients: readonly ReceivedRecipient[];
  /** Ends with CRLF; every CR and LF belongs to a pair. It may be used until the answer is given. */
  readonly octets: Buffer;
  /** For Received, in the words of RFC 3848 and RFC 6531 §4.3. */
  readonly protocol: string;
  /** The name the client gave itself, unchecked. */
  readonly hello: string;
}

/** What is decided in one conversation. The protocol is kept by the session; this says who may do what. */
export interface Dialogue {
  /** Null welcomes. Only asked where the client must say who it is. */
  authenticate(credentials: Credentials): Promise<ServerReply | null>;
  /** Told that a client has said who it is, and as a rule its password, where anybody on the way could read it. It was
   *  refused. */
  saidInClear(user: string, answer: ServerReply): void;
  mail(from: Address | null, parameters: MailParameters): Verdict;
  recipient(recipient: ReceivedRecipient): Verdict;
  /** Takes the message: a 2yz says that it is on disk. */
  message(message: ReceivedMessage): Promise<ServerReply>;
  /** The connection is over. */
  ended(): void;
}
