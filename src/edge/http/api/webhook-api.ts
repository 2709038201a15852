import type { EventKind } from "../../../core/events/index.ts";
import type { Verdict, WebhookFormat } from "../../../core/webhooks/index.ts";
import type { Principal } from "../principal.ts";

/** A webhook, as far as it may be shown. */
export interface WebhookView {
  id: bigint;
  url: string;
  hasCredentials: boolean;
  format: WebhookFormat;
  events: string[];
  isBackup: boolean;
  isSigned: boolean;
  state: "alive" | "dead";
  failingSince: Date | null;
  nextAttemptAt: Date | null;
  diedAt: Date | null;
  createdAt: Date;
}

/** A request to a webhook, opened. */
export interface AttemptView {
  id: bigint;
  at: Date;
  outcome: Verdict;
  status: number | null;
  answer: string;
  durationMs: number;
  eventId: bigint;
  eventCount: number;
}

/** A part of the log that is posted once more. */
export interface ReplayView {
  id: bigint;
  since: Date;
  until: Date;
  sent: number;
  endedAt: Date | null;
}

/** Webhooks. */
export interface WebhookApi {
  listWebhooks(principal: Principal): Promise<WebhookView[]>;
  /** @throws Refusal invalid_url, already_exists, too_many */
  addWebhook(
    principal: Principal,
    wish: { url: string; kinds: EventKind[] },
  ): Promise<{ webhook: WebhookView; secret: string }>;
  /** @throws Refusal not_found, invalid_url, already_exists */
  changeWebhook(
    principal: Principal,
    id: bigint,
    change: { url?: string; kinds?: EventKind[]; state?: "alive" | "dead" },
  ): Promise<WebhookView>;
  /** False when there is none of this API. */
  removeWebhook(principal: Principal, id: bigint): Promise<boolean>;
  /** @throws Refusal not_found */
  renewSecret(principal: Principal, id: bigint): Promise<string>;
  /** @throws Refusal not_found, invalid for a kind its format has no word for */
  testWebhook(
    principal: Principal,
    id: bigint,
    kind: EventKind | null,
  ): Promise<{ verdict: Verdict; status: number | null; answer: string; durationMs: number }>;
  /** @throws Refusal not_found */
  listAttempts(
    principal: Principal,
    id: bigint,
    page: { beforeId: bigint | null; limit: number },
  ): Promise<AttemptView[]>;
  /** @throws Refusal not_found, invalid, too_many */
  replay(principal: Principal, id: bigint, range: { since: Date; until: Date | null }): Promise<ReplayView>;
  /** @throws Refusal not_found */
  listReplays(
    principal: Principal,
    id: bigint,
    page: { beforeId: bigint | null; limit: number },
  ): Promise<ReplayView[]>;
}
