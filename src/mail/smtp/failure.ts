import type { Reply } from "./reply.ts";

/** Why a connection could not be opened or was lost. `closed` is an orderly end by the peer, `reset` a
 *  disorderly one; `protocol` are bytes that are no SMTP; `tls_injection` is plain text that an attacker has
 *  placed behind the answer to STARTTLS. */
export type ConnectionError =
  | "refused"
  | "unreachable"
  | "timeout"
  | "reset"
  | "closed"
  | "protocol"
  | "cancelled"
  | "tls_not_offered"
  | "tls_handshake"
  | "tls_certificate"
  | "tls_injection"
  | "auth_not_offered"
  | "auth_without_tls";

/** Ends whatever was under way on a connection. Inside this folder only: callers get unions. */
export class SessionFailure extends Error {
  readonly kind: ConnectionError;
  /** A code of the system, of OpenSSL or of the parser, such as `CERT_HAS_EXPIRED`; never text of the peer. */
  readonly detail: string | undefined;

  constructor(kind: ConnectionError, detail?: string) {
    super(detail === undefined ? kind : `${kind}: ${detail}`);
    this.name = "SessionFailure";
    this.kind = kind;
    this.detail = detail;
  }
}

/** The peer answered a step of opening with a refusal. Inside this folder only. */
export class StepRefused extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`${reply.code} ${reply.text}`);
    this.name = "StepRefused";
    this.reply = reply;
  }
}

const kindByCode: Readonly<Record<string, ConnectionError>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  EACCES: "unreachable",
  EPERM: "unreachable",
  EINVAL: "unreachable",
};

/** Names an error of a socket. What the system calls differently counts as a reset: the connection is gone. */
export function failureOf(error: Error): SessionFailure {
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code === undefined) return new SessionFailure("reset");
  return new SessionFailure(kindByCode[code] ?? "reset", code);
}
