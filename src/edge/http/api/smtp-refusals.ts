import { Type } from "typebox";

import { smtpRefusalKinds } from "../../../core/accounts/index.ts";
import { closed, Id, Instant, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { SmtpRefusalApi } from "./services.ts";

/** What programs were refused by SMTP. */
export function smtpRefusalRoutes(app: ApiScope, services: SmtpRefusalApi): void {
  app.get(
    "/smtp-refusals",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "listSmtpRefusals",
        summary: "See what programs were refused by SMTP",
        description:
          "Of the last hour, at most 20, newest first. What was said under no key of the account is not known to be its own: a connection without login, or with an API key that there is not.",
        tags: ["api-keys"],
        response: {
          200: closed({
            items: Type.Array(
              closed({
                id: Id,
                keyId: Id,
                kind: oneOf(smtpRefusalKinds),
                at: Instant,
                code: Type.Integer({ description: "RFC 5321 §4.2." }),
                status: Type.String({ description: "RFC 3463; empty where there is none." }),
                text: Type.String({ description: "The words that the program has heard." }),
              }),
            ),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const items = await services.listSmtpRefusals(principalOf(request));
      return {
        items: items.map(({ id, keyId, at, ...rest }) => ({
          ...rest,
          id: String(id),
          keyId: String(keyId),
          at: at.toISOString(),
        })),
      };
    },
  );
}
