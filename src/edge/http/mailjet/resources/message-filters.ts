import type { ListQuery } from "../rest/resource.ts";
import { type MessageFilter, type MessageStatus, messageStatuses } from "./message-services.ts";
import type { Page } from "./page.ts";

/** What a list of messages asks of the store: ids carry time, so both sort fields mean the same order. */
export function pageFrom(query: Omit<ListQuery, "filters">): Page {
  return {
    offset: query.offset,
    limit: query.limit,
    isNewestFirst: query.sort?.isDescending ?? false,
    wantsRows: query.wantsRows,
    wantsTotal: query.wantsTotal,
  };
}

// The list in the self-description repeats its last word; only these have numbers.
const numberedStatuses = messageStatuses.slice(0, 12);

/** Reads a filter by status: words or their numbers, several separated by commas; null when one is unknown. */
export function readStatuses(value: string): MessageStatus[] | null {
  const statuses: MessageStatus[] = [];
  for (const word of value.split(",")) {
    const name = word.trim().toLowerCase();
    const status = /^\d{1,2}$/.test(name)
      ? numberedStatuses[Number(name)]
      : messageStatuses.find((known) => known === name);
    if (status === undefined) return null;
    statuses.push(status);
  }
  return statuses;
}

/** Reads a filter by where a message came from: 1 transactional, 2 marketing, 3 unknown. */
export function readOrigin(value: string): NonNullable<MessageFilter["origin"]> {
  switch (value.toLowerCase()) {
    case "1":
    case "transactional":
      return "transactional";
    case "2":
    case "marketing":
      return "marketing";
    default:
      return "unknown";
  }
}
