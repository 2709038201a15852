import type { Sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { dateOf, idAt } from "../../../base/ids.ts";
import {
  countEventList,
  type EventKind,
  type EventList,
  hasMoreEvents,
  selectEventList,
} from "../../../core/events/index.ts";
import {
  type DescribedEvent,
  describeEvents,
  destinationIdOf,
  isHardBounce,
} from "../../../core/messages/index.ts";
import {
  type CampaignWish,
  countCampaigns,
  isBySums,
  selectCampaignTotals,
  selectCountryStatistics,
  selectDomainStatistics,
  selectLinkStatistics,
  selectProviderStatistics,
  selectSlices,
  selectTotals,
} from "../../../core/statistics/index.ts";
import type { Page } from "../mailjet/resources/page.ts";
import type {
  EventFilter,
  EventRecord,
  StatisticsServices,
} from "../mailjet/resources/statistics-services.ts";
import type { Principal } from "../principal.ts";
import { readOwn, type ServiceContext } from "./context.ts";

/** What Mailjet's statistics are made of.
 *  @param most events that are gone through for those of one campaign, and campaigns that are summed up to be chosen */
export function statisticsServices(
  context: ServiceContext,
  most: { events?: number; campaigns?: number } = {},
): StatisticsServices {
  const { events: lookedAt = lookedAtMax, campaigns: summed = summedMax } = most;
  const { keyring } = context;
  return {
    listSlices: (principal, wish) =>
      readOwn(context, principal, (reader) => selectSlices(reader, principal.accountId, wish)),
    listTotals: (principal, wish) =>
      readOwn(context, principal, (reader) => selectTotals(reader, principal.accountId, wish)),
    findCampaign: (principal, name) =>
      readOwn(context, principal, async (reader) => {
        const wish = { ...anyCampaign, lookup: lookupOf(context, principal, name) };
        const [found] = await selectCampaignTotals(reader, principal.accountId, wish);
        return found?.id ?? null;
      }),
    listCampaigns: (principal, { name, ...rest }, { by, isNewestFirst, offset, limit, ...page }) =>
      readOwn(context, principal, async (reader) => {
        const { accountId } = principal;
        const lookup = name === null ? null : lookupOf(context, principal, name);
        const wish = { ...rest, lookup, order: { by, isDescending: isNewestFirst }, offset, limit };
        await requireFew(reader, accountId, wish, summed);
        const rows = page.wantsRows ? await selectCampaignTotals(reader, accountId, wish) : [];
        return {
          rows: rows.map(({ sealedName, ...row }) => ({
            ...row,
            name: keyring.openIdentity({ table: "campaign", accountId, id: row.id }, sealedName).toString(),
          })),
          total: page.wantsTotal ? await countCampaigns(reader, accountId, wish) : 0,
        };
      }),
    listDomainCounts: (principal, days, limit) =>
      readOwn(context, principal, async (reader) => {
        const { domains } = await selectDomainStatistics(reader, principal.accountId, { ...days, limit });
        return domains.map(({ name, counts }) => ({ domain: name, id: destinationIdOf(name), counts }));
      }),
    listProviders: (principal, campaignId) =>
      readOwn(context, principal, (reader) =>
        selectProviderStatistics(reader, principal.accountId, { campaignId, days: null }),
      ),
    listCountries: (principal, wish) =>
      readOwn(context, principal, (reader) => selectCountryStatistics(reader, principal.accountId, wish)),
    listLinks: (principal, wish) =>
      readOwn(context, principal, async (reader) => {
        const { accountId } = principal;
        const links = await selectLinkStatistics(reader, accountId, wish);
        return links.map(({ link, id, sealedUrl, ...row }) => {
          const place = { table: "statistic_link_target", accountId, id: id ?? 0n };
          const url = sealedUrl === null ? "" : keyring.openIdentity(place, sealedUrl).toString();
          // As many bits as a JavaScript number holds.
          return { ...row, url, id: (link.readBigUInt64BE(0) >> 12n) + 1n };
        });
      }),
    listEvents: (principal, filter, page) =>
      readOwn(context, principal, async (reader) => {
        const list = listOf(filter, page);
        const { accountId } = principal;
        const wanted = await withinCampaign(reader, accountId, list, lookedAt);
        if (wanted === null) return { rows: [], total: 0 };
        const total = page.wantsTotal ? await countEventList(reader, accountId, wanted) : 0;
        const events = page.wantsRows ? await selectEventList(reader, accountId, wanted) : [];
        const described = await describeEvents(reader, keyring, accountId, events);
        return { rows: known(described).map(recordOf), total };
      }),
  };
}

const anyCampaign: CampaignWish = {
  ...{ id: null, lookup: null, from: null, until: null, has: [], offset: 0, limit: 1 },
  ...{ activeFrom: null, activeUntil: null },
  order: { by: "id", isDescending: false },
};

// Campaigns that are summed up to know which are wanted.
const summedMax = 10_000;

async function requireFew(reader: Sql, accountId: bigint, wish: CampaignWish, most: number): Promise<void> {
  if (!isBySums(wish)) return;
  const all = { ...wish, has: [], activeFrom: null, activeUntil: null };
  if ((await countCampaigns(reader, accountId, all)) <= most) return;
  const remedy = "Name a shorter time with FromTS and ToTS, or leave out filters and the order by counts";
  throw new Refusal("invalid", `More than ${most} campaigns would have to be summed up. ${remedy}`, {
    field: "FromTS",
  });
}

function lookupOf({ keyring }: ServiceContext, { accountId }: Principal, name: string): Buffer {
  return keyring.lookup(accountId, `campaign/${name}`);
}

const kindsOf: Record<EventFilter["kinds"], EventKind[]> = {
  bounces: ["bounced", "expired", "blocked", "cancelled"],
  openings: ["opened"],
  clicks: ["clicked"],
};

// Events that are gone through for those of one campaign: well within the ten seconds that a request may ask for.
const lookedAtMax = 1_000_000;
// Clocks of nodes differ.
const beforeMs = 3_600_000;
// The last activity is an hour, and sums may be behind what happens: days, where they are counted anew.
const lateCountDays = 5;
const dayMs = 86_400_000;

function listOf({ kinds, from, until, campaignId, messageId }: EventFilter, page: Page): EventList {
  return {
    kinds: kindsOf[kinds],
    fromId: idAt(new Date(Math.max(0, from.getTime()))),
    untilId: idAt(until),
    messageId,
    campaignId,
    isNewestFirst: page.isNewestFirst,
    offset: page.offset,
    limit: page.limit,
  };
}

// The events of one campaign are not together: all that happened to the account while the campaign was alive is gone
// through, and only if that is not too much.
async function withinCampaign(
  reader: Sql,
  accountId: bigint,
  list: EventList,
  lookedAt: number,
): Promise<EventList | null> {
  const { campaignId } = list;
  if (campaignId === null) return list;
  const [campaign] = await selectCampaignTotals(reader, accountId, { ...anyCampaign, id: campaignId });
  if (campaign === undefined) return null;
  const { createdAt, lastAt } = campaign;
  const fromId = largest(list.fromId, idAt(new Date(createdAt.getTime() - beforeMs)));
  const endId = lastAt === null ? list.untilId : idAt(new Date(lastAt.getTime() + lateCountDays * dayMs));
  const within = { ...list, fromId, untilId: endId < list.untilId ? endId : list.untilId };
  const isBounded = list.messageId !== null;
  if (!isBounded && (await hasMoreEvents(reader, accountId, { ...within, count: lookedAt }))) {
    const words = `More than ${lookedAt} events happened in this time. Name a shorter one with EventFromTs and EventToTs`;
    throw new Refusal("invalid", words, { field: "EventFromTs" });
  }
  return within;
}

function largest(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}

type Known = DescribedEvent & { message: NonNullable<DescribedEvent["message"]> };

function known(events: readonly DescribedEvent[]): Known[] {
  return events.flatMap((event) => (event.message === null ? [] : [{ ...event, message: event.message }]));
}

function recordOf({ event, at, words, message }: Known): EventRecord {
  const { id, kind, reason } = event;
  const isBlocked = kind === "blocked" || kind === "cancelled";
  return {
    id,
    at,
    messageId: message.id,
    arrivedAt: dateOf(message.id),
    campaignId: message.campaignId,
    contactId: message.contactId,
    kind: kind === "opened" || kind === "clicked" ? kind : isBlocked ? "blocked" : "bounced",
    reason,
    isPermanent: isBlocked || (kind === "bounced" && isHardBounce({ state: "bounced", reason })),
    url: words.url ?? "",
  };
}
