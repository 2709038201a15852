import type { ParseTarget } from "../../../core/inbound/index.ts";
import type { MessageName } from "../../../core/messages/index.ts";
import type { ReaderOf } from "../../../core/tracking/index.ts";

/** Whom or what a mail is for. */
export type Destination =
  | { kind: "return_path"; message: MessageName }
  | { kind: "unsubscribe"; reader: Omit<ReaderOf, "lookup"> }
  | { kind: "parse"; target: ParseTarget }
  /** postmaster and abuse: complaints come there. */
  | { kind: "role" };

/** Is it about one message, and so for one recipient? */
export function isReport({ kind }: Destination): boolean {
  return kind === "return_path" || kind === "unsubscribe" || kind === "role";
}
