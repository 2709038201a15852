import { messageReasonRows as rows } from "../../message-reasons.ts";
import { int64, text } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";

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
