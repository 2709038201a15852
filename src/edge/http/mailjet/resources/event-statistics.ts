import { RestFailure } from "../rest/failure.ts";
import { flag, int64, reference, text, time } from "../rest/property.ts";
import {
  type Context,
  defineResource,
  type Listing,
  type ListQuery,
  type Resource,
} from "../rest/resource.ts";
import type { SenderServices } from "./account-services.ts";
import { pageFrom } from "./message-filters.ts";
import type { Part } from "./page.ts";
import { campaignFilters, dayMs, scopeOf } from "./statistics-filters.ts";
import type { EventFilter, EventRecord, StatisticsServices } from "./statistics-services.ts";
import { requireAll } from "./total-statistics.ts";

const shown = { isReadOnly: true } as const;
const must = { ...shown, isRequired: true } as const;
const eventFilters = {
  ...campaignFilters,
  EventFromTs: time(),
  EventToTs: time(),
  MessageStatus: text({ dataType: "TMessageStatus" }),
  MessageID: int64(),
};
type Services = StatisticsServices & Pick<SenderServices, "listSenders">;
type Query = ListQuery<typeof eventFilters>;

// Events of a kind, newest last. Without a time it is today; with a campaign or a message it is all that is kept.
async function eventsOf(
  services: Services,
  kinds: EventFilter["kinds"],
  query: Query,
  { principal, now }: Context<typeof eventFilters>,
): Promise<Part<EventRecord>> {
  const { EventFromTs, EventToTs, MessageID } = query.filters;
  const scope = await scopeOf(services, principal, query.filters);
  if (scope === null) return { rows: [], total: 0 };
  if (scope.source === "sender") requireAll(scope, query.filters);
  const isNarrow = scope.campaignId !== null || MessageID !== undefined;
  const today = new Date(Math.floor(now.getTime() / dayMs) * dayMs);
  const from = EventFromTs ?? scope.from ?? (isNarrow ? new Date(0) : today);
  const until = EventToTs ?? scope.until ?? new Date(now.getTime() + 1);
  if (from > until) throw new RestFailure(400, "The time begins after its end", { relatedTo: ["FromTS"] });
  const messageId = MessageID === undefined ? null : BigInt(MessageID);
  const filter = { kinds, from, until, campaignId: scope.campaignId, messageId };
  return services.listEvents(principal, filter, pageFrom(query));
}

/** `openinformation`: openings by readers who have agreed to being told apart; nobody knows whose the others are. */
export function openInformationResource(services: Services): Resource {
  return defineResource({
    name: "openinformation",
    typeName: "OpenInformation",
    description: "Openings whose reader has agreed to being told apart.",
    isReadOnly: true,
    properties: {
      ArrivedAt: time(shown),
      Campaign: reference("TCampaign", must),
      Contact: reference("TContact", must),
      ID: int64(shown),
      MessageID: int64(shown),
      OpenedAt: time(shown),
      UserAgent: reference("TUserAgent", shown),
      UserAgentFull: text(shown),
    },
    filters: eventFilters,
    sort: { ID: "ascending" },
    list: async (query, context): Promise<Listing<ReturnType<typeof openingOf>>> => {
      const part = await eventsOf(services, "openings", query, context);
      return { rows: part.rows.map(openingOf), total: part.total };
    },
  });
}

function openingOf({ id, at, messageId, arrivedAt, campaignId, contactId }: EventRecord) {
  return {
    ArrivedAt: arrivedAt,
    CampaignID: campaignId ?? 0n,
    ContactID: contactId,
    ID: id,
    MessageID: messageId,
    OpenedAt: at,
    UserAgentID: null,
    UserAgentFull: "",
  };
}

/** `clickstatistics`: clicks by readers who have agreed to being told apart. */
export function clickStatisticsResource(services: Services): Resource {
  return defineResource({
    name: "clickstatistics",
    typeName: "ClickStatistics",
    description: "Clicks whose reader has agreed to being told apart.",
    isReadOnly: true,
    properties: {
      ClickedAt: time(shown),
      ClickedDelay: int64(shown),
      Contact: reference("TContact", must),
      ID: int64(shown),
      Message: reference("TMessage", must),
      Url: text(must),
      UserAgent: reference("TUserAgent", must),
    },
    filters: eventFilters,
    sort: { ID: "ascending" },
    list: async (query, context): Promise<Listing<ReturnType<typeof clickOf>>> => {
      const part = await eventsOf(services, "clicks", query, context);
      return { rows: part.rows.map(clickOf), total: part.total };
    },
    actions: { export: exportAction },
  });
}

function clickOf({ id, at, messageId, arrivedAt, contactId, url }: EventRecord) {
  return {
    ClickedAt: at,
    ClickedDelay: Math.max(0, Math.floor((at.getTime() - arrivedAt.getTime()) / 1000)),
    ContactID: contactId,
    ID: id,
    MessageID: messageId,
    Url: url,
    UserAgentID: null,
  };
}

/** `bouncestatistics`: messages that did not arrive. */
export function bounceStatisticsResource(services: Services): Resource {
  return defineResource({
    name: "bouncestatistics",
    typeName: "BounceStatistics",
    description: "Messages that did not arrive.",
    isReadOnly: true,
    properties: {
      BouncedAt: time(shown),
      Campaign: reference("TCampaign", must),
      Contact: reference("TContact", must),
      ID: int64(shown),
      IsBlocked: flag(shown),
      IsStatePermanent: flag(shown),
      State: reference("TMessageState", shown),
    },
    filters: eventFilters,
    sort: { ID: "ascending" },
    list: async (query, context): Promise<Listing<ReturnType<typeof bounceOf>>> => {
      const part = await eventsOf(services, "bounces", query, context);
      return { rows: part.rows.map(bounceOf), total: part.total };
    },
  });
}

function bounceOf({ id, at, campaignId, contactId, kind, reason, isPermanent }: EventRecord) {
  return {
    BouncedAt: at,
    CampaignID: campaignId ?? 0n,
    ContactID: contactId,
    ID: id,
    IsBlocked: kind === "blocked",
    IsStatePermanent: isPermanent,
    StateID: reason === null ? null : BigInt(reason),
  };
}

/** Named by the self-description; what it exports, and in which form, is not public. */
export const exportAction = { isGlobal: true, parameters: {}, properties: {}, operations: {} };
