import { Type } from "typebox";
import { Refusal } from "../../../base/errors.ts";
import { FiguresInForce } from "../../../base/figures.ts";
import { eventKinds } from "../../../core/events/index.ts";
import {
  deliveriesKept,
  failuresKept,
  type Trouble,
  troubleOf,
  type Verdict,
} from "../../../core/webhooks/index.ts";
import { cursorQuery, pageDefault, readCursor, readId, writePage } from "./cursor.ts";
import { readInstant } from "./instants.ts";
import { closed, Id, Instant, named, oneOf, pageOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { AttemptView, ReplayView, WebhookApi, WebhookView } from "./webhook-api.ts";

const tags = ["webhooks"];

const { webhookLogDays } = FiguresInForce.ofRelease;
const urlCharactersMax = 2048;
const Url = Type.String({ minLength: 1, maxLength: urlCharactersMax });
const Kinds = Type.Array(oneOf(eventKinds), {
  minItems: 1,
  maxItems: eventKinds.length,
  uniqueItems: true,
});

/** Webhooks: where events are posted to, and what became of it. */
export function webhookRoutes(app: ApiScope, services: WebhookApi): void {
  addList(app, services);
  addChanges(app, services);
  addSecret(app, services);
  addTest(app, services);
  addAttempts(app, services);
  addReplays(app, services);
}

function addList(app: ApiScope, services: WebhookApi): void {
  app.get(
    "/webhooks",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listWebhooks",
        summary: "List the webhooks, also those of Mailjet's eventcallbackurl",
        tags,
        response: { 200: closed({ items: Type.Array(named("Webhook")) }), ...problems },
      },
    },
    async (request) => ({ items: (await services.listWebhooks(principalOf(request))).map(write) }),
  );
  app.post(
    "/webhooks",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "addWebhook",
        summary: "Have events posted to a URL",
        description:
          "From now on, each event is posted once it has happened, in the form of Standard Webhooks, until an answer " +
          "begins with 2. The secret its signatures are made with is in this answer and nowhere else.",
        tags,
        body: closed({ url: Url, events: Kinds }),
        response: { 201: named("NewWebhook"), ...problems },
      },
    },
    async (request, reply) => {
      const { url, events: kinds } = request.body;
      const { webhook, secret } = await services.addWebhook(principalOf(request), { url, kinds });
      return reply.code(201).send({ ...write(webhook), secret });
    },
  );
}

function addChanges(app: ApiScope, services: WebhookApi): void {
  app.patch(
    "/webhooks/:id",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "changeWebhook",
        summary: "Change a webhook, stop it, or try it again",
        description:
          "What is left out stays. A webhook that has died is tried again by saving its URL or `alive`: it goes on " +
          "where it stopped, at most seven days back. Those of Mailjet's API are changed there.",
        tags,
        params: closed({ id: Id }),
        body: closed({
          url: Type.Optional(Url),
          events: Type.Optional(Kinds),
          state: Type.Optional(oneOf(["alive", "dead"])),
        }),
        response: { 200: named("Webhook"), ...problems },
      },
    },
    async (request) => {
      const { events: kinds, ...rest } = request.body;
      const change = { ...rest, ...(kinds === undefined ? {} : { kinds }) };
      return write(await services.changeWebhook(principalOf(request), readId(request.params.id), change));
    },
  );
  app.delete(
    "/webhooks/:id",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "removeWebhook",
        summary: "Post nothing more to a webhook",
        description: "Its log and its replays go with it.",
        tags,
        params: closed({ id: Id }),
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const isGone = await services.removeWebhook(principalOf(request), readId(request.params.id));
      if (!isGone) throw unknownWebhook();
      return reply.code(204).send(null);
    },
  );
}

function addSecret(app: ApiScope, services: WebhookApi): void {
  app.post(
    "/webhooks/:id/secret",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "renewWebhookSecret",
        summary: "Make a new secret for a webhook",
        description:
          "Of any format. The secret is in this answer and nowhere else; the one before signs for a day more.",
        tags,
        params: closed({ id: Id }),
        response: { 201: closed({ secret: Type.String() }), ...problems },
      },
    },
    async (request, reply) => {
      const secret = await services.renewSecret(principalOf(request), readId(request.params.id));
      return reply.code(201).send({ secret });
    },
  );
}

function addTest(app: ApiScope, services: WebhookApi): void {
  app.post(
    "/webhooks/:id/test",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "testWebhook",
        summary: "Post an event that has not happened, and see the answer",
        tags,
        params: closed({ id: Id }),
        body: closed({ event: Type.Optional(oneOf(eventKinds)) }),
        response: { 200: named("WebhookAnswer"), ...problems },
      },
    },
    async (request) => {
      const { event = null } = request.body;
      const { verdict, ...rest } = await services.testWebhook(
        principalOf(request),
        readId(request.params.id),
        event,
      );
      return { outcome: verdict, trouble: troubleIn(verdict, rest.answer), ...rest };
    },
  );
}

function addAttempts(app: ApiScope, services: WebhookApi): void {
  app.get(
    "/webhooks/:id/attempts",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listWebhookAttempts",
        summary: "List the last requests to a webhook and their answers, newest first",
        description:
          `The last ${failuresKept} that failed and the last ${deliveriesKept} that did not, for ${webhookLogDays} days; ` +
          "of many that succeed at once, some.",
        tags,
        params: closed({ id: Id }),
        querystring: closed(cursorQuery),
        response: { 200: pageOf("WebhookAttempt"), ...problems },
      },
    },
    async (request) => {
      const { limit = pageDefault, cursor } = request.query;
      const query = { limit: limit + 1, beforeId: readCursor(cursor) };
      const rows = await services.listAttempts(principalOf(request), readId(request.params.id), query);
      return writePage(rows, limit, writeAttempt);
    },
  );
}

function addReplays(app: ApiScope, services: WebhookApi): void {
  app.post(
    "/webhooks/:id/replays",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "replayToWebhook",
        summary: "Post what happened within a time range once more",
        description:
          "Events of the types the webhook takes, in their order and with the ids they had; what is new goes first.",
        tags,
        params: closed({ id: Id }),
        body: closed({ since: Instant, until: Type.Optional(Instant) }),
        response: { 202: named("WebhookReplay"), ...problems },
      },
    },
    async (request, reply) => {
      const { since, until } = request.body;
      const range = {
        since: readInstant(since, { field: "/since", in: "body" }),
        until: until === undefined ? null : readInstant(until, { field: "/until", in: "body" }),
      };
      const replay = await services.replay(principalOf(request), readId(request.params.id), range);
      return reply.code(202).send(writeReplay(replay));
    },
  );
  app.get(
    "/webhooks/:id/replays",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listWebhookReplays",
        summary: "List the replays of a webhook, newest first",
        tags,
        params: closed({ id: Id }),
        querystring: closed(cursorQuery),
        response: { 200: pageOf("WebhookReplay"), ...problems },
      },
    },
    async (request) => {
      const { limit = pageDefault, cursor } = request.query;
      const query = { limit: limit + 1, beforeId: readCursor(cursor) };
      const rows = await services.listReplays(principalOf(request), readId(request.params.id), query);
      return writePage(rows, limit, writeReplay);
    },
  );
}

function unknownWebhook(): Refusal {
  return new Refusal("not_found", "There is no webhook of this API with this id.");
}

function write(webhook: WebhookView) {
  const { id, failingSince, nextAttemptAt, diedAt, createdAt, ...rest } = webhook;
  return {
    ...rest,
    id: String(id),
    failingSince: failingSince?.toISOString() ?? null,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    diedAt: diedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

function writeAttempt(attempt: AttemptView) {
  const { id, at, eventId, ...rest } = attempt;
  const trouble = troubleIn(rest.outcome, rest.answer);
  return { ...rest, trouble, id: String(id), at: at.toISOString(), eventId: String(eventId) };
}

function troubleIn(outcome: Verdict, answer: string): Trouble | null {
  return outcome === "unreachable" ? troubleOf(answer) : null;
}

function writeReplay(replay: ReplayView) {
  return {
    id: String(replay.id),
    since: replay.since.toISOString(),
    until: replay.until.toISOString(),
    sent: replay.sent,
    endedAt: replay.endedAt?.toISOString() ?? null,
  };
}
