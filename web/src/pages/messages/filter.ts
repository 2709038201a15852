import { type MessageFilter, type MessageState, messageStates } from "../../api/messages.ts";

/** What a search is by. */
export const searchKinds = ["recipient", "customId", "id"] as const;
export type SearchKind = (typeof searchKinds)[number];

/** A search as it stands in the form and in the address bar. Days are those of the person's own calendar. */
export interface Search {
  kind: SearchKind;
  text: string;
  state: MessageState | "";
  from: string;
  until: string;
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const dayOf = (text: string | null) => (text !== null && dayPattern.test(text) ? text : "");

/** The search that an address names; what it does not understand is left out. */
export function searchOf(query: URLSearchParams): Search {
  const kind = searchKinds.find((each) => query.has(each)) ?? "recipient";
  return {
    kind,
    text: query.get(kind) ?? "",
    state: messageStates.find((each) => each === query.get("state")) ?? "",
    from: dayOf(query.get("from")),
    until: dayOf(query.get("until")),
  };
}

/** The address of a search. */
export function placeOfSearch({ kind, text, state, from, until }: Search): string {
  const fields = { [kind]: text.trim(), state, from, until };
  const wanted = Object.entries(fields).filter(([, value]) => value !== "");
  const query = new URLSearchParams(wanted).toString();
  return query === "" ? "/messages" : `/messages?${query}`;
}

/** What the API is asked for. A day begins at midnight here; the last day of a search belongs to it. */
export function filterOf({ kind, text, state, from, until }: Search): MessageFilter {
  const wanted = text.trim();
  return {
    recipient: kind === "recipient" && wanted !== "" ? wanted : undefined,
    customId: kind === "customId" && wanted !== "" ? wanted : undefined,
    state: state === "" ? undefined : state,
    from: from === "" ? undefined : midnight(from, 0),
    until: until === "" ? undefined : midnight(until, 1),
  };
}

function midnight(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}
