import { text } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";
import type { DomainServices } from "./account-services.ts";

const described = { isReadOnly: true } as const;

/** `returnpath`: the domain bounces come back to, where the account has one of its own. */
export function returnPathResource(services: Pick<DomainServices, "listReturnPaths">): Resource {
  return defineResource({
    name: "returnpath",
    typeName: "ReturnPath",
    description: "The domain bounces come back to.",
    isReadOnly: true,
    properties: { AppId: text(described), ReturnPathDomain: text(described) },
    filters: {},
    sort: {},
    list: async (query, { principal }) => {
      const paths = await services.listReturnPaths(principal);
      const rows = paths.map((path) => ({ AppId: path.applicationId, ReturnPathDomain: path.domain }));
      return pageOf(rows, query, {});
    },
  });
}
