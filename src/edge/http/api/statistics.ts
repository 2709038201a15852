import { Type } from "typebox";
import type { Clock } from "../../../base/clock.ts";
import { add, domainsOfDayMax, noCounts, steps, timings } from "../../../core/statistics/index.ts";
import { writeOffset } from "./cursor.ts";
import { closed, Id, Instant, named, nullable, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { StatisticsApi } from "./statistics-api.ts";
import {
  checkZone,
  daysMax,
  daysOf,
  defaultDays,
  idOf,
  pageOf,
  rangeOf,
  shown,
  sourceOf,
  wholeDays,
} from "./statistics-time.ts";
import { readersOf, reasonOf, writeCounts, writePlaceCounts } from "./statistics-write.ts";

const tags = ["statistics"];

const limitMax = 100;
const limitDefault = 25;

const range = {
  from: Type.Optional(
    Type.String({ format: "date-time", description: `Absent: ${defaultDays} days before \`until\`.` }),
  ),
  until: Type.Optional(Type.String({ format: "date-time", description: "Absent: now." })),
};
const campaignId = Type.Optional(Id);
const timing = Type.Optional(
  oneOf(
    timings,
    "`message` (the default): what became of the messages that were accepted in this time. `event`: what happened in it.",
  ),
);
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limitMax, default: limitDefault }));
const cursor = Type.Optional(Type.String({ maxLength: 64, description: "`nextCursor` of the page before." }));
const days = { from: Instant, until: Instant };
const inDays = "Whole days in UTC are counted: those that the time touches.";

/** The counts: over time, by campaign, domain, provider, reason and link. They are sums that are kept while events
 *  happen, and about a second behind. */
export function statisticsRoutes(app: ApiScope, services: StatisticsApi, clock: Pick<Clock, "now">): void {
  addSeries(app, services, clock);
  addCampaigns(app, services, clock);
  addPlaces(app, services, clock);
  addReasons(app, services, clock);
  addLinks(app, services, clock);
}

function addSeries(app: ApiScope, services: StatisticsApi, clock: Pick<Clock, "now">): void {
  app.get(
    "/statistics",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readStatistics",
        summary: "Read statistics over time, of everything, a campaign or a sender",
        description:
          `Steps without anything are there too. At most ${daysMax.hour} days by the hour, ${daysMax.day} by the day, ` +
          `${daysMax.month} by the month. Hours are those of UTC; in a zone that is half an hour off, they belong to the ` +
          "day they begin in.",
        tags,
        querystring: closed({
          ...range,
          step: Type.Optional(oneOf(steps, "`day` when absent.")),
          timeZone: Type.Optional(
            Type.String({
              maxLength: 64,
              description: "Where days and months begin: a name such as Europe/Berlin; UTC when absent.",
            }),
          ),
          timing,
          campaignId,
          senderId: Type.Optional(Id),
        }),
        response: {
          200: closed({
            timing: oneOf(timings),
            step: oneOf(steps),
            timeZone: Type.String(),
            total: named("Statistics"),
            points: Type.Array(closed({ from: Instant, until: Instant, counts: named("Statistics") })),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const { step = "day", timeZone = "UTC", timing: by = "message" } = query;
      checkZone(timeZone);
      const of = sourceOf(query);
      const time = rangeOf(query, clock.now(), daysMax[step]);
      const points = await services.readSeries(principalOf(request), {
        ...of,
        ...time,
        timing: by,
        step,
        timeZone,
      });
      const total = noCounts();
      for (const { counts } of points) add(total, counts);
      return {
        timing: by,
        step,
        timeZone,
        total: writeCounts(total, by),
        points: points.map(({ at, until, counts }) => ({
          from: at.toISOString(),
          until: until.toISOString(),
          counts: writeCounts(counts, by),
        })),
      };
    },
  );
}

function addCampaigns(app: ApiScope, services: StatisticsApi, clock: Pick<Clock, "now">): void {
  app.get(
    "/statistics/campaigns",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listCampaignStatistics",
        summary: "Read statistics by campaign, the one with most messages first",
        description: inDays,
        tags,
        querystring: closed({ ...range, timing, limit, cursor }),
        response: {
          200: closed({
            ...days,
            items: Type.Array(closed({ campaign: named("CampaignReference"), counts: named("Statistics") })),
            nextCursor: nullable(Type.String()),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const { limit: rows = limitDefault, timing: by = "message" } = query;
      const { time, offset } = pageOf(query, clock.now());
      const wish = { ...daysOf(time), timing: by, offset, limit: rows + 1 };
      const found = await services.listCampaignStatistics(principalOf(request), wish);
      return {
        ...shown(time),
        items: found.slice(0, rows).map(({ id, name, createdAt, counts }) => ({
          campaign: { id: String(id), name, createdAt: createdAt.toISOString() },
          counts: writeCounts(counts, by),
        })),
        nextCursor: found.length > rows ? writeOffset(offset + rows) : null,
      };
    },
  );
}

function addPlaces(app: ApiScope, services: StatisticsApi, clock: Pick<Clock, "now">): void {
  app.get(
    "/statistics/domains",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listDomainStatistics",
        summary: "Read statistics by the recipients' domain, the one with most messages first",
        description:
          `${inDays} At most ${daysMax.domains} days. Events are counted when they happened. The first ${domainsOfDayMax} ` +
          "domains of a day have counts of their own; `others` has the rest. Domains are kept as long as events.",
        tags,
        querystring: closed({ ...range, limit }),
        response: {
          200: closed({
            ...days,
            items: Type.Array(closed({ domain: Type.String(), counts: named("PlaceStatistics") })),
            others: closed({ domains: Type.Integer({ minimum: 0 }), counts: named("PlaceStatistics") }),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const { limit: rows = limitDefault } = request.query;
      const time = wholeDays(rangeOf(request.query, clock.now(), daysMax.domains));
      const wish = { ...daysOf(time), limit: rows };
      const { domains, others, count } = await services.listDomainStatistics(principalOf(request), wish);
      return {
        ...shown(time),
        items: domains.map(({ name, counts }) => ({ domain: name, counts: writePlaceCounts(counts) })),
        others: { domains: count - domains.length, counts: writePlaceCounts(others) },
      };
    },
  );
  app.get(
    "/statistics/providers",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listProviderStatistics",
        summary: "Read statistics by the large provider of the recipients' mailboxes",
        description: `${inDays} A message counts when it was accepted, by what became of it last.`,
        tags,
        querystring: closed({ ...range, campaignId }),
        response: {
          200: closed({
            ...days,
            items: Type.Array(closed({ provider: Type.String(), counts: named("PlaceStatistics") })),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const time = wholeDays(rangeOf(request.query, clock.now(), daysMax.day));
      const wish = { ...daysOf(time), campaignId: idOf(request.query.campaignId) };
      const found = await services.listProviderStatistics(principalOf(request), wish);
      const items = found.map(({ name, counts }) => ({ provider: name, counts: writePlaceCounts(counts) }));
      return { ...shown(time), items };
    },
  );
}

function addReasons(app: ApiScope, services: StatisticsApi, clock: Pick<Clock, "now">): void {
  app.get(
    "/statistics/reasons",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listReasonStatistics",
        summary: "Read why messages did not arrive, the most frequent reason first",
        description: `${inDays} Events are counted when they happened.`,
        tags,
        querystring: closed({ ...range, campaignId }),
        response: { 200: closed({ ...days, items: Type.Array(named("ReasonStatistics")) }), ...problems },
      },
    },
    async (request) => {
      const time = wholeDays(rangeOf(request.query, clock.now(), daysMax.day));
      const wish = { ...daysOf(time), campaignId: idOf(request.query.campaignId) };
      const found = await services.listReasonStatistics(principalOf(request), wish);
      return { ...shown(time), items: found.map(reasonOf) };
    },
  );
}

function addLinks(app: ApiScope, services: StatisticsApi, clock: Pick<Clock, "now">): void {
  app.get(
    "/statistics/links",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listLinkStatistics",
        summary: "Read which links were followed, the most followed first",
        description: `${inDays} Links are kept as long as events; without what stands behind their question mark.`,
        tags,
        querystring: closed({ ...range, campaignId, limit, cursor }),
        response: {
          200: closed({
            ...days,
            items: Type.Array(
              closed({
                url: Type.String({ description: "Empty when it is not known any more." }),
                position: Type.Integer({ description: "Which link of the message it was, from 1." }),
                clicked: closed({ raw: Type.Integer(), people: Type.Integer(), machine: Type.Integer() }),
              }),
            ),
            nextCursor: nullable(Type.String()),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const { limit: rows = limitDefault } = query;
      const { time, offset } = pageOf(query, clock.now());
      const wish = { ...daysOf(time), campaignId: idOf(query.campaignId), offset, limit: rows + 1 };
      const found = await services.listLinkStatistics(principalOf(request), wish);
      return {
        ...shown(time),
        items: found.slice(0, rows).map(({ url, position, people, machine }) => ({
          url,
          position,
          clicked: readersOf(people, machine),
        })),
        nextCursor: found.length > rows ? writeOffset(offset + rows) : null,
      };
    },
  );
}
