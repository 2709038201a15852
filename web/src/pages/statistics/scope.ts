import { type Period, periods } from "../../api/period.ts";
import type { Scope } from "../../api/statistics.ts";

const usual: Period = "30";

/** What the address bar asks for. */
export function scopeOf(query: URLSearchParams): Scope {
  const period = periods.find((each) => each === query.get("days")) ?? usual;
  const campaignId = query.get("campaign");
  return { period, campaignId: campaignId !== null && /^\d{1,19}$/.test(campaignId) ? campaignId : null };
}

/** Where a page about this is. */
export function placeOf(base: string, { period, campaignId }: Scope): string {
  const query = new URLSearchParams();
  if (period !== usual) query.set("days", period);
  if (campaignId !== null) query.set("campaign", campaignId);
  const text = query.toString();
  return text === "" ? base : `${base}?${text}`;
}
