import { countedHtml, type ReaderLinks, targetsIn } from "../tracking/index.ts";
import type { SubmissionContent } from "./submission.ts";

/** What decides how one message's HTML is counted. */
export interface CountingTerms {
  content: SubmissionContent;
  links: ReaderLinks;
  accountId: bigint;
  campaignId: bigint | null;
  /** The HTML as it was handed in. */
  source: string;
}

/** Counts openings and clicks of a message that asks for it, without knowing whose they are: every reader gets the same
 *  picture and the same links. A link that was made for one reader alone, by a variable, leads where it leads, since
 *  following it through us would tell who it was. Readers are never told apart without their consent. */
export function withCounting(
  html: string,
  { content, links, accountId, campaignId, source }: CountingTerms,
): string {
  const [clicks, opens] = [content.trackClicks === "enabled", content.trackOpens === "enabled"];
  if (!links.counts || !(clicks || opens)) return html;
  const of = { accountId, campaignId };
  const shared = clicks ? targetsIn(source) : null;
  const click = (target: string, position: number) => {
    // URLTags are the same for all, and were put behind what stands in the source.
    const isShared = shared?.has(target) || shared?.has(withoutTags(target, content.urlTags));
    return isShared && !links.isOwn(target) ? links.click(of, position, target) : null;
  };
  return countedHtml(html, { click: clicks ? click : null, open: opens ? links.open(of) : null });
}

function withoutTags(target: string, tags: string): string {
  if (tags === "") return target;
  const url = new URL(target);
  for (const joint of [`?${tags}`, `&${tags}`]) {
    if (url.search.endsWith(joint)) url.search = url.search.slice(0, -joint.length);
  }
  return url.href;
}
