import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { readId } from "./cursor.ts";
import { AddressText, closed, Id, named, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { SenderApi, SenderView } from "./services.ts";

const tags = ["senders"];

/** Addresses, and whole domains, that the account may send from. */
export function senderRoutes(app: ApiScope, services: SenderApi): void {
  app.get(
    "/senders",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listSenders",
        summary: "List the senders",
        tags,
        response: { 200: closed({ items: Type.Array(named("Sender")) }), ...problems },
      },
    },
    async (request) => ({ items: (await services.listSenders(principalOf(request))).map(writeSender) }),
  );
  app.post(
    "/senders",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "addSender",
        summary: "Add a sender",
        description:
          "An address, or `*@domain` for every address of a domain. In a verified domain it may send at once; any other " +
          "address gets a mail whose link its owner has to follow. Adding one again answers it as it is.",
        tags,
        body: closed({
          address: AddressText,
          name: Type.Optional(Type.String({ maxLength: 255, description: "Yours, to tell them apart." })),
        }),
        response: { 201: named("Sender"), ...problems },
      },
    },
    async (request, reply) => {
      const { address, name = "" } = request.body;
      const sender = await services.addSender(principalOf(request), { address, name });
      return reply.code(201).send(writeSender(sender));
    },
  );
  addExisting(app, services);
}

function addExisting(app: ApiScope, services: SenderApi): void {
  app.delete(
    "/senders/:id",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "removeSender",
        summary: "Remove a sender",
        tags,
        params: closed({ id: Id }),
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const isRemoved = await services.removeSender(principalOf(request), readId(request.params.id));
      if (!isRemoved) throw unknownSender();
      return reply.code(204).send(null);
    },
  );
  app.post(
    "/senders/:id/confirmation",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "confirmSender",
        summary: "Mail the link again, or look at the domain's DNS",
        description:
          "An address gets its mail again, unless one was sent in the last minutes; for `*@domain` the DNS is looked at. " +
          "Answers the sender as it is then.",
        tags,
        params: closed({ id: Id }),
        response: { 200: named("Sender"), ...problems },
      },
    },
    async (request) => {
      const sender = await services.confirmSender(principalOf(request), readId(request.params.id));
      if (sender === null) throw unknownSender();
      return writeSender(sender);
    },
  );
}

function unknownSender(): Refusal {
  return new Refusal("not_found", "The account has no sender with this id.");
}

function writeSender({ confirmationEndsAt, createdAt, ...sender }: SenderView) {
  return {
    ...sender,
    id: String(sender.id),
    createdAt: createdAt.toISOString(),
    confirmationEndsAt: confirmationEndsAt?.toISOString() ?? null,
  };
}
