import type { Resource } from "../rest/resource.ts";
import { apiKeyResource } from "./api-key.ts";
import { apiKeyAccessResource } from "./api-key-access.ts";
import { dnsResource } from "./dns.ts";
import { eventCallbackUrlResource } from "./event-callback-url.ts";
import { messageResource } from "./message.ts";
import { messageHistoryResource } from "./message-history.ts";
import { messageInformationResource } from "./message-information.ts";
import { messageStateResource } from "./message-state.ts";
import { metaSenderResource } from "./meta-sender.ts";
import { myProfileResource } from "./my-profile.ts";
import { returnPathResource } from "./return-path.ts";
import { senderResource } from "./sender.ts";
import type { ResourceServices } from "./services.ts";
import { templateResource } from "./template.ts";
import { userResource } from "./user.ts";

/** Every resource of Mailjet's REST API that this service has. */
export function mailjetResources(services: ResourceServices): Resource[] {
  return [
    apiKeyResource(services),
    apiKeyAccessResource(services),
    dnsResource(services),
    eventCallbackUrlResource(services),
    messageResource(services),
    messageHistoryResource(services),
    messageInformationResource(services),
    messageStateResource(),
    metaSenderResource(services),
    myProfileResource(services),
    returnPathResource(services),
    senderResource(services),
    templateResource(services),
    userResource(services),
  ];
}
