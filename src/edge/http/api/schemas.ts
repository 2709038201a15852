import type { FastifyInstance } from "fastify";
import { type Static, type TSchema, Type } from "typebox";

import { meaningCodes, waitCodes } from "../../../core/delivery/index.ts";
import { adviceCodes } from "../../../core/domains/index.ts";
import { eventKinds, verdicts } from "../../../core/events/index.ts";
import { messageStates } from "../../../core/messages/index.ts";
import { suppressionCauses, suppressionSources } from "../../../core/suppressions/index.ts";
import { refusalCodes } from "../refusals.ts";
import { Consent, ConsentStandings } from "./consent-schemas.ts";
import { ParseRoute } from "./parse-schemas.ts";
import { fieldCodes } from "./problem.ts";
import { closed, Id, Instant, nullable, oneOf } from "./schema-parts.ts";
import { CampaignReference, PlaceStatistics, ReasonStatistics, Statistics } from "./statistics-schemas.ts";
import { NewWebhook, Webhook, WebhookAnswer, WebhookAttempt, WebhookReplay } from "./webhook-schemas.ts";

export { closed, Id, Instant, nullable, oneOf } from "./schema-parts.ts";

/** RFC 5321 §4.5.3.1: 64 octets, "@" and 255; what is an address is decided by the parser, not by a pattern. */
export const addressLengthMax = 320;

export const AddressText = Type.String({ minLength: 1, maxLength: addressLengthMax });

const Mailbox = closed(
  { address: AddressText, name: Type.Optional(Type.String({ maxLength: 255 })) },
  "Someone mail comes from or goes to.",
);

const Reason = closed(
  { number: Type.Integer(), text: Type.String() },
  "Why a message did not arrive: one of the 21 message states.",
);

const Problem = Type.Object(
  {
    type: Type.String({ format: "uri-reference" }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: oneOf([...refusalCodes, "defect"], "Stable; for programs."),
    remedy: Type.String({ description: "What to do; for people." }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: "A JSON pointer into the body, or the name of a parameter." }),
          in: Type.Optional(oneOf(["body", "query", "path", "header"])),
          detail: Type.String(),
          code: Type.Optional(oneOf(fieldCodes, "Stable, where there is one; pages translate it.")),
          value: Type.Optional(
            Type.String({ description: "The limit or the choice that the code speaks of." }),
          ),
        }),
      ),
    ),
    requestId: Type.String({ format: "uuid" }),
  },
  { description: "RFC 9457, with a code, the fields concerned and a remedy." },
);

const Meaning = closed(
  {
    code: oneOf(meaningCodes, "Stable; pages translate it."),
    text: Type.String({ description: "The same in words, in English." }),
  },
  "What an event means for whoever has sent the message, and what can be done.",
);

const Wait = closed(
  {
    nextAttemptAt: Instant,
    why: closed({
      code: oneOf(waitCodes, "Stable. Why it is not tried now, or what the last attempt came to."),
      text: Type.String(),
    }),
  },
  "When a message is tried next, and why not now.",
);

const Message = closed(
  {
    id: Id,
    uuid: Type.String({ format: "uuid" }),
    from: nullable(Type.String({ description: "The address in From." })),
    recipient: closed({
      address: Type.String(),
      name: Type.String(),
      role: oneOf(["to", "cc", "bcc"]),
    }),
    subject: Type.String(),
    customId: Type.String(),
    eventPayload: Type.String(),
    state: oneOf(messageStates),
    reason: nullable(Reason),
    attempts: Type.Integer({ minimum: 0 }),
    wasUnknown: Type.Boolean({
      description: "The outcome of an attempt was lost: the recipient may have the message all the same.",
    }),
    sizeBytes: Type.Integer({ minimum: 0 }),
    acceptedAt: Instant,
    changedAt: Instant,
    waiting: nullable(referenceTo<typeof Wait>("Wait"), "Null for a message that has ended."),
  },
  "A message to one recipient.",
);

const HistoryEntry = closed({
  at: Instant,
  kind: oneOf(eventKinds),
  reason: nullable(Reason),
  replyCode: nullable(Type.Integer()),
  enhancedStatus: nullable(Type.String()),
  host: nullable(Type.String({ description: "The name of the other side." })),
  reply: nullable(Type.String({ description: "The words of the other side." })),
  detail: nullable(Type.String({ description: "What was seen from here, where nothing was said." })),
  verdict: nullable(oneOf(verdicts, "Who opened or clicked: a person, or a program such as a scanner.")),
  url: nullable(Type.String({ description: "Where a clicked link leads." })),
  meaning: nullable(referenceTo<typeof Meaning>("Meaning"), "Null for what a reader has done."),
});

const Event = closed(
  {
    id: Id,
    kind: oneOf(eventKinds),
    at: Instant,
    reason: nullable(Type.Integer({ description: "The number of a message state, 1 to 21." })),
    replyCode: nullable(Type.Integer()),
    enhancedStatus: nullable(Type.String()),
    host: nullable(Type.String({ description: "The name of the other side." })),
    reply: nullable(Type.String({ description: "The words of the other side." })),
    detail: nullable(Type.String({ description: "What was seen from here, where nothing was said." })),
    verdict: nullable(oneOf(verdicts, "Who opened or clicked: a person, or a program such as a scanner.")),
    url: nullable(Type.String({ description: "Where a clicked link leads." })),
    message: nullable(
      closed({
        id: Id,
        uuid: Type.String({ format: "uuid" }),
        recipient: Type.String(),
        role: oneOf(["to", "cc", "bcc"]),
        customId: Type.String(),
        eventPayload: Type.String(),
        campaign: Type.String(),
      }),
      "Null where it was counted without knowing whose it was, or when the message is not kept any more.",
    ),
  },
  "Something that happened, as webhooks are told of it.",
);

const CheckItem = closed({
  status: oneOf(["ok", "missing", "wrong", "unknown"]),
  expected: nullable(closed({ type: Type.String(), name: Type.String(), value: Type.String() })),
  found: Type.Array(Type.String()),
  advice: Type.String({ description: "What to do, in English." }),
  advices: Type.Array(
    closed({
      code: oneOf(adviceCodes, "Stable; pages translate it."),
      name: Type.String({ description: "The name in the DNS that it is about, or empty." }),
      value: Type.String({ description: "A figure, a term or a policy in it, or empty." }),
    }),
    { description: "The same as codes, a sentence each." },
  ),
});

const Domain = closed(
  {
    id: Id,
    name: Type.String(),
    state: oneOf(["pending", "verified"]),
    verifiedBy: nullable(oneOf(["dns", "operator"])),
    createdAt: Instant,
    checkedAt: nullable(Instant),
    report: closed({
      ownership: CheckItem,
      dkim: CheckItem,
      dkimEd25519: nullable(CheckItem),
      spf: CheckItem,
      dmarc: CheckItem,
      returnPath: CheckItem,
      mx: CheckItem,
      ptr: CheckItem,
    }),
  },
  "A sending domain: what its owner is asked to publish, and what was found of it.",
);

const Sender = closed(
  {
    id: Id,
    address: Type.String({ description: "An address, or `*@domain`." }),
    name: Type.String(),
    domain: Type.String(),
    isDomainWide: Type.Boolean(),
    isDefault: Type.Boolean(),
    state: oneOf(["active", "inactive"], "`inactive` may not be sent from yet."),
    createdAt: Instant,
    confirmationEndsAt: nullable(
      Instant,
      "Until when the link in the last mail works; null when none waits.",
    ),
  },
  "An address, or every address of a domain, that the account may send from once it is active.",
);

const apiKeyProperties = {
  id: Id,
  publicKey: Type.String(),
  name: Type.String(),
  scopes: Type.Array(oneOf(["full", "send", "read", "manage"])),
  isPrimary: Type.Boolean(),
  isActive: Type.Boolean(),
  createdAt: Instant,
  lastUsedOn: nullable(Type.String({ format: "date" })),
};

const ApiKey = closed(apiKeyProperties, "A key pair without its secret.");

const NewApiKey = closed(
  { ...apiKeyProperties, secretKey: Type.String() },
  "A key pair with its secret, which is shown this once.",
);

const Suppression = closed(
  {
    id: Id,
    address: Type.String({
      description: "Empty when an old link was used and the address is not kept any more.",
    }),
    cause: oneOf(suppressionCauses),
    source: oneOf(
      suppressionSources,
      "How it became known: at delivery, by a report that came in, from the reader, by this API, by an import.",
    ),
    createdAt: Instant,
    messageId: nullable(Id),
  },
  "An address the account does not send to.",
);

const InboxItem = closed({
  id: Id,
  messageId: Id,
  from: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  receivedAt: Instant,
  sizeBytes: Type.Integer({ minimum: 0 }),
});

/** Schemas with a name of their own in the description of the API. */
export const namedSchemas = {
  Mailbox,
  Problem,
  Meaning,
  Wait,
  Message,
  HistoryEntry,
  Event,
  Domain,
  Sender,
  ApiKey,
  NewApiKey,
  Suppression,
  Consent,
  ConsentStandings,
  InboxItem,
  Webhook,
  NewWebhook,
  WebhookAnswer,
  WebhookAttempt,
  WebhookReplay,
  Statistics,
  PlaceStatistics,
  ReasonStatistics,
  CampaignReference,
  ParseRoute,
};

type Name = keyof typeof namedSchemas;

/** Refers to a named schema, with its type. */
export function named<N extends Name>(name: N) {
  return referenceTo<(typeof namedSchemas)[N]>(name);
}

function referenceTo<S extends TSchema>(name: string) {
  return Type.Unsafe<Static<S>>({ $ref: `${name}#` });
}

/** Makes the named schemas known in a scope. */
export function addNamedSchemas(app: FastifyInstance): void {
  for (const [name, schema] of Object.entries(namedSchemas)) app.addSchema({ $id: name, ...schema });
}

/** What a list answers: a part of it, and where the next part begins. */
export function pageOf<N extends Name>(name: N) {
  return closed(
    { items: Type.Array(named(name)), nextCursor: nullable(Type.String()) },
    "A page of the list, and where the next one begins.",
  );
}

function problem(description: string) {
  return { description, content: { "application/problem+json": { schema: named("Problem") } } };
}

/** What every route may answer beside its own answers. */
export const problems = {
  "4xx": problem("The request cannot be served as it is."),
  "5xx": problem("The service cannot serve the request now."),
};

/** An answer that is no JSON. */
export function octets(type: string, description: string) {
  return { description, content: { [type]: { schema: Type.String() } } };
}
