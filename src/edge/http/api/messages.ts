import type { FastifyRequest } from "fastify";
import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { FiguresInForce } from "../../../base/figures.ts";
import { type MeaningCode, meaningOfEvent, meaningTexts, waitText } from "../../../core/delivery/index.ts";
import { type AcceptOutcome, type HistoryEntry, messageStates } from "../../../core/messages/index.ts";
import { bodyHash, parseIdempotencyKey } from "../mailjet/send/idempotency.ts";
import { messageReasonText } from "../message-reasons.ts";
import { cursorQuery, pageDefault, readCursor, readId, writePage } from "./cursor.ts";
import { readInstant } from "./instants.ts";
import { AcceptedMessage, NewMessage } from "./message-schema.ts";
import type { FieldProblem } from "./problem.ts";
import {
  addressLengthMax,
  closed,
  Id,
  Instant,
  named,
  nullable,
  oneOf,
  pageOf,
  problems,
} from "./schemas.ts";
import { type ApiScope, principalOf, rawBodies } from "./scope.ts";
import type { MessageApi, MessageView } from "./services.ts";
import { submissionOf } from "./submission.ts";

const tags = ["messages"];

/** Messages: hand in, find, cancel, try again. */
export function messageRoutes(app: ApiScope, services: MessageApi): void {
  addSend(app, services);
  addReading(app, services);
  addCancel(app, services);
  addRetry(app, services);
}

const { idempotencyHours } = FiguresInForce.ofRelease;

function addSend(app: ApiScope, services: MessageApi): void {
  app.post(
    "/messages",
    {
      config: { permission: "send" },
      schema: {
        operationId: "sendMessage",
        summary: "Hand in a message",
        description:
          "When it is answered, the message is on disk and will be tried until it has a final state. Repeat it with " +
          `the same Idempotency-Key when no answer came: within ${idempotencyHours} hours it is not taken twice.`,
        tags,
        headers: Type.Object({
          "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
        }),
        body: NewMessage,
        response: { 200: AcceptedMessage, 202: AcceptedMessage, ...problems },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const isSandbox = body.sandbox ?? false;
      const result = await services.accept({
        accountId: principalOf(request).accountId,
        submissions: [submissionOf(body)],
        isSandbox,
        isStrict: true,
        idempotency: idempotencyOf(request),
        answerOf: ([outcome]) => answerOf(outcome, isSandbox),
      });
      const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
      if (outcome?.kind === "refused") throw inOurNames(outcome.refusal);
      return reply.code(isSandbox ? 200 : 202).send(JSON.parse(result.answer.toString()));
    },
  );
}

function idempotencyOf(request: FastifyRequest<{ Headers: { "idempotency-key"?: string } }>) {
  const key = parseIdempotencyKey(request.headers["idempotency-key"]);
  if (key === null) return null;
  return { key, bodyHash: bodyHash(rawBodies.get(request.raw) ?? Buffer.alloc(0)) };
}

function answerOf(outcome: AcceptOutcome | undefined, isSandbox: boolean): Buffer {
  if (outcome?.kind !== "accepted") return Buffer.alloc(0);
  const { submission } = outcome;
  const roles = ["to", "cc", "bcc"] as const;
  const recipients = roles.flatMap((role) =>
    submission[role].map(({ id, uuid, party }) => ({ id: String(id), uuid, address: party.address, role })),
  );
  // What was only checked has no ids that anything could be found by.
  const answer = { recipients: isSandbox ? [] : recipients, customId: submission.customId, isSandbox };
  return Buffer.from(JSON.stringify(answer));
}

function addReading(app: ApiScope, services: MessageApi): void {
  const search = closed({
    recipient: Type.Optional(Type.String({ minLength: 1, maxLength: addressLengthMax })),
    customId: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    state: Type.Optional(oneOf(messageStates)),
    from: Type.Optional(
      Type.String({ format: "date-time", description: "Accepted at this instant or later." }),
    ),
    until: Type.Optional(Type.String({ format: "date-time", description: "Accepted before this instant." })),
    ...cursorQuery,
  });
  app.get(
    "/messages",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listMessages",
        summary: "Find messages, newest first",
        tags,
        querystring: search,
        response: { 200: pageOf("Message"), ...problems },
      },
    },
    async (request) => {
      const { recipient = null, customId = null, state = null, limit = pageDefault } = request.query;
      const query = {
        recipient,
        customId,
        state,
        from: instantIn(request.query, "from"),
        until: instantIn(request.query, "until"),
        limit: limit + 1,
        beforeId: readCursor(request.query.cursor),
      };
      return writePage(await services.listMessages(principalOf(request), query), limit, writeMessage);
    },
  );
  app.get(
    "/messages/:id",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readMessage",
        summary: "Read a message and what happened to it",
        tags,
        params: closed({ id: Id }),
        response: {
          200: closed({
            message: named("Message"),
            history: Type.Array(named("HistoryEntry")),
            content: oneOf(["readable", "gone"], "Can what is in it still be read?"),
            contentUntil: Instant,
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const found = await services.readMessage(principalOf(request), readId(request.params.id));
      if (found === null) throw unknownMessage();
      return {
        message: writeMessage(found.message),
        history: found.history.map(writeHistory),
        content: found.content.isReadable ? ("readable" as const) : ("gone" as const),
        contentUntil: found.content.until.toISOString(),
      };
    },
  );
}

const Cancelled = closed({ id: Id, state: oneOf(["cancelled", "underway"]) });

function addCancel(app: ApiScope, services: MessageApi): void {
  app.post(
    "/messages/:id/cancel",
    {
      config: { permission: "send" },
      schema: {
        operationId: "cancelMessage",
        summary: "Cancel a message that has not been sent",
        tags,
        description:
          "Answers `underway` while an attempt is being made: it is asked once more before the message is sent, and " +
          "its state tells in a moment.",
        params: closed({ id: Id }),
        response: { 200: Cancelled, 202: Cancelled, ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const outcome = await services.cancelMessage(principalOf(request), readId(id));
      return reply.code(outcome === "cancelled" ? 200 : 202).send({ id, state: outcome });
    },
  );
}

function addRetry(app: ApiScope, services: MessageApi): void {
  app.post(
    "/messages/:id/retry",
    {
      config: { permission: "send" },
      schema: {
        operationId: "retryMessage",
        summary: "Try a message again",
        tags,
        description:
          "A message that waits is due now; its destination's pauses hold as before. One that has ended without having " +
          "been delivered is handed in again while what is in it can still be read, for this recipient only: a new " +
          "message, with everything asked again that is asked of one, so a suppressed address stays unsent. Repeated " +
          "within a day, it answers the same new message.",
        params: closed({ id: Id }),
        response: {
          202: closed({ id: Id, newId: nullable(Id, "Null where the same message is tried again.") }),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { newId } = await services.retryMessage(principalOf(request), readId(id));
      return reply.code(202).send({ id, newId: newId === null ? null : String(newId) });
    },
  );
}

function instantIn(query: { from?: string; until?: string }, field: "from" | "until"): Date | null {
  const text = query[field];
  return text === undefined ? null : readInstant(text, { field, in: "query" });
}

function unknownMessage(): Refusal {
  return new Refusal(
    "not_found",
    "There is no message with this id; it may have reached the end of its retention.",
  );
}

function writeMessage(message: MessageView) {
  const { identity, wait } = message;
  if (identity === null) throw new Error("A message was read without its identity.");
  return {
    id: String(message.id),
    uuid: message.uuid,
    from: identity.from ?? null,
    recipient: { address: identity.address, name: identity.name, role: identity.role },
    subject: identity.subject,
    customId: identity.customId,
    eventPayload: identity.eventPayload,
    state: message.state,
    reason: reasonOf(message.reason),
    attempts: message.attempts,
    wasUnknown: message.wasUnknown,
    sizeBytes: message.sizeBytes,
    acceptedAt: message.acceptedAt.toISOString(),
    changedAt: message.changedAt.toISOString(),
    waiting:
      wait === null
        ? null
        : {
            nextAttemptAt: wait.nextAttemptAt.toISOString(),
            why: { code: wait.why, text: waitText(wait.why) },
          },
  };
}

function writeHistory(event: HistoryEntry) {
  return {
    at: event.at.toISOString(),
    kind: event.kind,
    reason: reasonOf(event.reason),
    replyCode: event.replyCode,
    enhancedStatus: event.enhanced,
    host: event.host,
    reply: event.text,
    detail: event.detail,
    verdict: event.verdict,
    url: event.url,
    meaning: meaningIn(meaningOfEvent(event)),
  };
}

function meaningIn(code: MeaningCode | null) {
  return code === null ? null : { code, text: meaningTexts[code] };
}

function reasonOf(number: number | null) {
  return number === null ? null : { number, text: messageReasonText(number) };
}

// Core names the parts of a message as Mailjet's API does.
const pointers: Record<string, string> = {
  From: "/from",
  HTMLPart: "/html",
  Sender: "/sender",
  Subject: "/subject",
  TemplateID: "/templateId",
  TextPart: "/text",
};

function inOurNames(refusal: Refusal): Refusal {
  const { field } = refusal.details;
  const pointer = typeof field === "string" ? pointers[field] : undefined;
  if (pointer === undefined) return refusal;
  const errors: FieldProblem[] = [{ field: pointer, in: "body", detail: refusal.message }];
  return new Refusal(refusal.code, refusal.message, { ...refusal.details, errors });
}
