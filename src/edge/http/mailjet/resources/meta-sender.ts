import { alreadyExists, invalidAddress } from "../rest/failure.ts";
import { address, flag, int64, text, time } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";
import type { MetaSenderRecord, MetaSenderServices } from "./account-services.ts";
import { findByKey, rowOfChange, sent } from "./lookup.ts";

/** `metasender`: senders that all keys of the account may use. */
export function metaSenderResource(services: MetaSenderServices): Resource {
  return defineResource({
    name: "metasender",
    typeName: "MetaSender",
    description: "Senders that are valid on all keys of the account.",
    uniqueKey: "Email",
    properties: {
      CreatedAt: time({ default: "Current time" }),
      Description: text(),
      Email: address({ isRequired: true }),
      Filename: text({ isReadOnly: true, default: "Automatically generated value" }),
      ID: int64({ isReadOnly: true }),
      IsEnabled: flag(),
    },
    filters: { DNS: int64(), User: int64() },
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const { DNS: domainId } = query.filters;
      const senders = (await services.listMetaSenders(principal)).filter(
        (sender) => domainId === undefined || sender.domainId === domainId,
      );
      return pageOf(senders.map(rowOf), query, {});
    },
    get: async (key, { principal }) => {
      const found = findByKey(await services.listMetaSenders(principal), key, (record) => record.address);
      return found === undefined ? null : rowOf(found);
    },
    create: async ({ Email: wanted = "", Description: description = "" }, { principal }) => {
      const outcome = await services.createMetaSender(principal, { address: wanted, description });
      switch (outcome.kind) {
        case "created":
          return rowOf(outcome.sender);
        case "exists":
          throw alreadyExists("MetaSender", "Email", wanted);
        case "invalid-address":
          throw invalidAddress(wanted, "It is not an address, and not *@domain either");
      }
    },
    update: async (key, values, { principal }) => {
      if (key === null) return null;
      const found = findByKey(await services.listMetaSenders(principal), key, (record) => record.address);
      if (found === undefined) return null;
      const change = sent({ description: values.Description, isEnabled: values.IsEnabled });
      return rowOfChange(await services.updateMetaSender(principal, found.id, change), rowOf);
    },
  });
}

function rowOf(sender: MetaSenderRecord) {
  return {
    CreatedAt: sender.createdAt,
    Description: sender.description,
    Email: sender.address,
    Filename: sender.filename,
    ID: sender.id,
    IsEnabled: sender.isEnabled,
  };
}
