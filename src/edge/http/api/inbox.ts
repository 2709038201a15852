import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import type { InboxEntry, InboxItem } from "../../../core/messages/index.ts";
import type { Answer } from "../answer.ts";
import type { Principal } from "../principal.ts";
import { sendAnswer } from "../send-answer.ts";
import { cursorQuery, madeAt, pageDefault, readCursor, readId, writePage } from "./cursor.ts";
import { fileOf, htmlOf, InboxMessage, takeApart } from "./inbox-message.ts";
import { closed, Id, octets, pageOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { InboxApi } from "./services.ts";

const tags = ["inbox"];

/** The test inbox: mail that was not sent, as it would have gone over the wire. */
export function inboxRoutes(app: ApiScope, services: InboxApi): void {
  addList(app, services);
  addReading(app, services);
  addOctets(app, services);
}

function addList(app: ApiScope, services: InboxApi): void {
  app.get(
    "/inbox",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listInbox",
        summary: "List the test inbox, newest first",
        tags,
        querystring: closed(cursorQuery),
        response: { 200: pageOf("InboxItem"), ...problems },
      },
    },
    async (request) => {
      const { limit = pageDefault, cursor } = request.query;
      const page = { limit: limit + 1, beforeId: readCursor(cursor) };
      return writePage(await services.listInbox(principalOf(request), page), limit, writeItem);
    },
  );
  app.delete(
    "/inbox",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "emptyInbox",
        summary: "Empty the test inbox",
        tags,
        response: { 200: closed({ removed: Type.Integer({ minimum: 0 }) }), ...problems },
      },
    },
    async (request) => ({ removed: await services.emptyInbox(principalOf(request)) }),
  );
}

function addReading(app: ApiScope, services: InboxApi): void {
  app.get(
    "/inbox/:id",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readInbox",
        summary: "Read a message of the test inbox, taken apart",
        tags,
        params: closed({ id: Id }),
        response: { 200: InboxMessage, ...problems },
      },
    },
    async (request) => {
      const found = await services.readInboxDetails(principalOf(request), readId(request.params.id));
      if (found === null) throw unknownEntry();
      return takeApart(found);
    },
  );
  app.get(
    "/inbox/:id/html",
    {
      config: { permission: "read" },
      schema: {
        operationId: "showInboxHtml",
        summary: "Show its HTML as a page of its own, for a frame",
        description:
          "With its inline pictures. It runs no script, loads nothing, and can be framed by pages of this service only.",
        tags,
        params: closed({ id: Id }),
        response: { 200: octets("text/html", "The HTML of the message."), ...problems },
      },
    },
    async (request, reply) => {
      const entry = await readOwn(services, principalOf(request), request.params.id);
      const html = await htmlOf(entry.source);
      if (html === null) throw new Refusal("not_found", "This message has no HTML part.");
      return sendAnswer(reply, { status: 200, headers: frameHeaders, body: html });
    },
  );
}

function addOctets(app: ApiScope, services: InboxApi): void {
  app.get(
    "/inbox/:id/source",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readInboxSource",
        summary: "Read its octets, as they would have gone over the wire",
        tags,
        params: closed({ id: Id }),
        response: { 200: octets("message/rfc822", "The whole message, signature included."), ...problems },
      },
    },
    async (request, reply) => {
      const { id, source } = await readOwn(services, principalOf(request), request.params.id);
      const headers = { "content-type": "message/rfc822", ...disposition("inline", `${id}.eml`) };
      return sendAnswer(reply, { status: 200, headers, body: source });
    },
  );
  app.get(
    "/inbox/:id/parts/:part",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readInboxPart",
        summary: "Save one of its files",
        tags,
        params: closed({ id: Id, part: Type.String({ pattern: "^[0-9]{1,4}$" }) }),
        response: { 200: octets("application/octet-stream", "The file."), ...problems },
      },
    },
    async (request, reply) => {
      const { id, part } = request.params;
      const { source } = await readOwn(services, principalOf(request), id);
      const file = await fileOf(source, Number(part));
      if (file === null) throw new Refusal("not_found", "This message has fewer files.");
      return sendAnswer(reply, fileAnswer(file));
    },
  );
}

// What a file says of its type is its sender's word: it is saved, and never shown from here.
function fileAnswer({ name, bytes }: { name: string | null; bytes: Buffer }): Answer {
  const headers = {
    "content-type": "application/octet-stream",
    ...disposition("attachment", name ?? "file"),
  };
  return { status: 200, headers, body: bytes };
}

// RFC 6266 §4.3, RFC 8187 §3.2: the name in UTF-8, percent-encoded.
function disposition(kind: "inline" | "attachment", name: string): Record<string, string> {
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return { "content-disposition": `${kind}; filename*=UTF-8''${encoded}` };
}

// A stranger's HTML: no script, no network, no form, no way out of its frame; its own style and pictures within it.
const frameHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'self'",
};

async function readOwn(services: InboxApi, principal: Principal, id: string): Promise<InboxEntry> {
  const entry = await services.readInbox(principal, readId(id));
  if (entry === null) throw unknownEntry();
  return entry;
}

function unknownEntry(): Refusal {
  return new Refusal("not_found", "There is no message with this id in the test inbox.");
}

function writeItem(entry: InboxItem) {
  return {
    id: String(entry.id),
    messageId: String(entry.messageId),
    from: entry.envelope.from,
    to: entry.envelope.to,
    subject: entry.subject,
    receivedAt: madeAt(entry.id),
    sizeBytes: entry.sizeBytes,
  };
}
