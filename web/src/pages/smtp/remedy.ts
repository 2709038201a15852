import type { SmtpRefusal } from "../../api/smtp.ts";

/** What helps: by the kind and, of a message, by what its reply is about (RFC 3463 §3). */
export function remedyOf({
  kind,
  code,
  status,
}: Pick<SmtpRefusal, "kind" | "code" | "status">):
  | "wrongSecret"
  | "notEncrypted"
  | "notAllowed"
  | "sender"
  | "later"
  | "message" {
  if (kind === "wrong_secret") return "wrongSecret";
  if (kind === "not_encrypted") return "notEncrypted";
  if (kind === "not_allowed") return "notAllowed";
  if (kind === "crowded" || code < 500) return "later";
  return status === "5.7.1" ? "sender" : "message";
}
