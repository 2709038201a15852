import PostalMime from "postal-mime";
import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import type { InboxEntry, InboxItem } from "../../../core/messages/index.ts";
import { cursorQuery, madeAt, pageDefault, readCursor, readId, writePage } from "./cursor.ts";
import { closed, Id, named, nullable, pageOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { InboxApi } from "./services.ts";

const tags = ["inbox"];

// A message that was composed here has five levels at most; it is read back with some room.
const nestingMax = 20;

/** The test inbox: mail that was not sent, as it would have gone over the wire. */
export function inboxRoutes(app: ApiScope, services: InboxApi): void {
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
  app.get(
    "/inbox/:id",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readInbox",
        summary: "Read a message of the test inbox",
        tags,
        params: closed({ id: Id }),
        response: { 200: InboxMessage, ...problems },
      },
    },
    async (request) => {
      const entry = await services.readInbox(principalOf(request), readId(request.params.id));
      if (entry === null)
        throw new Refusal("not_found", "There is no message with this id in the test inbox.");
      return writeEntry(entry);
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

const InboxMessage = closed({
  item: named("InboxItem"),
  headers: Type.Array(closed({ name: Type.String(), value: Type.String() })),
  text: nullable(Type.String()),
  html: nullable(Type.String()),
  attachments: Type.Array(
    closed({
      filename: nullable(Type.String()),
      contentType: Type.String(),
      sizeBytes: Type.Integer({ minimum: 0 }),
    }),
  ),
  source: Type.String({ description: "The message as it would have gone over the wire." }),
});

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

async function writeEntry(entry: InboxEntry) {
  const parsed = await PostalMime.parse(entry.source, {
    attachmentEncoding: "arraybuffer",
    maxNestingDepth: nestingMax,
  });
  return {
    item: writeItem(entry),
    headers: parsed.headers.map(({ originalKey, key, value }) => ({ name: originalKey ?? key, value })),
    text: parsed.text ?? null,
    html: parsed.html ?? null,
    attachments: parsed.attachments.map(({ filename, mimeType, content }) => ({
      filename,
      contentType: mimeType,
      sizeBytes: typeof content === "string" ? content.length : content.byteLength,
    })),
    source: entry.source.toString("utf8"),
  };
}
