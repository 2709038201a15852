import { Refusal } from "../../../base/errors.ts";
import {
  addParseRoute,
  changeParseRoute,
  deleteParseRoute,
  listParseRoutes,
} from "../../../core/inbound/index.ts";
import { parseWebhookUrl } from "../../../core/webhooks/index.ts";
import type { ParseServices } from "../mailjet/resources/parse-services.ts";
import { making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** Parse routes: Mailjet's `parseroute`, and those of our own API. */
export function parseServices(context: ServiceContext): ParseServices {
  const setUp = () => ({ ...making(context), mailDomain: context.mailDomain });
  return {
    listParseRoutes: (principal) =>
      readOwn(context, principal, (reader) => listParseRoutes(reader, context.keyring, principal.accountId)),
    addParseRoute: (principal, wish) => {
      checkUrl(context, wish.url);
      return writeOwn(context, principal, async (tx) => {
        const route = await addParseRoute(tx, setUp(), principal.accountId, wish);
        await note(tx, context, principal, { action: "parse_route.created", subjectId: route.id });
        return route;
      });
    },
    changeParseRoute: (principal, id, change) => {
      if (change.url !== undefined) checkUrl(context, change.url);
      const { accountId } = principal;
      return writeOwn(context, principal, async (tx) => {
        const route = await changeParseRoute(tx, setUp(), { accountId, id }, change);
        if (route !== null)
          await note(tx, context, principal, { action: "parse_route.changed", subjectId: id });
        return route;
      });
    },
    removeParseRoute: (principal, id) =>
      writeOwn(context, principal, async (tx) => {
        const isGone = await deleteParseRoute(tx, principal.accountId, id);
        if (isGone) await note(tx, context, principal, { action: "parse_route.removed", subjectId: id });
        return isGone;
      }),
  };
}

// Mailjet takes no bare root: what parses mail has a place of its own there.
function checkUrl({ allowsPrivateWebhooks: allowsPrivate }: ServiceContext, text: string): void {
  const url = parseWebhookUrl(text, { allowsPrivate, field: "Url" });
  if (url.pathname !== "/" || url.search !== "") return;
  throw new Refusal(
    "invalid_url",
    "The URL names a host alone. Add a path, as in https://example.org/mail.",
    { field: "Url", reason: "url_bare" },
  );
}
