import type { Counter } from "../../../../core/statistics/index.ts";
import { flag, flagFilter, int16, int32, int64, reference, text, time } from "../rest/property.ts";
import { type Context, defineResource, type Key, type Listing, type Resource } from "../rest/resource.ts";
import { pageFrom, readOrigin } from "./message-filters.ts";
import type { Page } from "./page.ts";
import { countFields, countProperties, notCounted, sentStatus } from "./statistics-filters.ts";
import { type CampaignRecord, type StatisticsServices, triedCounters } from "./statistics-services.ts";

const counted = { isReadOnly: true } as const;
type Services = Pick<StatisticsServices, "listCampaigns" | "listSlices">;

const filters = {
  AXTesting: int64(),
  Blocked: flagFilter(),
  Bounced: flagFilter(),
  CampaignStatus: int16(),
  Click: flagFilter(),
  ContactsList: int64(),
  FromTS: time(),
  FromType: text({ dataType: "LongInt" }),
  GroupAX: flagFilter(),
  HardBounced: flagFilter(),
  IsDeleted: flagFilter(),
  IsStarred: flagFilter(),
  LastActivityAt: time(),
  MaxLastActivityAt: time(),
  MinLastActivityAt: time(),
  NewsLetter: int64(),
  Open: flagFilter(),
  Queued: flagFilter(),
  Segmentation: int64(),
  Sender: int64(),
  Sent: flagFilter(),
  ShowExtraData: flagFilter(),
  SoftBounced: flagFilter(),
  Spam: flagFilter(),
  Subject: text(),
  ToTS: time(),
  Unsubscribed: flagFilter(),
  WorkflowID: int64(),
};
type Filters = Context<typeof filters>["filters"];

/** `campaignstatistics`: campaigns, which are the names that messages were grouped under, with the sums of all time. */
export function campaignStatisticsResource(services: Services): Resource {
  return defineResource({
    name: "campaignstatistics",
    typeName: "CampaignStatistics",
    description: "Counts by campaign.",
    isReadOnly: true,
    uniqueKey: "CustomValue",
    properties: {
      ...countProperties,
      AXTesting: reference("TAXTesting", counted),
      Campaign: reference("TCampaign", counted),
      CampaignIsStarred: flag(counted),
      CampaignSendStartAt: time(counted),
      CampaignSubject: text(counted),
      ContactListName: text(counted),
      LastActivityAt: time(counted),
      NewsLetter: reference("TNewsLetter", counted),
      SegmentName: text(counted),
      Workflow: reference("TWorkflow", counted),
    },
    filters,
    sort: { ID: "both", ProcessedCount: "both", "Newsletter.ID": "both" },
    list: async (query, { principal }): Promise<Listing<ReturnType<typeof rowOf>>> => {
      if (isElsewhere(query.filters)) return { rows: [], total: 0 };
      const by = query.sort?.property === "ProcessedCount" ? ("accepted" as const) : ("id" as const);
      const part = await services.listCampaigns(principal, wishOf(query.filters), { ...pageFrom(query), by });
      return { rows: part.rows.map(rowOf), total: part.total };
    },
    get: async (key, { principal }) => {
      const { rows } = await services.listCampaigns(principal, ofKey(key), single);
      return rows[0] === undefined ? null : rowOf(rows[0]);
    },
  });
}

const single: Page & { by: "id" } = {
  ...{ offset: 0, limit: 1, isNewestFirst: false, wantsRows: true, wantsTotal: false },
  by: "id",
};
const everything = {
  ...{ id: null, name: null, from: null, until: null, has: [] },
  ...{ activeFrom: null, activeUntil: null },
};

function ofKey(key: Key) {
  return key.kind === "id" ? { ...everything, id: key.id } : { ...everything, name: key.parts[0] ?? "" };
}

// There are no lists, newsletters, tests, workflows, starred or deleted campaigns.
function isElsewhere(wanted: Filters): boolean {
  const absent = [
    wanted.AXTesting,
    wanted.ContactsList,
    wanted.NewsLetter,
    wanted.Segmentation,
    wanted.WorkflowID,
  ];
  const isOther = wanted.FromType !== undefined && readOrigin(wanted.FromType) !== "transactional";
  const isMarked =
    wanted.IsDeleted === true ||
    wanted.IsStarred === true ||
    (wanted.CampaignStatus ?? sentStatus) !== sentStatus;
  return isMarked || isOther || absent.some((value) => value !== undefined) || (wanted.Subject ?? "") !== "";
}

const flagCounters: [keyof Filters, Counter[], Counter[]?][] = [
  ["Blocked", ["blocked", "cancelled"]],
  ["Bounced", ["bouncedHard", "bouncedSoft", "expired"]],
  ["Click", ["clickedPeople"]],
  ["HardBounced", ["bouncedHard"]],
  ["Open", ["openedPeople"]],
  ["Queued", ["accepted"], triedCounters],
  ["Sent", ["sent"]],
  ["SoftBounced", ["bouncedSoft", "expired"]],
  ["Spam", ["complained"]],
  ["Unsubscribed", ["unsubscribed"]],
];

function wishOf(wanted: Filters) {
  const { LastActivityAt: at, MinLastActivityAt: min, MaxLastActivityAt: max } = wanted;
  if (wanted.Sender !== undefined) throw notCounted("Sender", "Campaigns are not counted by sender");
  return {
    ...everything,
    activeFrom: latest(at, min),
    activeUntil: earliest(at, max),
    from: wanted.FromTS ?? null,
    until: wanted.ToTS ?? null,
    has: flagCounters.flatMap(([name, counters, without = []]) =>
      typeof wanted[name] === "boolean" ? [{ counters, without, isWanted: wanted[name] }] : [],
    ),
  };
}

function latest(...times: (Date | null | undefined)[]): Date | null {
  const known = times.filter((time) => time instanceof Date).map((time) => time.getTime());
  return known.length === 0 ? null : new Date(Math.max(...known));
}

function earliest(...times: (Date | null | undefined)[]): Date | null {
  const known = times.filter((time) => time instanceof Date).map((time) => time.getTime());
  return known.length === 0 ? null : new Date(Math.min(...known));
}

function rowOf({ id, name, createdAt, counts, lastAt }: CampaignRecord) {
  return {
    ...countFields(counts),
    AXTestingID: null,
    CampaignID: id,
    CampaignIsStarred: false,
    CampaignSendStartAt: createdAt,
    CampaignSubject: name,
    ContactListName: "",
    LastActivityAt: lastAt,
    NewsLetterID: null,
    SegmentName: "",
    WorkflowID: null,
  };
}

/** `campaignoverview`: the same, as a list for people. */
export function campaignOverviewResource(services: Services): Resource {
  return defineResource({
    name: "campaignoverview",
    typeName: "CampaignOverview",
    description: "Campaigns with their main counts.",
    isReadOnly: true,
    uniqueKey: "IDType|ID",
    properties: {
      ClickedCount: int64(counted),
      DeliveredCount: int64(counted),
      EditMode: text(counted),
      EditType: text(counted),
      ID: int64(counted),
      IDType: text(counted),
      OpenedCount: int64(counted),
      ProcessedCount: int64(counted),
      SendTimeStart: int64(counted),
      Starred: flag(counted),
      Status: int32(counted),
      Subject: text(counted),
      Title: text(counted),
    },
    filters: {
      All: flagFilter(),
      Archived: flagFilter(),
      Drafts: flagFilter(),
      ID: int64(),
      IDType: text(),
      Programmed: flagFilter(),
      Sent: flagFilter(),
      Starred: flagFilter(),
      Subject: text(),
    },
    sort: { ID: "ascending" },
    list: async (query, { principal }): Promise<Listing<ReturnType<typeof overviewOf>>> => {
      const { Archived, Drafts, Programmed, Starred, Sent, ID: id, IDType: type, Subject } = query.filters;
      const isOther =
        [Archived, Drafts, Programmed].includes(true) && Sent !== true && query.filters.All !== true;
      const isTyped = type === undefined || type.toLowerCase() === "campaign";
      if (isOther || Starred === true || Sent === false || !isTyped) return { rows: [], total: 0 };
      const wish = {
        ...everything,
        id: id === undefined ? null : BigInt(id),
        name: Subject === undefined || Subject === "" ? null : Subject,
      };
      const part = await services.listCampaigns(principal, wish, { ...pageFrom(query), by: "id" });
      return { rows: part.rows.map(overviewOf), total: part.total };
    },
    get: async (key, { principal }) => {
      const [type, id] = key.kind === "unique" ? key.parts : ["", ""];
      if (type?.toLowerCase() !== "campaign" || !/^\d{1,18}$/.test(id ?? "")) return null;
      const wish = { ...everything, id: BigInt(id ?? "0") };
      const { rows } = await services.listCampaigns(principal, wish, single);
      return rows[0] === undefined ? null : overviewOf(rows[0]);
    },
  });
}

function overviewOf({ id, name, createdAt, counts }: CampaignRecord) {
  const { ClickedCount, DeliveredCount, OpenedCount, ProcessedCount } = countFields(counts);
  return {
    ...{ ClickedCount, DeliveredCount, OpenedCount, ProcessedCount },
    EditMode: "html",
    EditType: "unknown",
    ID: id,
    IDType: "Campaign",
    SendTimeStart: Math.floor(createdAt.getTime() / 1000),
    Starred: false,
    Status: sentStatus,
    Subject: name,
    Title: name,
  };
}

// Hours of a campaign's chart in which anything was done, the newest.
const ticksMax = 1000;

/** `campaigngraphstatistics`: what readers did with campaigns, by the hour. */
export function campaignGraphStatisticsResource(services: Services): Resource {
  return defineResource({
    name: "campaigngraphstatistics",
    typeName: "CampaignGraphStatistics",
    description: "What readers did with campaigns, by the hour.",
    isReadOnly: true,
    properties: {
      Clickcount: int64(counted),
      ID: int64(counted),
      Opencount: int64(counted),
      Spamcount: int64(counted),
      Tick: int64(counted),
      Unsubcount: int64(counted),
    },
    filters: {
      Click: flagFilter(),
      IDS: text(),
      Open: flagFilter(),
      Range: text(),
      Spam: flagFilter(),
      Unsub: flagFilter(),
    },
    sort: { ID: "ascending" },
    list: async (query, { principal, now }) => {
      const sourceIds = (query.filters.IDS ?? "")
        .split(",")
        .map((id) => id.trim())
        .filter((id) => /^\d{1,18}$/.test(id))
        .map(BigInt);
      const slices = await services.listSlices(principal, {
        ...{ source: "campaign", sourceIds, timing: "event", resolution: "hour" },
        ...{ from: new Date(0), until: now, limit: ticksMax },
        has: ["clickedPeople", "openedPeople", "complained", "unsubscribed"],
      });
      const rows = slices.map(({ sourceId, at, counts }) => ({
        Clickcount: counts.clickedPeople,
        ID: sourceId,
        Opencount: counts.openedPeople,
        Spamcount: counts.complained,
        Tick: Math.floor(at.getTime() / 1000),
        Unsubcount: counts.unsubscribed,
      }));
      return { rows: rows.slice(query.offset, query.offset + query.limit), total: rows.length };
    },
  });
}
