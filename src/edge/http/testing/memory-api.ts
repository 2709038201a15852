import { Refusal } from "../../../base/errors.ts";
import type { Wait } from "../../../core/delivery/index.ts";
import type { CheckItem } from "../../../core/domains/index.ts";
import type { AcceptRequest, Message } from "../../../core/messages/index.ts";
import type { EventQuery } from "../api/event-api.ts";
import type {
  ApiServices,
  DomainView,
  KeyView,
  MessageQuery,
  SenderView,
  SuppressionView,
} from "../api/services.ts";
import type { Principal } from "../principal.ts";
import { consentMemory, linkHostMemory, parseMemory, trackingMemory, webhookMemory } from "./memory-empty.ts";
import { statisticsMemory } from "./memory-statistics.ts";
import { principalOf } from "./server.ts";

const made = new Date("2026-03-01T08:00:00.500Z");

const item: CheckItem = {
  status: "missing",
  expected: { type: "TXT", name: "example.com", value: "v=spf1 -all" },
  found: [],
  advice: "Publish this record.",
  advices: [{ code: "not_checked", name: "", value: "" }],
};

/** What the services of our own API hold; tests look here to see what a request has done. */
export interface ApiMemory {
  accepted: AcceptRequest[];
  /** What to refuse the next message with. */
  refusal: Refusal | null;
  /** What the queue fails with. */
  failure: Error | null;
  replies: Map<string, Buffer>;
  messages: Message[];
  /** Why they wait. */
  wait: Wait | null;
  asked: MessageQuery | null;
  askedEvents: EventQuery | null;
  source: Buffer;
  domains: DomainView[];
  keys: KeyView[];
  senders: SenderView[];
  /** The word of a link that has not been followed. */
  token: string;
  session: Principal;
  isOperator: boolean;
  publicUrl: string;
  /** How often somebody has signed out. */
  ended: number;
  suppressions: SuppressionView[];
}

/** A message with this id; only the newest can be cancelled. */
export function messageOfId(id: bigint): Message {
  return {
    accountId: 7n,
    id,
    uuid: uuid(),
    identity: {
      address: "passenger@example.com",
      name: "Passenger",
      role: "to",
      subject: "Your flight",
      customId: "flight-1",
      eventPayload: "",
      from: "crew@example.org",
    },
    campaignId: null,
    senderId: null,
    contactId: 8n,
    domain: "example.com",
    sizeBytes: 1234,
    attachmentCount: 0,
    hasHtml: false,
    hasText: true,
    trackOpens: "account_default",
    trackClicks: "account_default",
    state: "bounced",
    reason: 1,
    attempts: 1,
    wasUnknown: false,
    acceptedAt: made,
    changedAt: made,
  };
}

/** An account with three messages and one of everything else. */
export function apiMemory(): ApiMemory {
  const report = {
    ownership: item,
    dkim: item,
    dkimEd25519: null,
    spf: item,
    dmarc: item,
    returnPath: item,
    mx: item,
    ptr: item,
  };
  return {
    accepted: [],
    refusal: null,
    failure: null,
    replies: new Map(),
    messages: [1152921509597813712n, 1152921509597813711n, 1152921509597813710n].map(messageOfId),
    wait: null,
    asked: null,
    askedEvents: null,
    source: Buffer.from(
      "From: a@example.com\r\nSubject: =?utf-8?q?H=C3=A9?=\r\nContent-Type: multipart/alternative; boundary=b\r\n" +
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--b--\r\n",
    ),
    domains: [
      {
        id: 5n,
        name: "example.com",
        state: "pending",
        verifiedBy: null,
        createdAt: made,
        checkedAt: null,
        report,
      },
    ],
    keys: [
      {
        id: 6n,
        publicKey: "a".repeat(32),
        name: "primary",
        scopes: ["full"],
        isPrimary: true,
        isActive: true,
        createdAt: made,
        lastUsedOn: null,
      },
    ],
    senders: [senderOf(10n)],
    suppressions: [],
    token: "word",
    publicUrl: "http://127.0.0.1:8080",
    session: principalOf({ actor: { kind: "session", id: 90n } }),
    isOperator: false,
    ended: 0,
  };
}

/** The services of our own API, held in memory: only its own tests use them. */
export function memoryApi(memory: ApiMemory): ApiServices {
  return {
    ...webhookMemory(),
    ...statisticsMemory(),
    exportAccount: async () =>
      (async function* () {
        yield '{"end":{"rows":0}}\n';
      })(),
    ...parseMemory(),
    readEvents: async (_, query) => {
      memory.askedEvents = query;
      return { events: [], next: 7n, hasMore: false };
    },
    ...consentMemory(),
    ...trackingMemory(),
    ...linkHostMemory(),
    installation: () => ({
      mode: "development",
      publicUrl: memory.publicUrl,
      delivery: "direct",
      submission: null,
      version: "0.1.0",
    }),
    signIn: async (token) => {
      if (token !== memory.token) throw new Refusal("sign_in_link_invalid", "This link does not sign in.");
      memory.token = "";
      return { secret: "s".repeat(43), principal: memory.session, secondsMax: 604_800 };
    },
    authenticateSession: async (secret) => (secret === "s".repeat(43) ? memory.session : null),
    readSession: async ({ accountId, actor, permissions }) => ({
      account: { id: accountId, name: "Example", address: "owner@example.org" },
      permissions: [...permissions],
      expiresAt: actor.kind === "session" ? made : null,
    }),
    endSession: async () => {
      memory.ended += 1;
    },
    accept: async (request) => {
      const key = request.idempotency?.key ?? "";
      const earlier = memory.replies.get(key);
      if (earlier !== undefined) return { kind: "replayed", answer: earlier };
      if (memory.refusal !== null) {
        return {
          kind: "answered",
          outcomes: [{ kind: "refused", refusal: memory.refusal }],
          answer: Buffer.alloc(0),
        };
      }
      memory.accepted.push(request);
      const outcomes = request.submissions.map((submission) => ({
        kind: "accepted" as const,
        submission: {
          to: submission.to.map((party, index) => ({
            party,
            id: 1152921509597813712n + BigInt(index),
            uuid: uuid(),
          })),
          cc: [],
          bcc: [],
          customId: submission.customId,
        },
      }));
      const answer = request.answerOf(outcomes);
      if (key !== "") memory.replies.set(key, answer);
      return { kind: "answered", outcomes, answer };
    },
    listMessages: async (_principal, query) => {
      memory.asked = query;
      return memory.messages
        .filter(({ id }) => query.beforeId === null || id < query.beforeId)
        .slice(0, query.limit)
        .map((message) => ({ ...message, wait: memory.wait }));
    },
    readMessage: async (_principal, id) => {
      const message = memory.messages.find((each) => each.id === id);
      if (message === undefined) return null;
      const words = { text: "no such user", detail: null, host: "mx.example.com", verdict: null, url: null };
      const event = {
        id: 1n,
        at: made,
        kind: "bounced" as const,
        reason: 1,
        replyCode: 550,
        enhanced: "5.1.1",
      };
      return {
        message: { ...message, wait: memory.wait },
        history: [{ ...event, ...words }],
        content: { isReadable: true, until: made },
      };
    },
    cancelMessage: async (_principal, id) => {
      const index = memory.messages.findIndex((each) => each.id === id);
      if (index < 0) throw new Refusal("not_found", "This account has no such message.", { id });
      if (index > 1) throw new Refusal("too_late", "This message cannot be cancelled any more.", {});
      return index === 0 ? "cancelled" : "underway";
    },
    retryMessage: async (_principal, id) => {
      const index = memory.messages.findIndex((each) => each.id === id);
      if (index < 0) throw new Refusal("not_found", "This account has no such message.", { id });
      if (index > 1) throw new Refusal("content_gone", "What was in this message is not kept any more.");
      return { newId: index === 0 ? null : 1152921509597813720n };
    },
    listInbox: async () => [entryOf(memory)],
    readInbox: async (_principal, id) => (id === entryOf(memory).id ? entryOf(memory) : null),
    readInboxDetails: async (_principal, id) =>
      id === entryOf(memory).id ? { entry: entryOf(memory), signatures: [] } : null,
    emptyInbox: async () => 1,
    listDomains: async () => memory.domains,
    addDomain: async (_principal, { name }) => {
      if (!name.includes("."))
        throw new Refusal("invalid_domain", `"${name}" is not a domain name.`, { field: "domain" });
      return { ...memory.domains[0], name } as DomainView;
    },
    checkDomain: async (_principal, name) => memory.domains.find((each) => each.name === name) ?? null,
    removeDomain: async (_principal, name) => {
      const index = memory.domains.findIndex((each) => each.name === name);
      if (index >= 0) memory.domains.splice(index, 1);
      return index >= 0;
    },
    listSenders: async () => memory.senders,
    addSender: async (_principal, { address, name }) => {
      const sender: SenderView = { ...senderOf(11n), address, name };
      memory.senders.push(sender);
      return sender;
    },
    removeSender: async (_principal, id) => memory.senders.some((each) => each.id === id),
    confirmSender: async (_principal, id) => memory.senders.find((each) => each.id === id) ?? null,
    changeKey: async (_principal, id, change) => {
      const key = memory.keys.find((each) => each.id === id);
      if (key === undefined) return "unknown";
      if (change.isActive !== undefined && key.isPrimary) return "primary";
      return { ...key, ...change };
    },
    listKeys: async () => memory.keys,
    createKey: async (_principal, { name, scopes }) => {
      const key = { ...memory.keys[0], id: 7n, name, scopes, isPrimary: false } as KeyView;
      memory.keys.push(key);
      return { key, secretKey: "s".repeat(32) };
    },
    revokeKey: async (_principal, id) => {
      const key = memory.keys.find((each) => each.id === id);
      if (key === undefined) return "unknown";
      return key.isPrimary ? "primary" : "revoked";
    },
    listSuppressions: async (_principal, { address }) =>
      memory.suppressions.filter((each) => address === null || each.address === address),
    addSuppression: async (_principal, address) => {
      const suppression: SuppressionView = {
        id: 9n,
        address,
        cause: "manual",
        source: "api",
        createdAt: made,
        sourceId: null,
      };
      memory.suppressions.push(suppression);
      return suppression;
    },
    importSuppressions: async () => ({ added: 0, known: 0, problems: [], problemsTotal: 0 }),
    removeSuppression: async (_principal, id) => memory.suppressions.some((each) => each.id === id),
    readHoldings: async () => [
      {
        code: "content",
        title: "What is in your messages",
        tables: ["content"],
        purposes: ["composes and delivers messages"],
        legalBasis: ["GDPR art. 28(3)(a)"],
        roles: ["processor"],
        subjects: ["recipient"],
        retention: { code: "content", text: "For a while.", figure: 6 },
        sealed: true,
        lastPurge: { lookedAt: made, outcome: "done", removedAt: null, removed: 0 },
        oldest: made,
      },
    ],
    readStatus: async () => ({
      queue: { waiting: 2, deferred: 1, oldestAcceptedAt: made },
      destinations: [
        {
          domain: "example.com",
          waiting: 2,
          deferred: 1,
          nextAttemptAt: made,
          pausedUntil: made,
          why: "server_trouble",
          connections: 3,
        },
      ],
      operator: memory.isOperator
        ? {
            warmUp: [{ source: "192.0.2.1", provider: "google", day: "2026-03-01", sent: 7, limit: 50 }],
            nodes: [{ name: "a/0", delivers: true, seenAt: made, isAlive: true }],
            linkCertificates: {
              usable: 1,
              endingSoon: 0,
              problems: [{ file: "a.crt", wrong: "It is none." }],
            },
          }
        : null,
      today: { accepted: 5, quota: null },
    }),
    listSmtpRefusals: async () => [
      {
        ...{ id: 5n, keyId: 7n, kind: "refused" as const, at: made, code: 554, status: "5.6.0" },
        text: "From: Missing mandatory property. (mj-0003)",
      },
    ],
    readQueue: async () => {
      if (memory.failure !== null) throw memory.failure;
      const counts = { waiting: 2, deferred: 1 };
      const destination = {
        domain: "example.com",
        ...counts,
        nextAttemptAt: null,
        explanation: null,
        why: null,
      };
      return { ...counts, oldestAcceptedAt: made, destinations: [destination] };
    },
  };
}

function senderOf(id: bigint): SenderView {
  return {
    id,
    address: "crew@example.org",
    name: "",
    domain: "example.org",
    isDomainWide: false,
    isDefault: false,
    state: "inactive",
    createdAt: made,
    confirmationEndsAt: made,
  };
}

function entryOf(memory: ApiMemory) {
  return {
    id: 1152921509597813712n,
    messageId: 1152921509597813712n,
    envelope: { from: "a@example.com", to: "b@example.com" },
    subject: "Hé",
    sizeBytes: memory.source.length,
    source: memory.source,
  };
}

function uuid(): string {
  return "606434fb-5cf2-4ee8-adaf-fd8dcf60890a";
}
