// Made from docs/openapi.json by `npm run docs`.

/** Someone mail comes from or goes to. */
export type Mailbox = {
  address: string;
  name?: string;
};

/** RFC 9457, with a code, the fields concerned and a remedy. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  remedy: string;
  errors?: ({ field: string; in?: "body" | "query" | "path" | "header"; detail: string })[];
  requestId: string;
};

/** What an event means for whoever has sent the message, and what can be done. */
export type Meaning = {
  code: "delivered" | "kept_in_test_inbox" | "mailbox_unknown" | "mailbox_inactive" | "mailbox_full" | "domain_unknown" | "domain_without_mail" | "relaying_refused" | "sender_refused" | "authentication_missing" | "sender_not_verified" | "source_listed" | "source_refused" | "sending_too_fast" | "policy_refused" | "greylisted" | "content_refused" | "too_large" | "template_fault" | "server_trouble" | "protocol_trouble" | "smtputf8_missing" | "connection_failed" | "encryption_missing" | "dns_failed" | "next_server_refused" | "own_fault" | "suppressed" | "complained" | "duplicate_in_campaign" | "cancelled" | "expired" | "outcome_unknown";
  text: string;
};

/** When a message is tried next, and why not now. */
export type Wait = {
  nextAttemptAt: string;
  why: { code: "due" | "under_way" | "destination_paused" | "warm_up" | "delivered" | "kept_in_test_inbox" | "mailbox_unknown" | "mailbox_inactive" | "mailbox_full" | "domain_unknown" | "domain_without_mail" | "relaying_refused" | "sender_refused" | "authentication_missing" | "sender_not_verified" | "source_listed" | "source_refused" | "sending_too_fast" | "policy_refused" | "greylisted" | "content_refused" | "too_large" | "template_fault" | "server_trouble" | "protocol_trouble" | "smtputf8_missing" | "connection_failed" | "encryption_missing" | "dns_failed" | "next_server_refused" | "own_fault" | "suppressed" | "complained" | "duplicate_in_campaign" | "cancelled" | "expired" | "outcome_unknown"; text: string };
};

/** A message to one recipient. */
export type Message = {
  id: string;
  uuid: string;
  from: string | null;
  recipient: { address: string; name: string; role: "to" | "cc" | "bcc" };
  subject: string;
  customId: string;
  eventPayload: string;
  state: "queued" | "deferred" | "sent" | "bounced" | "blocked" | "cancelled" | "expired" | "unknown";
  reason: { number: number; text: string } | null;
  attempts: number;
  wasUnknown: boolean;
  sizeBytes: number;
  acceptedAt: string;
  changedAt: string;
  waiting: Wait | null;
};

export type HistoryEntry = {
  at: string;
  kind: "sent" | "deferred" | "bounced" | "blocked" | "cancelled" | "expired" | "unknown" | "opened" | "clicked" | "unsubscribed" | "resubscribed" | "complained";
  reason: { number: number; text: string } | null;
  replyCode: number | null;
  enhancedStatus: string | null;
  host: string | null;
  reply: string | null;
  detail: string | null;
  verdict: "people" | "machine" | null;
  url: string | null;
  meaning: Meaning | null;
};

/** Something that happened, as webhooks are told of it. */
export type Event = {
  id: string;
  kind: "sent" | "deferred" | "bounced" | "blocked" | "cancelled" | "expired" | "unknown" | "opened" | "clicked" | "unsubscribed" | "resubscribed" | "complained";
  at: string;
  reason: number | null;
  replyCode: number | null;
  enhancedStatus: string | null;
  host: string | null;
  reply: string | null;
  detail: string | null;
  verdict: "people" | "machine" | null;
  url: string | null;
  message: { id: string; uuid: string; recipient: string; role: "to" | "cc" | "bcc"; customId: string; eventPayload: string; campaign: string } | null;
};

/** A sending domain: what its owner is asked to publish, and what was found of it. */
export type Domain = {
  id: string;
  name: string;
  state: "pending" | "verified";
  verifiedBy: "dns" | "operator" | null;
  createdAt: string;
  checkedAt: string | null;
  report: { ownership: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string }; dkim: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string }; dkimEd25519: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string } | null; spf: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string }; dmarc: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string }; returnPath: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string }; mx: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string }; ptr: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string } };
};

/** An address, or every address of a domain, that the account may send from once it is active. */
export type Sender = {
  id: string;
  address: string;
  name: string;
  domain: string;
  isDomainWide: boolean;
  isDefault: boolean;
  state: "active" | "inactive";
  createdAt: string;
  confirmationEndsAt: string | null;
};

/** A key pair without its secret. */
export type ApiKey = {
  id: string;
  publicKey: string;
  name: string;
  scopes: ("full" | "send" | "read" | "manage")[];
  isPrimary: boolean;
  isActive: boolean;
  createdAt: string;
  lastUsedOn: string | null;
};

/** A key pair with its secret, which is shown this once. */
export type NewApiKey = {
  id: string;
  publicKey: string;
  name: string;
  scopes: ("full" | "send" | "read" | "manage")[];
  isPrimary: boolean;
  isActive: boolean;
  createdAt: string;
  lastUsedOn: string | null;
  secretKey: string;
};

/** An address the account does not send to. */
export type Suppression = {
  id: string;
  address: string;
  cause: "bounce" | "complaint" | "unsubscribe" | "manual";
  source: "delivery" | "report" | "reader" | "api" | "import";
  createdAt: string;
  messageId: string | null;
};

export type InboxItem = {
  id: string;
  messageId: string;
  from: string;
  to: string;
  subject: string;
  receivedAt: string;
  sizeBytes: number;
};

/** Where events are posted to, and how it is doing. */
export type Webhook = {
  id: string;
  url: string;
  hasCredentials: boolean;
  format: "mailjet" | "mailjet_group" | "standard";
  events: string[];
  isBackup: boolean;
  isSigned: boolean;
  state: "alive" | "dead";
  failingSince: string | null;
  nextAttemptAt: string | null;
  diedAt: string | null;
  createdAt: string;
};

/** A webhook with its secret, which is shown this once. */
export type NewWebhook = {
  id: string;
  url: string;
  hasCredentials: boolean;
  format: "mailjet" | "mailjet_group" | "standard";
  events: string[];
  isBackup: boolean;
  isSigned: boolean;
  state: "alive" | "dead";
  failingSince: string | null;
  nextAttemptAt: string | null;
  diedAt: string | null;
  createdAt: string;
  secret: string;
};

export type WebhookAnswer = {
  outcome: "delivered" | "rejected" | "unreachable";
  status: number | null;
  answer: string;
  durationMs: number;
};

export type WebhookAttempt = {
  id: string;
  at: string;
  outcome: "delivered" | "rejected" | "unreachable";
  status: number | null;
  answer: string;
  durationMs: number;
  eventId: string;
  eventCount: number;
};

export type WebhookReplay = {
  id: string;
  since: string;
  until: string;
  sent: number;
  endedAt: string | null;
};

/** By operation: what goes into the path, the query and the body, and what comes back. */
export interface Operations {
  startSession: { path: null; query: null; body: { token: string }; answer: { account: { id: string; name: string; address: string }; permissions: ("send" | "read" | "manage")[]; mode: "development" | "production"; publicUrl: string; delivery: "direct" | "inbox" | "smartHost"; submission: { host: string; port: number; tls: "implicit" | "starttls" | "none" } | null; version: string; expiresAt: string | null } };
  readSession: { path: null; query: null; body: null; answer: { account: { id: string; name: string; address: string }; permissions: ("send" | "read" | "manage")[]; mode: "development" | "production"; publicUrl: string; delivery: "direct" | "inbox" | "smartHost"; submission: { host: string; port: number; tls: "implicit" | "starttls" | "none" } | null; version: string; expiresAt: string | null } };
  endSession: { path: null; query: null; body: null; answer: null };
  sendMessage: { path: null; query: null; body: { from?: Mailbox; sender?: Mailbox; replyTo?: Mailbox; to: Mailbox[]; cc?: Mailbox[]; bcc?: Mailbox[]; subject?: string; text?: string; html?: string; templateId?: string; templateLanguage?: boolean; templateErrors?: { reportTo?: Mailbox; deliver?: boolean }; variables?: Record<string, unknown>; attachments?: ({ filename: string; contentType: string; content: string; contentId?: string })[]; headers?: Record<string, string>; customId?: string; eventPayload?: string; campaign?: string; deduplicateCampaign?: boolean; purpose?: "service" | "marketing"; monitoringCategory?: string; linkParameters?: string; tracking?: { opens?: "account" | "off" | "on"; clicks?: "account" | "off" | "on" }; priority?: "low" | "low-first" | "high" | "high-first"; sandbox?: boolean }; answer: { recipients: ({ id: string; uuid: string; address: string; role: "to" | "cc" | "bcc" })[]; customId: string; isSandbox: boolean } };
  listMessages: { path: null; query: { recipient?: string | undefined; customId?: string | undefined; state?: "queued" | "deferred" | "sent" | "bounced" | "blocked" | "cancelled" | "expired" | "unknown" | undefined; from?: string | undefined; until?: string | undefined; limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { items: Message[]; nextCursor: string | null } };
  readMessage: { path: { id: string }; query: null; body: null; answer: { message: Message; history: HistoryEntry[]; content: "readable" | "gone"; contentUntil: string } };
  cancelMessage: { path: { id: string }; query: null; body: null; answer: { id: string; state: "cancelled" | "underway" } };
  retryMessage: { path: { id: string }; query: null; body: null; answer: { id: string; newId: string | null } };
  listInbox: { path: null; query: { limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { items: InboxItem[]; nextCursor: string | null } };
  emptyInbox: { path: null; query: null; body: null; answer: { removed: number } };
  readInbox: { path: { id: string }; query: null; body: null; answer: { id: string; messageId: string; at: string; from: string; to: string; subject: string; html: string | null; text: string | null; headers: ({ name: string; value: string })[]; attachments: ({ part: number; name: string | null; type: string; sizeBytes: number; isInline: boolean })[]; sizeBytes: number; signatures: ({ domain: string; selector: string; algorithm: string; signedHeaders: string[]; verifies: boolean })[]; envelope: { from: string; to: string } } };
  showInboxHtml: { path: { id: string }; query: null; body: null; answer: string };
  readInboxSource: { path: { id: string }; query: null; body: null; answer: string };
  readInboxPart: { path: { id: string; part: string }; query: null; body: null; answer: string };
  listDomains: { path: null; query: null; body: null; answer: { items: Domain[] } };
  addDomain: { path: null; query: null; body: { name: string; withEd25519?: boolean }; answer: Domain };
  removeDomain: { path: { name: string }; query: null; body: null; answer: null };
  checkDomain: { path: { name: string }; query: null; body: null; answer: Domain };
  listSenders: { path: null; query: null; body: null; answer: { items: Sender[] } };
  addSender: { path: null; query: null; body: { address: string; name?: string }; answer: Sender };
  removeSender: { path: { id: string }; query: null; body: null; answer: null };
  confirmSender: { path: { id: string }; query: null; body: null; answer: Sender };
  listApiKeys: { path: null; query: null; body: null; answer: { items: ApiKey[] } };
  createApiKey: { path: null; query: null; body: { name: string; scopes: ("send" | "read" | "manage")[] }; answer: NewApiKey };
  changeApiKey: { path: { id: string }; query: null; body: { name?: string; isActive?: boolean }; answer: ApiKey };
  revokeApiKey: { path: { id: string }; query: null; body: null; answer: null };
  exportSuppressions: { path: null; query: null; body: null; answer: string };
  listSuppressions: { path: null; query: { address?: string | undefined; limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { items: Suppression[]; nextCursor: string | null } };
  addSuppression: { path: null; query: null; body: { address: string }; answer: Suppression };
  removeSuppression: { path: { id: string }; query: null; body: null; answer: null };
  readQueue: { path: null; query: null; body: null; answer: { waiting: number; deferred: number; oldestAcceptedAt: string | null; destinations: ({ domain: string; waiting: number; deferred: number; nextAttemptAt: string | null; explanation: string | null })[] } };
  readStatus: { path: null; query: null; body: null; answer: { queue: { waiting: number; deferred: number; oldestAcceptedAt: string | null }; destinations: ({ domain: string; waiting: number; deferred: number; nextAttemptAt: string | null; pausedUntil: string | null; why: { code: "due" | "under_way" | "destination_paused" | "warm_up" | "delivered" | "kept_in_test_inbox" | "mailbox_unknown" | "mailbox_inactive" | "mailbox_full" | "domain_unknown" | "domain_without_mail" | "relaying_refused" | "sender_refused" | "authentication_missing" | "sender_not_verified" | "source_listed" | "source_refused" | "sending_too_fast" | "policy_refused" | "greylisted" | "content_refused" | "too_large" | "template_fault" | "server_trouble" | "protocol_trouble" | "smtputf8_missing" | "connection_failed" | "encryption_missing" | "dns_failed" | "next_server_refused" | "own_fault" | "suppressed" | "complained" | "duplicate_in_campaign" | "cancelled" | "expired" | "outcome_unknown"; text: string } | null; connections: number })[]; warmUp: ({ source: string; provider: string; day: string; sent: number; limit: number })[] | null; nodes: ({ name: string; delivers: boolean; seenAt: string; isAlive: boolean })[] | null; today: { accepted: number; quota: number | null } } };
  readHoldings: { path: null; query: null; body: null; answer: { classes: ({ code: "content" | "events" | "queue" | "answers" | "logs" | "work" | "account" | "sessions" | "operation"; title: string; tables: string[]; purposes: string[]; legalBasis: string[]; roles: ("controller" | "processor")[]; subjects: ("recipient" | "customer" | "operator")[]; retention: { code: string; text: string }; sealed: boolean; lastPurge: { lookedAt: string; outcome: "done" | "failed"; at: string | null; removed: number } | null; oldest: string | null })[]; promisesUrl: string } };
  listWebhooks: { path: null; query: null; body: null; answer: { items: Webhook[] } };
  addWebhook: { path: null; query: null; body: { url: string; events: ("sent" | "deferred" | "bounced" | "blocked" | "cancelled" | "expired" | "unknown" | "opened" | "clicked" | "unsubscribed" | "resubscribed" | "complained")[] }; answer: NewWebhook };
  changeWebhook: { path: { id: string }; query: null; body: { url?: string; events?: ("sent" | "deferred" | "bounced" | "blocked" | "cancelled" | "expired" | "unknown" | "opened" | "clicked" | "unsubscribed" | "resubscribed" | "complained")[]; state?: "alive" | "dead" }; answer: Webhook };
  removeWebhook: { path: { id: string }; query: null; body: null; answer: null };
  renewWebhookSecret: { path: { id: string }; query: null; body: null; answer: { secret: string } };
  testWebhook: { path: { id: string }; query: null; body: { event?: "sent" | "deferred" | "bounced" | "blocked" | "cancelled" | "expired" | "unknown" | "opened" | "clicked" | "unsubscribed" | "resubscribed" | "complained" }; answer: WebhookAnswer };
  listWebhookAttempts: { path: { id: string }; query: { limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { items: WebhookAttempt[]; nextCursor: string | null } };
  replayToWebhook: { path: { id: string }; query: null; body: { since: string; until?: string }; answer: WebhookReplay };
  listWebhookReplays: { path: { id: string }; query: { limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { items: WebhookReplay[]; nextCursor: string | null } };
  listEvents: { path: null; query: { cursor?: string | undefined; from?: string | undefined; kinds?: string | undefined; limit?: number | undefined; wait?: number | undefined }; body: null; answer: { items: Event[]; nextCursor: string; hasMore: boolean } };
  importSuppressions: { path: null; query: null; body: null; answer: { added: number; known: number; problems: ({ line: number; detail: string })[]; problemsTotal: number } };
}

/** Where each operation is. */
export const places: Record<keyof Operations, string> = {
  startSession: "POST /api/v1/session",
  readSession: "GET /api/v1/session",
  endSession: "DELETE /api/v1/session",
  sendMessage: "POST /api/v1/messages",
  listMessages: "GET /api/v1/messages",
  readMessage: "GET /api/v1/messages/{id}",
  cancelMessage: "POST /api/v1/messages/{id}/cancel",
  retryMessage: "POST /api/v1/messages/{id}/retry",
  listInbox: "GET /api/v1/inbox",
  emptyInbox: "DELETE /api/v1/inbox",
  readInbox: "GET /api/v1/inbox/{id}",
  showInboxHtml: "GET /api/v1/inbox/{id}/html",
  readInboxSource: "GET /api/v1/inbox/{id}/source",
  readInboxPart: "GET /api/v1/inbox/{id}/parts/{part}",
  listDomains: "GET /api/v1/domains",
  addDomain: "POST /api/v1/domains",
  removeDomain: "DELETE /api/v1/domains/{name}",
  checkDomain: "POST /api/v1/domains/{name}/check",
  listSenders: "GET /api/v1/senders",
  addSender: "POST /api/v1/senders",
  removeSender: "DELETE /api/v1/senders/{id}",
  confirmSender: "POST /api/v1/senders/{id}/confirmation",
  listApiKeys: "GET /api/v1/api-keys",
  createApiKey: "POST /api/v1/api-keys",
  changeApiKey: "PATCH /api/v1/api-keys/{id}",
  revokeApiKey: "DELETE /api/v1/api-keys/{id}",
  exportSuppressions: "GET /api/v1/suppressions/export",
  listSuppressions: "GET /api/v1/suppressions",
  addSuppression: "POST /api/v1/suppressions",
  removeSuppression: "DELETE /api/v1/suppressions/{id}",
  readQueue: "GET /api/v1/queue",
  readStatus: "GET /api/v1/status",
  readHoldings: "GET /api/v1/holdings",
  listWebhooks: "GET /api/v1/webhooks",
  addWebhook: "POST /api/v1/webhooks",
  changeWebhook: "PATCH /api/v1/webhooks/{id}",
  removeWebhook: "DELETE /api/v1/webhooks/{id}",
  renewWebhookSecret: "POST /api/v1/webhooks/{id}/secret",
  testWebhook: "POST /api/v1/webhooks/{id}/test",
  listWebhookAttempts: "GET /api/v1/webhooks/{id}/attempts",
  replayToWebhook: "POST /api/v1/webhooks/{id}/replays",
  listWebhookReplays: "GET /api/v1/webhooks/{id}/replays",
  listEvents: "GET /api/v1/events",
  importSuppressions: "POST /api/v1/suppressions/import",
};
