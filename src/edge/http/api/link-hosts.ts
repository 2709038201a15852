import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { linkHostStates } from "../../../core/tracking/index.ts";
import type { LinkHostApi, LinkHostView } from "./link-host-api.ts";
import { closed, Instant, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";

const tags = ["domains"];
// RFC 1035 §2.3.4: 255 octets on the wire are 253 characters.
const nameLengthMax = 253;

const params = closed({ name: Type.String({ minLength: 1, maxLength: nameLengthMax }) });

const LinkHost = closed(
  {
    domain: Type.String(),
    host: Type.String(),
    target: Type.String({ description: "What the host's CNAME has to name." }),
    state: oneOf(
      linkHostStates,
      "`waiting` for its CNAME; `unreachable` by https, with a certificate for its name; `ready`: links lead there.",
    ),
    checkedAt: Instant,
  },
  "The host that links in mail from a domain lead to.",
);

/** Which host the links in a domain's mail lead to. */
export function linkHostRoutes(app: ApiScope, services: LinkHostApi): void {
  app.get(
    "/domains/:name/links",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readLinkHost",
        summary: "See where the links in a domain's mail lead",
        tags,
        params,
        response: { 200: LinkHost, ...problems },
      },
    },
    async (request) => {
      const found = await services.readLinkHost(principalOf(request), request.params.name);
      if (found === null) throw new Refusal("not_found", "Its links lead to the service's own host.");
      return write(found);
    },
  );
  app.put(
    "/domains/:name/links",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "setLinkHost",
        summary: "Let the links in a domain's mail lead to a host of its own",
        description:
          "Looks at the host at once, and every day. While it is not `ready`, new mail has links to the service's own host.",
        tags,
        params,
        body: closed({ host: Type.String({ minLength: 1, maxLength: nameLengthMax }) }),
        response: { 200: LinkHost, ...problems },
      },
    },
    async (request) =>
      write(await services.setLinkHost(principalOf(request), request.params.name, request.body.host)),
  );
  app.delete(
    "/domains/:name/links",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "removeLinkHost",
        summary: "Let the links in a domain's mail lead to the service's own host",
        tags,
        params,
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const isGone = await services.removeLinkHost(principalOf(request), request.params.name);
      if (!isGone) throw new Refusal("not_found", "Its links lead to the service's own host already.");
      return reply.code(204).send(null);
    },
  );
}

function write({ checkedAt, ...rest }: LinkHostView) {
  return { ...rest, checkedAt: checkedAt.toISOString() };
}
