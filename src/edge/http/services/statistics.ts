import { dateOf, idAt } from "../../../base/ids.ts";
import {
  countEventList,
  type EventKind,
  type EventList,
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
  selectCampaignTotals,
  selectDomainStatistics,
  selectLinkStatistics,
  selectProviderStatistics,
  selectSlices,
  selectTotals,
} from "../../../core/statistics/index.ts";
import type { Page, Part } from "../mailjet/resources/page.ts";
import type {
  EventFilter,
  EventRecord,
  StatisticsServices,
} from "../mailjet/resources/statistics-services.ts";
import type { Principal } from "../principal.ts";
import { readOwn, type ServiceContext } from "./context.ts";

/** What Mailjet's statistics are made of. */
export function statisticsServices(context: ServiceContext): StatisticsServices {
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
    listEvents: (principal, filter, page) => listEvents(context, principal, filter, page),
  };
}

const anyCampaign: CampaignWish = {
  ...{ id: null, lookup: null, from: null, until: null, has: [], offset: 0, limit: 1 },
  order: { by: "id", isDescending: false },
};

function lookupOf({ keyring }: ServiceContext, { accountId }: Principal, name: string): Buffer {
  return keyring.lookup(accountId, `campaign/${name}`);
}

const kindsOf: Record<EventFilter["kinds"], EventKind[]> = {
  bounces: ["bounced", "expired", "blocked", "cancelled"],
  openings: ["opened"],
  clicks: ["clicked"],
};

// Events that are looked at for those of one campaign.
const lookedAtMax = 20_000;
const partMax = 1000;

async function listEvents(
  context: ServiceContext,
  principal: Principal,
  { kinds, from, until, campaignId, messageId }: EventFilter,
  page: Page,
): Promise<Part<EventRecord>> {
  const { accountId } = principal;
  const list: EventList = {
    kinds: kindsOf[kinds],
    fromId: idAt(new Date(Math.max(0, from.getTime()))),
    untilId: idAt(until),
    messageId,
    isNewestFirst: page.isNewestFirst,
    offset: page.offset,
    limit: page.limit,
  };
  return readOwn(context, principal, async (reader) => {
    const describe = async (part: EventList) =>
      describeEvents(reader, context.keyring, accountId, await selectEventList(reader, accountId, part));
    if (campaignId !== null) {
      const found = await ofCampaign(describe, list, campaignId);
      return { rows: found.slice(page.offset, page.offset + page.limit).map(recordOf), total: found.length };
    }
    const total = page.wantsTotal ? await countEventList(reader, accountId, list) : 0;
    const events = page.wantsRows ? await describe(list) : [];
    return { rows: known(events).map(recordOf), total };
  });
}

type Known = DescribedEvent & { message: NonNullable<DescribedEvent["message"]> };

function known(events: readonly DescribedEvent[]): Known[] {
  return events.flatMap((event) => (event.message === null ? [] : [{ ...event, message: event.message }]));
}

// The events of one campaign are not together: its messages say whose they are.
async function ofCampaign(
  describe: (part: EventList) => Promise<DescribedEvent[]>,
  list: EventList,
  campaignId: bigint,
): Promise<Known[]> {
  const found: Known[] = [];
  for (let offset = 0; offset < lookedAtMax; offset += partMax) {
    const part = await describe({ ...list, offset, limit: partMax });
    found.push(...known(part).filter(({ message }) => message.campaignId === campaignId));
    if (part.length < partMax) break;
  }
  return found;
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
