import type { CountedAs } from "../events/index.ts";
import {
  countedHtml,
  type ReaderLinks,
  type TrackingMode,
  type TrackingPolicy,
  targetsIn,
  trackingModeOf,
} from "../tracking/index.ts";
import type { ContentTerms } from "./submission.ts";

/** Of the HTML of a message that is counted: twenty times what Gmail shows of one. It costs up to half a second in which
 *  nothing else is composed; longer HTML stays as it is, and is not counted. */
export const countedCharactersMax = 2 * 1024 * 1024;

/** What holds for one reader at the moment a message is composed. */
export interface ReaderTerms {
  policy: TrackingPolicy;
  /** What the reader has agreed to. */
  consents: { opens: boolean; clicks: boolean };
}

/** What decides how one message's HTML is counted. */
export interface CountingTerms {
  content: ContentTerms;
  links: ReaderLinks;
  tracking: ReaderTerms;
  accountId: bigint;
  campaignId: bigint | null;
  messageId: bigint;
  lookup: Buffer;
}

/** The HTML as it was handed in, before anything was put into it for one reader. */
export interface CountedSource {
  html: string;
  urlTags: string;
  /** May a link be counted that is written like this? Absent where all of them may. */
  isLegible?: (written: string) => boolean;
}

/** How openings and clicks of a message are counted; null when they are not. */
export interface Tracked {
  opens: CountedAs | null;
  clicks: CountedAs | null;
}

export const untracked: Tracked = { opens: null, clicks: null };

interface CountingModes {
  opens: TrackingMode;
  clicks: TrackingMode;
}

/** How a message is treated for this reader. */
export function countingModes({ content, links, tracking }: CountingTerms): CountingModes {
  const { policy, consents } = tracking;
  const limits = [links.limit, policy.mode];
  return {
    opens: trackingModeOf({
      wish: content.trackOpens,
      isDefault: policy.opensByDefault,
      limits,
      hasConsent: consents.opens,
    }),
    clicks: trackingModeOf({
      wish: content.trackClicks,
      isDefault: policy.clicksByDefault,
      limits,
      hasConsent: consents.clicks,
    }),
  };
}

/** Counts openings and clicks of a message that asks for it. Every reader gets the same picture and the same links, but
 *  for those who have agreed to be told apart. A link that was made for one reader alone, by a variable, leads where it
 *  leads: it may open a door, and following it through us would tell who it was. */
export function withCounting(
  html: string,
  terms: CountingTerms,
  source: CountedSource,
): { html: string; tracked: Tracked } {
  const { links } = terms;
  const modes = countingModes(terms);
  const isOff = modes.opens === "off" && modes.clicks === "off";
  if (isOff || html.length > countedCharactersMax) return { html, tracked: untracked };
  const shared = modes.clicks === "off" ? null : targetsIn(source.html, source.isLegible);
  let linkCount = 0;
  const click = (target: string, position: number) => {
    // URLTags are the same for all, and were put behind what stands in the source.
    const isShared = shared?.has(target) || shared?.has(withoutTags(target, source.urlTags));
    if (!isShared || links.isOwn(target)) return null;
    linkCount += 1;
    return links.click(countedOf(terms, modes.clicks), position, target);
  };
  const counted = countedHtml(html, {
    click: modes.clicks === "off" ? null : click,
    open: modes.opens === "off" ? null : links.open(countedOf(terms, modes.opens)),
  });
  const tracked = { opens: countedAs(modes.opens), clicks: linkCount === 0 ? null : countedAs(modes.clicks) };
  return { html: counted, tracked };
}

function countedOf(
  { accountId, campaignId, messageId, lookup }: CountingTerms,
  mode: TrackingMode,
): Parameters<ReaderLinks["open"]>[0] {
  return { accountId, campaignId, reader: mode === "identified" ? { messageId, lookup } : null };
}

function countedAs(mode: TrackingMode): CountedAs | null {
  return mode === "off" ? null : mode;
}

function withoutTags(target: string, tags: string): string {
  if (tags === "") return target;
  const url = new URL(target);
  for (const joint of [`?${tags}`, `&${tags}`]) {
    if (url.search.endsWith(joint)) url.search = url.search.slice(0, -joint.length);
  }
  return url.href;
}
