import type { ResourceServices } from "../mailjet/resources/services.ts";
import { keyServices } from "./api-keys.ts";
import type { ServiceContext } from "./context.ts";
import { domainServices } from "./domains.ts";
import { keyAccessServices } from "./key-access.ts";
import { messageServices } from "./messages.ts";
import { metaSenderServices } from "./meta-senders.ts";
import { parseServices } from "./parse-routes.ts";
import { profileServices } from "./profile.ts";
import { senderServices } from "./senders.ts";
import { statisticsServices } from "./statistics.ts";
import { templateServices } from "./templates.ts";
import { callbackServices } from "./webhooks.ts";

/** Everything Mailjet's resources need, made of core. */
export function resourceServices(context: ServiceContext): ResourceServices {
  const keys = keyServices(context);
  return {
    ...keys,
    ...keyAccessServices(context, keys),
    ...domainServices(context),
    ...senderServices(context),
    ...metaSenderServices(context),
    ...profileServices(context),
    ...messageServices(context),
    ...templateServices(context),
    ...callbackServices(context),
    ...statisticsServices(context),
    ...parseServices(context),
  };
}
