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
  code: "account_closed" | "account_suspended" | "already_exists" | "busy" | "connection_lost" | "content_gone" | "cross_origin" | "forbidden" | "from_missing" | "header_duplicate" | "header_invalid" | "header_missing" | "idempotency_key_invalid" | "idempotency_mismatch" | "invalid" | "invalid_address" | "invalid_domain" | "invalid_json" | "invalid_url" | "malformed_encoding" | "malformed_path" | "malformed_request" | "monitoring_category_unknown" | "not_found" | "payload_too_large" | "other_account" | "primary_key" | "quota_exceeded" | "rate_limited" | "sender_header_inactive" | "sender_header_not_allowed" | "sender_inactive" | "sender_not_allowed" | "sign_in_link_invalid" | "template_fault" | "template_has_html_too" | "template_invalid" | "template_unknown" | "too_late" | "too_many" | "unauthorized" | "unavailable" | "undecided" | "unsupported_encoding" | "unsupported_media_type" | "defect";
  remedy: string;
  errors?: ({ field: string; in?: "body" | "query" | "path" | "header"; detail: string; code?: "required" | "unknown" | "choice" | "type" | "too_short" | "too_long" | "too_few" | "too_many" | "too_small" | "too_large" | "duplicate" | "format" | "not_an_address" | "not_an_address_or_domain" | "not_an_instant" | "not_before_end" | "not_among_its_events" | "url_unreadable" | "url_too_long" | "url_scheme" | "url_host" | "url_port" | "url_credentials" | "url_private" | "url_bare" | "no_own_domain" | "domain_not_verified" | "taken" | "own_address_exists"; value?: string })[];
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
  report: { ownership: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] }; dkim: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] }; dkimEd25519: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] } | null; spf: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] }; dmarc: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] }; returnPath: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] }; mx: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] }; ptr: { status: "ok" | "missing" | "wrong" | "unknown"; expected: { type: string; name: string; value: string } | null; found: string[]; advice: string; advices: ({ code: "not_checked" | "no_answer" | "ownership_shown" | "ownership_missing" | "dkim_right" | "dkim_missing" | "dkim_testing" | "dkim_revoked" | "dkim_several" | "dkim_malformed" | "dkim_different" | "spf_right" | "spf_missing" | "spf_not_included" | "spf_several" | "spf_malformed" | "spf_broken_include" | "spf_too_many_lookups" | "dmarc_policy" | "dmarc_without_policy" | "dmarc_wanted" | "dmarc_several" | "dmarc_malformed" | "return_path_right" | "return_path_optional" | "mx_right" | "mx_missing" | "ptr_right" | "ptr_missing" | "ptr_not_told"; name: string; value: string })[] } };
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

/** A decision of a reader, with its proof. */
export type Consent = {
  id: string;
  address: string;
  purpose: "opens" | "clicks";
  decision: "given" | "withdrawn";
  decidedAt: string;
  how: string;
  wording: string;
  version: string;
  source: "api" | "import" | "reader";
  actor: string;
  messageId: string | null;
};

/** What a reader has agreed to at present. */
export type ConsentStandings = {
  address: string;
  opens: { state: "given" | "withdrawn" | "unknown"; since: string | null };
  clicks: { state: "given" | "withdrawn" | "unknown"; since: string | null };
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
  trouble: "refused" | "closed" | "no_address" | "no_way" | "no_answer" | "not_http" | "tls" | "private_name" | "private_address" | "failed" | null;
  answer: string;
  durationMs: number;
};

export type WebhookAttempt = {
  id: string;
  at: string;
  outcome: "delivered" | "rejected" | "unreachable";
  status: number | null;
  trouble: "refused" | "closed" | "no_address" | "no_way" | "no_answer" | "not_http" | "tls" | "private_name" | "private_address" | "failed" | null;
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

/** What was counted. Under the timing `message` a message counts once, when it was accepted, by what became of it last; under `event` each event counts when it happened. */
export type Statistics = {
  accepted: number;
  queued: number | null;
  sent: number;
  deferred: number;
  bounced: { total: number; hard: number; soft: number };
  blocked: number;
  cancelled: number;
  expired: number;
  unknown: number;
  opened: { raw: number; people: number; machine: number };
  clicked: { raw: number; people: number; machine: number };
  unsubscribed: number;
  resubscribed: number;
  complained: number;
  measured: { opens: number; clicks: number };
  averageDeliverySeconds: number | null;
};

/** What was counted by where messages went. */
export type PlaceStatistics = {
  sent: number;
  deferred: number;
  bounced: { total: number; hard: number; soft: number };
  blocked: number;
  expired: number;
  unsubscribed: number;
  complained: number;
  averageDeliverySeconds: number | null;
};

/** Why messages did not arrive, and how often. */
export type ReasonStatistics = {
  kind: "bounced" | "blocked" | "deferred" | "expired";
  reason: { number: number; text: string } | null;
  meaning: { code: "delivered" | "kept_in_test_inbox" | "mailbox_unknown" | "mailbox_inactive" | "mailbox_full" | "domain_unknown" | "domain_without_mail" | "relaying_refused" | "sender_refused" | "authentication_missing" | "sender_not_verified" | "source_listed" | "source_refused" | "sending_too_fast" | "policy_refused" | "greylisted" | "content_refused" | "too_large" | "template_fault" | "server_trouble" | "protocol_trouble" | "smtputf8_missing" | "connection_failed" | "encryption_missing" | "dns_failed" | "next_server_refused" | "own_fault" | "suppressed" | "complained" | "duplicate_in_campaign" | "cancelled" | "expired" | "outcome_unknown"; text: string };
  events: number;
};

export type CampaignReference = {
  id: string;
  name: string;
  createdAt: string;
};

/** An address at which mail comes in, and where it is posted to. */
export type ParseRoute = {
  id: string;
  address: string;
  url: string;
  createdAt: string;
};

/** By operation: what goes into the path, the query and the body, and what comes back. */
export interface Operations {
  startSession: { path: null; query: null; body: { token: string; replace?: boolean }; answer: { account: { id: string; name: string; address: string }; permissions: ("send" | "read" | "manage")[]; mode: "development" | "production"; publicUrl: string; delivery: "direct" | "inbox" | "smartHost"; submission: { host: string; port: number; tls: "implicit" | "starttls" | "none"; implicitTlsPort: number | null } | null; version: string; expiresAt: string | null } };
  readSession: { path: null; query: null; body: null; answer: { account: { id: string; name: string; address: string }; permissions: ("send" | "read" | "manage")[]; mode: "development" | "production"; publicUrl: string; delivery: "direct" | "inbox" | "smartHost"; submission: { host: string; port: number; tls: "implicit" | "starttls" | "none"; implicitTlsPort: number | null } | null; version: string; expiresAt: string | null } };
  endSession: { path: null; query: null; body: null; answer: null };
  sendMessage: { path: null; query: null; body: { from?: Mailbox; sender?: Mailbox; replyTo?: Mailbox; to: Mailbox[]; cc?: Mailbox[]; bcc?: Mailbox[]; subject?: string; text?: string; html?: string; templateId?: string; templateLanguage?: boolean; templateErrors?: { reportTo?: Mailbox; deliver?: boolean }; variables?: Record<string, unknown>; attachments?: ({ filename: string; contentType: string; content: string; contentId?: string })[]; headers?: Record<string, string>; customId?: string; eventPayload?: string; campaign?: string; deduplicateCampaign?: boolean; purpose?: "service" | "marketing"; monitoringCategory?: string; linkParameters?: string; tracking?: { opens?: "account" | "off" | "anonymous" | "on"; clicks?: "account" | "off" | "anonymous" | "on" }; priority?: "low" | "low-first" | "high" | "high-first"; sandbox?: boolean }; answer: { recipients: ({ id: string; uuid: string; address: string; role: "to" | "cc" | "bcc" })[]; customId: string; isSandbox: boolean } };
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
  listSmtpRefusals: { path: null; query: null; body: null; answer: { items: ({ id: string; keyId: string; kind: "wrong_secret" | "not_encrypted" | "not_allowed" | "crowded" | "refused"; at: string; code: number; status: string; text: string })[] } };
  exportSuppressions: { path: null; query: null; body: null; answer: string };
  listSuppressions: { path: null; query: { address?: string | undefined; limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { items: Suppression[]; nextCursor: string | null } };
  addSuppression: { path: null; query: null; body: { address: string }; answer: Suppression };
  removeSuppression: { path: { id: string }; query: null; body: null; answer: null };
  listConsents: { path: null; query: { address?: string | undefined; purpose?: "opens" | "clicks" | undefined; limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { items: Consent[]; nextCursor: string | null } };
  recordConsent: { path: null; query: null; body: { address: string; purposes?: ("opens" | "clicks")[]; decision: "given" | "withdrawn"; decidedAt?: string; how?: string; wording?: string; version?: string }; answer: ConsentStandings };
  readConsentState: { path: null; query: { address: string }; body: null; answer: ConsentStandings };
  exportConsents: { path: null; query: null; body: null; answer: string };
  importConsents: { path: null; query: null; body: { consents: ({ address: string; purposes?: ("opens" | "clicks")[]; decision: "given" | "withdrawn"; decidedAt?: string; how?: string; wording?: string; version?: string })[] }; answer: { recorded: number; problems: ({ index: number; detail: string })[] } };
  readTracking: { path: null; query: null; body: null; answer: { mode: "off" | "anonymous" | "identified"; opensByDefault: boolean; clicksByDefault: boolean; operatorLimit: "off" | "anonymous" | "identified" } };
  changeTracking: { path: null; query: null; body: { mode?: "off" | "anonymous" | "identified"; opensByDefault?: boolean; clicksByDefault?: boolean }; answer: { mode: "off" | "anonymous" | "identified"; opensByDefault: boolean; clicksByDefault: boolean; operatorLimit: "off" | "anonymous" | "identified" } };
  readLinkHost: { path: { name: string }; query: null; body: null; answer: { domain: string; host: string; target: string; state: "waiting" | "unreachable" | "ready"; checkedAt: string } };
  setLinkHost: { path: { name: string }; query: null; body: { host: string }; answer: { domain: string; host: string; target: string; state: "waiting" | "unreachable" | "ready"; checkedAt: string } };
  removeLinkHost: { path: { name: string }; query: null; body: null; answer: null };
  readQueue: { path: null; query: null; body: null; answer: { waiting: number; deferred: number; oldestAcceptedAt: string | null; destinations: ({ domain: string; waiting: number; deferred: number; nextAttemptAt: string | null; explanation: string | null })[] } };
  readStatus: { path: null; query: null; body: null; answer: { queue: { waiting: number; deferred: number; oldestAcceptedAt: string | null }; destinations: ({ domain: string; waiting: number; deferred: number; nextAttemptAt: string | null; pausedUntil: string | null; why: { code: "due" | "under_way" | "destination_paused" | "warm_up" | "delivered" | "kept_in_test_inbox" | "mailbox_unknown" | "mailbox_inactive" | "mailbox_full" | "domain_unknown" | "domain_without_mail" | "relaying_refused" | "sender_refused" | "authentication_missing" | "sender_not_verified" | "source_listed" | "source_refused" | "sending_too_fast" | "policy_refused" | "greylisted" | "content_refused" | "too_large" | "template_fault" | "server_trouble" | "protocol_trouble" | "smtputf8_missing" | "connection_failed" | "encryption_missing" | "dns_failed" | "next_server_refused" | "own_fault" | "suppressed" | "complained" | "duplicate_in_campaign" | "cancelled" | "expired" | "outcome_unknown"; text: string } | null; connections: number })[]; warmUp: ({ source: string; provider: string; day: string; sent: number; limit: number })[] | null; nodes: ({ name: string; delivers: boolean; seenAt: string; isAlive: boolean })[] | null; linkCertificates: { usable: number; endingSoon: number; problems: ({ file: string; wrong: string })[] } | null; today: { accepted: number; quota: number | null }; limits: ({ provider: string; connections: number; messagesPerConnection: number })[] } };
  readHoldings: { path: null; query: null; body: null; answer: { classes: ({ code: "content" | "events" | "queue" | "answers" | "logs" | "work" | "account" | "sessions" | "operation"; title: string; tables: string[]; purposes: string[]; legalBasis: string[]; roles: ("controller" | "processor")[]; subjects: ("recipient" | "customer" | "operator")[]; retention: { code: string; text: string; figure: number | null }; sealed: boolean; lastPurge: { lookedAt: string; outcome: "done" | "failed"; at: string | null; removed: number } | null; oldest: string | null })[]; promisesUrl: string } };
  exportAccount: { path: null; query: null; body: null; answer: string };
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
  readStatistics: { path: null; query: { from?: string | undefined; until?: string | undefined; step?: "hour" | "day" | "month" | undefined; timeZone?: string | undefined; timing?: "event" | "message" | undefined; campaignId?: string | undefined; senderId?: string | undefined }; body: null; answer: { timing: "event" | "message"; step: "hour" | "day" | "month"; timeZone: string; total: Statistics; points: ({ from: string; until: string; counts: Statistics })[] } };
  listCampaignStatistics: { path: null; query: { from?: string | undefined; until?: string | undefined; timing?: "event" | "message" | undefined; limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { from: string; until: string; items: ({ campaign: CampaignReference; counts: Statistics })[]; nextCursor: string | null } };
  listDomainStatistics: { path: null; query: { from?: string | undefined; until?: string | undefined; limit?: number | undefined }; body: null; answer: { from: string; until: string; items: ({ domain: string; counts: PlaceStatistics })[]; others: { domains: number; counts: PlaceStatistics } } };
  listProviderStatistics: { path: null; query: { from?: string | undefined; until?: string | undefined; campaignId?: string | undefined }; body: null; answer: { from: string; until: string; items: ({ provider: string; counts: PlaceStatistics })[] } };
  listReasonStatistics: { path: null; query: { from?: string | undefined; until?: string | undefined; campaignId?: string | undefined }; body: null; answer: { from: string; until: string; items: ReasonStatistics[] } };
  listLinkStatistics: { path: null; query: { from?: string | undefined; until?: string | undefined; campaignId?: string | undefined; limit?: number | undefined; cursor?: string | undefined }; body: null; answer: { from: string; until: string; items: ({ url: string; position: number; clicked: { raw: number; people: number; machine: number } })[]; nextCursor: string | null } };
  listParseRoutes: { path: null; query: null; body: null; answer: { items: ParseRoute[] } };
  addParseRoute: { path: null; query: null; body: { url: string; address?: string }; answer: ParseRoute };
  removeParseRoute: { path: { id: string }; query: null; body: null; answer: null };
  importSuppressions: { path: null; query: null; body: null; answer: { added: number; known: number; problems: ({ line: number; code: "unreadable_line" | "no_address" | "unknown_cause"; detail: string })[]; problemsTotal: number } };
  importConsentFile: { path: null; query: null; body: null; answer: { recorded: number; known: number; problems: ({ line: number; code: "unreadable_line" | "no_address" | "unknown_purpose" | "unknown_decision" | "no_instant" | "future" | "no_proof"; detail: string })[]; problemsTotal: number } };
}
