import { dateOf } from "../../base/ids.ts";
import { isHardBounce } from "../messages/index.ts";
import { add, type Counter, type Counts, noCounts, noPlaceCounts, type PlaceCounts } from "./counts.ts";
import type { Fact } from "./fact.ts";
import { providerOf } from "./provider.ts";

export const sources = ["account", "campaign", "sender"] as const;
export type Source = (typeof sources)[number];
export const timings = ["event", "message"] as const;
export type Timing = (typeof timings)[number];
export type Resolution = "five" | "hour" | "day";

const minuteMs = 60_000;
export const fiveMs = 5 * minuteMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
const spans: Record<Resolution, number> = { five: fiveMs, hour: hourMs, day: dayMs };
const resolutions = Object.keys(spans) as Resolution[];

/** What a row of the statistics counts for. */
export interface StatisticRow {
  accountId: bigint;
  source: Source;
  /** 0 for the account itself. */
  sourceId: bigint;
  timing: Timing;
  resolution: Resolution;
  sliceMs: number;
  counts: Counts;
}

export interface DomainRow {
  accountId: bigint;
  dayMs: number;
  domain: string;
  counts: PlaceCounts;
}

export interface ProviderRow {
  accountId: bigint;
  campaignId: bigint;
  dayMs: number;
  provider: string;
  counts: PlaceCounts;
}

export const reasonKinds = ["bounced", "blocked", "deferred", "expired"] as const;
export type ReasonKind = (typeof reasonKinds)[number];

export interface ReasonRow {
  accountId: bigint;
  campaignId: bigint;
  dayMs: number;
  kind: ReasonKind;
  reason: number;
  events: number;
}

export interface LinkRow {
  accountId: bigint;
  campaignId: bigint;
  dayMs: number;
  link: Buffer;
  position: number;
  people: number;
  machine: number;
  /** Where one of its clicks is told, sealed as the event is. */
  sample: { eventId: bigint; sealed: Buffer } | null;
}

/** Openings and clicks of people from a country. */
export interface CountryRow {
  accountId: bigint;
  campaignId: bigint;
  dayMs: number;
  country: string;
  opened: number;
  clicked: number;
}

/** Messages that were accepted. */
export interface Intake {
  accountId: bigint;
  campaignId: bigint | null;
  senderId: bigint | null;
  slice: Date;
  messages: number;
}

/** Adds up facts in memory: as many rows as there are different things to count, however many facts. The same facts make
 *  the same rows in whatever parts they come. */
export class Tally {
  readonly #range: { from: number; until: number } | null;
  readonly #fine = new Map<string, Omit<StatisticRow, "resolution">>();
  readonly #domains = new Map<string, DomainRow>();
  readonly #providers = new Map<string, ProviderRow>();
  readonly #reasons = new Map<string, ReasonRow>();
  readonly #links = new Map<string, LinkRow>();
  readonly #countries = new Map<string, CountryRow>();

  /** @param range only what falls into it is counted: whole days */
  constructor(range: { from: Date; until: Date } | null = null) {
    this.#range = range === null ? null : { from: range.from.getTime(), until: range.until.getTime() };
  }

  addIntake({ accountId, campaignId, senderId, slice, messages }: Intake): void {
    const of = { accountId, campaignId, senderId };
    for (const timing of timings) this.#count(of, timing, slice.getTime(), { accepted: messages });
  }

  add(fact: Fact): void {
    const { event, message } = fact;
    const { accountId } = event;
    const campaignId = event.reading?.campaignId ?? message?.campaignId ?? null;
    const of = { accountId, campaignId, senderId: message?.senderId ?? null };
    const eventMs = dateOf(event.id).getTime();
    const messageMs = event.messageId === null ? eventMs : dateOf(event.messageId).getTime();
    const counts = { ...countsOf(event, messageMs), ...readOf(fact) };
    const change = noCounts();
    add(change, counts);
    if (fact.earlier !== null) add(change, countsOf(fact.earlier, messageMs), -1);
    this.#count(of, "event", eventMs, counts);
    this.#count(of, "message", messageMs, change);
    this.#addReason(fact, campaignId, eventMs);
    this.#addLink(fact, campaignId, eventMs);
    this.#addCountry(fact, campaignId, eventMs);
    if (message === null) return;
    this.#addDomain({ accountId, domain: message.domain }, eventMs, counts);
    this.#addProvider({ accountId, campaignId, domain: message.domain }, messageMs, change);
  }

  #isOutside(ms: number): boolean {
    return this.#range !== null && (ms < this.#range.from || ms >= this.#range.until);
  }

  #count(
    of: { accountId: bigint; campaignId: bigint | null; senderId: bigint | null },
    timing: Timing,
    ms: number,
    counts: Partial<Counts>,
  ): void {
    if (this.#isOutside(ms)) return;
    const sliceMs = floor(ms, fiveMs);
    const ids: [Source, bigint | null][] = [
      ["account", 0n],
      ["campaign", of.campaignId],
      ["sender", of.senderId],
    ];
    for (const [source, sourceId] of ids) {
      if (sourceId === null) continue;
      const key = `${of.accountId}/${source}/${sourceId}/${timing}/${sliceMs}`;
      let row = this.#fine.get(key);
      if (row === undefined) {
        row = { accountId: of.accountId, source, sourceId, timing, sliceMs, counts: noCounts() };
        this.#fine.set(key, row);
      }
      add(row.counts, counts);
    }
  }

  #addReason({ event }: Fact, campaignId: bigint | null, ms: number): void {
    const kind = reasonKinds.find((each) => each === event.kind);
    if (kind === undefined || this.#isOutside(ms)) return;
    const reason = event.reason ?? 0;
    for (const id of campaignId === null ? [0n] : [0n, campaignId]) {
      const of = { accountId: event.accountId, campaignId: id, dayMs: floor(ms, dayMs), kind, reason };
      entry(this.#reasons, Object.values(of).join("/"), () => ({ ...of, events: 0 })).events += 1;
    }
  }

  #addLink({ event }: Fact, campaignId: bigint | null, ms: number): void {
    const { reading, accountId } = event;
    if (event.kind !== "clicked" || reading === undefined || reading.link === null) return;
    if (this.#isOutside(ms)) return;
    const { link, verdict } = reading;
    const position = reading.position ?? 0;
    const of = { accountId, campaignId: campaignId ?? 0n, dayMs: floor(ms, dayMs), link };
    const key = `${accountId}/${of.campaignId}/${of.dayMs}/${link.toString("hex")}`;
    const row = entry(this.#links, key, () => ({ ...of, position, people: 0, machine: 0, sample: null }));
    row[verdict] += 1;
    row.position = Math.min(row.position, position);
    if (event.sealed !== null) row.sample ??= { eventId: event.id, sealed: event.sealed };
  }

  #addCountry({ event }: Fact, campaignId: bigint | null, ms: number): void {
    const { reading, accountId, kind } = event;
    if (reading?.country === undefined || reading.verdict !== "people" || this.#isOutside(ms)) return;
    const of = { accountId, campaignId: campaignId ?? 0n, dayMs: floor(ms, dayMs), country: reading.country };
    const row = entry(this.#countries, Object.values(of).join("/"), () => ({ ...of, opened: 0, clicked: 0 }));
    if (kind === "opened") row.opened += 1;
    else row.clicked += 1;
  }

  #addDomain(of: { accountId: bigint; domain: string }, ms: number, counts: Partial<Counts>): void {
    if (this.#isOutside(ms)) return;
    const at = { ...of, dayMs: floor(ms, dayMs) };
    const key = `${at.accountId}/${at.dayMs}/${at.domain}`;
    add(entry(this.#domains, key, () => ({ ...at, counts: noPlaceCounts() })).counts, counts);
  }

  #addProvider(
    { accountId, campaignId, domain }: { accountId: bigint; campaignId: bigint | null; domain: string },
    ms: number,
    change: Counts,
  ): void {
    if (this.#isOutside(ms)) return;
    const provider = providerOf(domain);
    for (const id of campaignId === null ? [0n] : [0n, campaignId]) {
      const at = { accountId, campaignId: id, dayMs: floor(ms, dayMs), provider };
      const key = Object.values(at).join("/");
      add(entry(this.#providers, key, () => ({ ...at, counts: noPlaceCounts() })).counts, change);
    }
  }

  /** The rows to add, hours and days made of five minutes, always in the same order. */
  rows(): StatisticRow[] {
    const rows = new Map<string, StatisticRow>();
    for (const fine of this.#fine.values()) {
      for (const resolution of resolutions) {
        const sliceMs = floor(fine.sliceMs, spans[resolution]);
        const key = `${fine.accountId}/${fine.source}/${fine.sourceId}/${fine.timing}/${resolution}/${sliceMs}`;
        add(
          entry(rows, key, () => ({ ...fine, resolution, sliceMs, counts: noCounts() })).counts,
          fine.counts,
        );
      }
    }
    return inOrder(rows).filter(({ counts }) => Object.values(counts).some((count) => count !== 0));
  }

  /** In the order in which they were seen. */
  domains(): DomainRow[] {
    return [...this.#domains.values()];
  }

  providers(): ProviderRow[] {
    return inOrder(this.#providers);
  }

  reasons(): ReasonRow[] {
    return inOrder(this.#reasons);
  }

  links(): LinkRow[] {
    return inOrder(this.#links);
  }

  countries(): CountryRow[] {
    return inOrder(this.#countries);
  }
}

function floor(ms: number, span: number): number {
  return ms - (ms % span);
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function inOrder<T>(map: Map<string, T>): T[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

// Of a reader who is known, the first time counts; of the others each time, since nobody knows who it was.
function readOf({ event, isRepeated }: Fact): Partial<Counts> {
  if (event.reading?.verdict !== "people" || isRepeated) return {};
  return event.kind === "opened" ? { openedMessages: 1 } : { clickedMessages: 1 };
}

type Counted = Pick<Fact["event"], "id" | "kind" | "reason" | "reading" | "tracked">;

/** What one event counts. */
function countsOf(event: Counted, messageMs: number): Partial<Counts> {
  switch (event.kind) {
    case "sent":
      return {
        sent: 1,
        opensCounted: isCounted(event.tracked?.opens),
        clicksCounted: isCounted(event.tracked?.clicks),
        deliveryMs: Math.max(0, dateOf(event.id).getTime() - messageMs),
      };
    case "bounced":
      return isHardBounce({ state: "bounced", reason: event.reason })
        ? { bouncedHard: 1 }
        : { bouncedSoft: 1 };
    case "opened":
      return event.reading?.verdict === "machine" ? { openedMachine: 1 } : { openedPeople: 1 };
    case "clicked":
      return event.reading?.verdict === "machine" ? { clickedMachine: 1 } : { clickedPeople: 1 };
    default:
      return { [event.kind satisfies Counter]: 1 };
  }
}

function isCounted(as: "anonymous" | "identified" | null | undefined): 0 | 1 {
  return as === null || as === undefined ? 0 : 1;
}
