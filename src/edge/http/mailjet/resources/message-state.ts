import { int64, text } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";

// Numbers and states are part of the API's contract; `StateID` of a message points here.
const states: [id: number, state: string, relatedTo: string][] = [
  [1, "user unknown", "recipient"],
  [2, "mailbox inactive", "recipient"],
  [3, "quota exceeded", "recipient"],
  [4, "invalid domain", "domain"],
  [5, "no mail host", "domain"],
  [6, "relay/access denied", "domain"],
  [7, "sender blocked", "spam"],
  [8, "content blocked", "spam"],
  [9, "policy issue", "spam"],
  [10, "system issue", "system"],
  [11, "protocol issue", "system"],
  [12, "connection issue", "system"],
  [13, "greylisted", "domain"],
  [14, "preblocked", "mailjet"],
  [15, "duplicate in campaign", "mailjet"],
  [16, "spam preblocked", "mailjet"],
  [17, "bad or empty template", "mailjet"],
  [18, "error in template language", "mailjet"],
  [19, "typofix", "domain"],
  [20, "blacklisted", "spam"],
  [21, "spam reporter", "spam"],
];

const rows = states.map(([id, state, relatedTo]) => ({ ID: id, RelatedTo: relatedTo, State: state }));

/** The words of a message state; "" for none. */
export function messageStateText(id: number | null): string {
  return states.find(([known]) => known === id)?.[1] ?? "";
}

/** `messagestate`: why messages do not arrive. */
export function messageStateResource(): Resource {
  return defineResource({
    name: "messagestate",
    typeName: "MessageState",
    description: "Why messages do not arrive.",
    properties: {
      ID: int64({ isReadOnly: true }),
      RelatedTo: text({ allowed: ["recipient", "domain", "spam", "system", "mailjet", "account"] }),
      State: text({ isRequired: true }),
    },
    filters: {},
    sort: { ID: "ascending" },
    list: async (query) => pageOf(rows, query, {}),
    get: async (key) =>
      (key.kind === "id" ? rows.find((row) => BigInt(row.ID) === key.id) : undefined) ?? null,
  });
}
