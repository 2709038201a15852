import type { ApiServices } from "../api/services.ts";
import { domainApi, keyApi } from "./api-account.ts";
import { consentApi } from "./api-consents.ts";
import { eventApi } from "./api-events.ts";
import { exportApi } from "./api-export.ts";
import { holdingsApi } from "./api-holdings.ts";
import { linkHostApi } from "./api-link-hosts.ts";
import { inboxApi, messageApi, queueApi } from "./api-messages.ts";
import { senderApi } from "./api-senders.ts";
import { sessionApi } from "./api-session.ts";
import { smtpRefusalApi } from "./api-smtp-refusals.ts";
import { statisticsApi } from "./api-statistics.ts";
import { statusApi } from "./api-status.ts";
import { suppressionApi } from "./api-suppressions.ts";
import { trackingApi } from "./api-tracking.ts";
import { webhookApi } from "./api-webhooks.ts";
import type { ServiceContext } from "./context.ts";
import { parseServices } from "./parse-routes.ts";

/** Everything our own API needs, made of core. */
export function apiServices(context: ServiceContext): ApiServices {
  return {
    ...sessionApi(context),
    ...messageApi(context),
    ...inboxApi(context),
    ...domainApi(context),
    ...senderApi(context),
    ...keyApi(context),
    ...smtpRefusalApi(context),
    ...suppressionApi(context),
    ...consentApi(context),
    ...trackingApi(context),
    ...linkHostApi(context),
    ...queueApi(context),
    ...statusApi(context),
    ...holdingsApi(context),
    ...exportApi(context),
    ...webhookApi(context),
    ...eventApi(context),
    ...statisticsApi(context),
    ...parseServices(context),
  };
}
