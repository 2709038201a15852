import { int64, reference, text } from "../rest/property.ts";
import { type Context, defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";
import { findByKey, sent } from "./lookup.ts";
import type { ParseRouteRecord, ParseServices } from "./parse-services.ts";

const properties = {
  APIKey: reference("TAPIKey", { isReadOnly: true, isRequired: true }),
  Email: text(),
  ID: int64({ isReadOnly: true }),
  Url: text({ isRequired: true }),
};

/** `parseroute`: addresses whose mail is posted to a URL. The URL may hold credentials, so reading it needs the permission
 *  to manage. @see mailjet-api §7 */
export function parseRouteResource(services: ParseServices): Resource {
  return defineResource({
    name: "parseroute",
    typeName: "ParseRoute",
    description: "Addresses at which mail comes in, and where it is posted to.",
    uniqueKey: "Email",
    readPermission: "manage",
    properties,
    filters: { APIKey: int64() },
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const rows = (await services.listParseRoutes(principal)).map((route) => rowOf(route, principal));
      return pageOf(rows, query, { APIKey: (row, wanted) => row.APIKeyID === BigInt(wanted) });
    },
    get: async (key, { principal }) => {
      const found = findByKey(await services.listParseRoutes(principal), key, ({ address }) => address);
      return found === undefined ? null : rowOf(found, principal);
    },
    create: async (values, { principal }) => {
      const address = values.Email === undefined || values.Email === "" ? null : values.Email;
      return rowOf(await services.addParseRoute(principal, { address, url: values.Url ?? "" }), principal);
    },
    update: async (key, values, { principal }) => {
      const all = key === null ? [] : await services.listParseRoutes(principal);
      const found = key === null ? undefined : findByKey(all, key, ({ address }) => address);
      if (found === undefined) return null;
      const change = sent({ address: values.Email || undefined, url: values.Url });
      const isNew = Object.entries(change).some(
        ([name, value]) => found[name as keyof typeof change] !== value,
      );
      if (!isNew) return "unchanged";
      const route = await services.changeParseRoute(principal, found.id, change);
      return route === null ? null : rowOf(route, principal);
    },
    remove: async (key, { principal }) => {
      const found = findByKey(await services.listParseRoutes(principal), key, ({ address }) => address);
      return found !== undefined && services.removeParseRoute(principal, found.id);
    },
  });
}

function rowOf({ id, address, url }: ParseRouteRecord, { actor }: Context["principal"]) {
  return { APIKeyID: actor.kind === "key" ? actor.id : null, Email: address, ID: id, Url: url };
}
