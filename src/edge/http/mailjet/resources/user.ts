import { address, flagFilter, int64, text, time } from "../rest/property.ts";
import { defineResource, type Key, type Resource } from "../rest/resource.ts";
import { equalsIgnoringCase, pageOf } from "../rest/rows.ts";
import type { ProfileServices, UserRecord } from "./account-services.ts";
import { rowOfChange, sent } from "./lookup.ts";

/** `user`: the person who logs in. There is one; no address of where they logged in from is kept. */
export function userResource(services: Pick<ProfileServices, "readUser" | "updateUser">): Resource {
  return defineResource({
    name: "user",
    typeName: "User",
    description: "The person who logs in.",
    uniqueKey: "Email",
    isSingleton: true,
    readPermission: "manage",
    properties: {
      ACL: text(),
      CreatedAt: time({ isReadOnly: true, default: "Current time" }),
      Email: address(),
      ID: int64({ isReadOnly: true }),
      LastIp: text({ isReadOnly: true, isRequired: true, default: "The same as FirstIP" }),
      LastLoginAt: time({ isReadOnly: true }),
      Locale: text({ default: "en_US" }),
      MaxAllowedAPIKeys: int64({ isReadOnly: true, dataType: "LongInt", default: "5" }),
      Timezone: text({ default: "etc/UTC" }),
      Username: text({ isRequired: true, default: "Undefined" }),
      WarnedRatelimitAt: time(),
    },
    filters: { IsActivated: flagFilter(), NewEmail: text(), UserName: text() },
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const user = await services.readUser(principal);
      const { IsActivated: isActivated = user.isActivated } = query.filters;
      return pageOf(isActivated === user.isActivated ? [rowOf(user)] : [], query, {
        UserName: (row, wanted) => equalsIgnoringCase(row.Username, wanted),
      });
    },
    get: async (key, { principal }) => {
      const user = await services.readUser(principal);
      return isMeant(user, key) ? rowOf(user) : null;
    },
    update: async (key, values, { principal }) => {
      if (key !== null && !isMeant(await services.readUser(principal), key)) return null;
      const change = sent({
        address: values.Email,
        username: values.Username,
        locale: values.Locale,
        timezone: values.Timezone,
      });
      return rowOfChange(await services.updateUser(principal, change), rowOf);
    },
  });
}

function isMeant(user: UserRecord, key: Key): boolean {
  return key.kind === "id" ? key.id === user.id : equalsIgnoringCase(user.address, key.parts[0] ?? "");
}

function rowOf(user: UserRecord) {
  return {
    ACL: "",
    CreatedAt: user.createdAt,
    Email: user.address,
    ID: user.id,
    LastIp: "",
    LastLoginAt: user.lastLoginAt,
    Locale: user.locale,
    MaxAllowedAPIKeys: user.apiKeysMax,
    Timezone: user.timezone,
    Username: user.username,
    WarnedRatelimitAt: null,
  };
}
