import type { Resource } from "../rest/resource.ts";
import { apiKeyResource } from "./api-key.ts";
import { apiKeyAccessResource } from "./api-key-access.ts";
import {
  campaignGraphStatisticsResource,
  campaignOverviewResource,
  campaignStatisticsResource,
} from "./campaign-statistics.ts";
import { dnsResource } from "./dns.ts";
import { emptyStatisticsResources } from "./empty-statistics.ts";
import { eventCallbackUrlResource } from "./event-callback-url.ts";
import {
  bounceStatisticsResource,
  clickStatisticsResource,
  openInformationResource,
} from "./event-statistics.ts";
import { geoStatisticsResource, statisticsResource, topLinkClickedResource } from "./link-statistics.ts";
import { messageResource } from "./message.ts";
import { messageHistoryResource } from "./message-history.ts";
import { messageInformationResource } from "./message-information.ts";
import { messageSentStatisticsResource } from "./message-sent-statistics.ts";
import { messageStateResource } from "./message-state.ts";
import { metaSenderResource } from "./meta-sender.ts";
import { myProfileResource } from "./my-profile.ts";
import { parseRouteResource } from "./parse-route.ts";
import { returnPathResource } from "./return-path.ts";
import { senderResource } from "./sender.ts";
import type { ResourceServices } from "./services.ts";
import { statCountersResource } from "./stat-counters.ts";
import { templateResource } from "./template.ts";
import {
  apiKeyTotalsResource,
  domainStatisticsResource,
  graphStatisticsResource,
  messageStatisticsResource,
  openStatisticsResource,
  senderStatisticsResource,
} from "./total-statistics.ts";
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
    parseRouteResource(services),
    returnPathResource(services),
    senderResource(services),
    templateResource(services),
    userResource(services),
    ...statisticsResources(services),
  ];
}

function statisticsResources(services: ResourceServices): Resource[] {
  return [
    apiKeyTotalsResource(services),
    bounceStatisticsResource(services),
    campaignGraphStatisticsResource(services),
    campaignOverviewResource(services),
    campaignStatisticsResource(services),
    clickStatisticsResource(services),
    domainStatisticsResource(services),
    geoStatisticsResource(services),
    graphStatisticsResource(services),
    messageSentStatisticsResource(services),
    messageStatisticsResource(services),
    openInformationResource(services),
    openStatisticsResource(services),
    senderStatisticsResource(services),
    statCountersResource(services),
    statisticsResource(services),
    topLinkClickedResource(services),
    ...emptyStatisticsResources(),
  ];
}
