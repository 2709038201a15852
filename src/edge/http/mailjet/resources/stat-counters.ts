import type { Counts, Resolution, Source, Timing } from "../../../../core/statistics/index.ts";
import { invalidParameter, RestFailure } from "../rest/failure.ts";
import { ids, int64, text, time } from "../rest/property.ts";
import { type Context, defineResource, type Listing, type Resource } from "../rest/resource.ts";
import { queuedOf, type StatisticsServices } from "./statistics-services.ts";

const counted = { isReadOnly: true } as const;

const filters = {
  APIKeyID: int64(),
  CampaignID: int64(),
  CounterResolution: text({ dataType: "TCounterResolution" }),
  CounterSource: text({ dataType: "TCounterSource" }),
  CounterTiming: text({ dataType: "TCounterTiming" }),
  CounterType: text(),
  FromTS: time(),
  IdentityID: int64(),
  SourceID: int64({ isUndescribed: true }),
  SourceIDs: ids(),
  ToTS: time(),
};
type Filters = Context<typeof filters>["filters"];

const properties = {
  APIKeyID: int64(counted),
  EventClickDelay: int64(counted),
  EventClickedCount: int64(counted),
  EventOpenDelay: int64(counted),
  EventOpenedCount: int64(counted),
  EventSpamCount: int64(counted),
  EventUnsubscribedCount: int64(counted),
  EventWorkflowExitedCount: int64(counted),
  MessageBlockedCount: int64(counted),
  MessageClickedCount: int64(counted),
  MessageDeferredCount: int64(counted),
  MessageHardBouncedCount: int64(counted),
  MessageOpenedCount: int64(counted),
  MessageQueuedCount: int64(counted),
  MessageSentCount: int64(counted),
  MessageSoftBouncedCount: int64(counted),
  MessageSpamCount: int64(counted),
  MessageUnsubscribedCount: int64(counted),
  MessageWorkFlowExitedCount: int64(counted),
  SourceID: int64(counted),
  Timeslice: time(counted),
  Total: int64(counted),
};

/** `statcounters`: what was counted of a key, a campaign or a sender, by slices of time or for all time. */
export function statCountersResource(
  services: Pick<StatisticsServices, "listSlices" | "listTotals">,
): Resource {
  return defineResource({
    name: "statcounters",
    typeName: "StatCounters",
    description: "Counters by source, timing and resolution.",
    isReadOnly: true,
    properties,
    filters,
    uniqueKey: "CounterType|SourceID|APIKeyID|TimeSlice",
    sort: { ID: "ascending" },
    list: async (query, { principal, now }): Promise<Listing<ReturnType<typeof rowOf>>> => {
      const wish = wishOf(query.filters);
      const { actor } = principal;
      const keyId = actor.kind === "key" ? actor.id : 0n;
      const { APIKeyID: asked } = query.filters;
      // Counts of a sub-account are read with its own key pair; lists there are none of.
      if (wish.source === "list" || (asked !== undefined && BigInt(asked) !== keyId)) return none;
      const { source, timing, resolution } = wish;
      const sourceIds = source === "account" ? [0n] : wish.sourceIds;
      const shown = (sourceId: bigint) => (source === "account" ? keyId : sourceId);
      if (resolution === "lifetime") {
        const totals = await services.listTotals(principal, { source, sourceIds, timing });
        const rows = totals.map(({ sourceId, counts }) =>
          rowOf(counts, { keyId, sourceId: shown(sourceId), at: null, timing }),
        );
        return { rows: rows.slice(query.offset, query.offset + query.limit), total: rows.length };
      }
      const range = rangeOf(query.filters, resolution, now);
      requireFew(sourceIds, range, resolution);
      const all = { source, sourceIds, timing, resolution, ...range, limit: rowsMax };
      const slices = await services.listSlices(principal, all);
      const page = slices.slice(query.offset, query.offset + query.limit);
      return {
        rows: page.map(({ sourceId, at, counts }) =>
          rowOf(counts, { keyId, sourceId: shown(sourceId), at, timing }),
        ),
        total: slices.length,
      };
    },
    get: async () => null,
  });
}

const none = { rows: [], total: 0 };

const sourceWords: Record<string, Source | "list"> = {
  apikey: "account",
  campaign: "campaign",
  list: "list",
  sender: "sender",
  a: "account",
  c: "campaign",
  l: "list",
  s: "sender",
};
const timingWords: Record<string, Timing> = { message: "message", event: "event", m: "message", e: "event" };
const resolutionWords: Record<string, Resolution | "lifetime"> = {
  highest: "five",
  hour: "hour",
  day: "day",
  lifetime: "lifetime",
  s: "five",
  h: "hour",
  d: "day",
  l: "lifetime",
};

interface Wish {
  source: Source | "list";
  timing: Timing;
  resolution: Resolution | "lifetime";
  sourceIds: bigint[];
}

function wishOf(wanted: Filters): Wish {
  const campaign = wanted.CampaignID;
  const [typeSource, typeTiming, typeResolution] = wordsOfType(wanted.CounterType);
  const source = wordIn(
    sourceWords,
    "CounterSource",
    wanted.CounterSource ?? typeSource ?? (campaign === undefined ? undefined : "campaign"),
  );
  const wish = {
    source,
    timing: wordIn(timingWords, "CounterTiming", wanted.CounterTiming ?? typeTiming),
    resolution: wordIn(resolutionWords, "CounterResolution", wanted.CounterResolution ?? typeResolution),
  };
  if (wish.resolution === "lifetime") {
    for (const name of ["FromTS", "ToTS"] as const) {
      if (wanted[name] === undefined || wanted[name] === null) continue;
      throw new RestFailure(400, `${name} cannot be combined with CounterResolution Lifetime`, {
        relatedTo: [name],
      });
    }
  }
  const given = wanted.SourceID ?? (source === "campaign" ? campaign : undefined);
  const sourceIds = [...(wanted.SourceIDs ?? []), ...(given === undefined ? [] : [BigInt(given)])];
  if (source !== "account" && sourceIds.length === 0) throw invalidParameter("SourceID", "");
  return { ...wish, sourceIds };
}

// CounterType is the three words by their first letters; the finest resolution is S.
function wordsOfType(type: string | undefined): (string | undefined)[] {
  if (type === undefined || type === "") return [];
  if (!/^[acls][em][shdl]$/i.test(type)) throw invalidParameter("CounterType", type);
  return [...type];
}

function wordIn<T>(words: Record<string, T>, name: string, value: string | undefined): T {
  const key = value?.toLowerCase() ?? "";
  const found = Object.hasOwn(words, key) ? words[key] : undefined;
  if (found === undefined) throw invalidParameter(name, value ?? "");
  return found;
}

const spans: Record<Resolution, number> = { five: 300_000, hour: 3_600_000, day: 86_400_000 };
// Without a time, a hundred slices; more than this nobody gets at once.
const slicesUsual = 100;
const slicesMax = 1000;
// Slices of all sources together: some 10 MB while the answer is made.
const rowsMax = 20_000;

function requireFew(sourceIds: bigint[], { from, until }: { from: Date; until: Date }, by: Resolution): void {
  const slices = Math.ceil((until.getTime() - from.getTime()) / spans[by]);
  if (new Set(sourceIds).size * slices <= rowsMax) return;
  throw new RestFailure(
    400,
    `SourceIDs have more than ${rowsMax} slices together: name fewer, or a shorter time`,
    {
      relatedTo: ["SourceIDs", "FromTS", "ToTS"],
    },
  );
}

function rangeOf(wanted: Filters, resolution: Resolution, now: Date): { from: Date; until: Date } {
  const span = spans[resolution];
  const until = wanted.ToTS ?? now;
  const from = wanted.FromTS ?? new Date(until.getTime() - slicesUsual * span);
  if (until.getTime() - from.getTime() > slicesMax * span) {
    throw new RestFailure(400, `The time between FromTS and ToTS has more than ${slicesMax} slices`, {
      relatedTo: ["FromTS", "ToTS"],
    });
  }
  return { from: new Date(Math.floor(from.getTime() / span) * span), until };
}

function rowOf(
  counts: Counts,
  { keyId, sourceId, at, timing }: { keyId: bigint; sourceId: bigint; at: Date | null; timing: Timing },
) {
  return {
    APIKeyID: keyId,
    EventClickDelay: 0,
    EventClickedCount: counts.clickedPeople,
    EventOpenDelay: 0,
    EventOpenedCount: counts.openedPeople,
    EventSpamCount: counts.complained,
    EventUnsubscribedCount: counts.unsubscribed,
    EventWorkflowExitedCount: 0,
    MessageBlockedCount: counts.blocked + counts.cancelled,
    MessageClickedCount: counts.clickedMessages,
    MessageDeferredCount: counts.deferred,
    MessageHardBouncedCount: counts.bouncedHard,
    MessageOpenedCount: counts.openedMessages,
    MessageQueuedCount: timing === "message" ? queuedOf(counts) : 0,
    MessageSentCount: counts.sent,
    MessageSoftBouncedCount: counts.bouncedSoft + counts.expired,
    MessageSpamCount: counts.complained,
    MessageUnsubscribedCount: counts.unsubscribed,
    MessageWorkFlowExitedCount: 0,
    SourceID: sourceId,
    Timeslice: at,
    Total: counts.accepted,
  };
}
