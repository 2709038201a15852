import { invalidProperty } from "../rest/failure.ts";
import { flag, flagFilter, int64, reference, text, time } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";
import type { KeyAccessRecord, KeyAccessServices } from "./account-services.ts";
import { findByKey, rowOfChange, sent } from "./lookup.ts";

/** `apikeyaccess`: which other users may use a key, and for what. */
export function apiKeyAccessResource(services: KeyAccessServices): Resource {
  return defineResource({
    name: "apikeyaccess",
    typeName: "APIKeyAccess",
    description: "Sharing of keys with other users.",
    readPermission: "manage",
    properties: {
      AllowedAccess: text(),
      APIKey: reference("TAPIKey", { isRequired: true, target: "apikey" }),
      CreatedAt: time({ default: "Current time" }),
      CustomName: text(),
      ID: int64({ isReadOnly: true }),
      IsActive: flag(),
      LastActivityAt: time(),
      RealUser: reference("TUser", { target: "user" }),
      Subaccount: reference("TSubAccount"),
      User: reference("TUser", { isRequired: true, target: "user" }),
    },
    filters: {
      APIKey: int64(),
      Email: text(),
      IsActive: flagFilter(),
      RealUser: int64(),
      SubAccount: int64(),
      Token: text(),
      User: int64(),
    },
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const accesses = await services.listKeyAccesses(principal);
      return pageOf(accesses.map(rowOf), query, {
        APIKey: (row, wanted) => row.APIKeyID === wanted,
        IsActive: (row, wanted) => row.IsActive === wanted,
        RealUser: (row, wanted) => row.RealUserID === wanted,
        SubAccount: (row, wanted) => row.SubaccountID === wanted,
        User: (row, wanted) => row.UserID === wanted,
      });
    },
    get: async (key, { principal }) => {
      const found = findByKey(await services.listKeyAccesses(principal), key, () => "");
      return found === undefined ? null : rowOf(found);
    },
    create: async (values, { principal }) => {
      const { APIKeyID: keyId, UserID: userId } = values;
      if (keyId === undefined || keyId === null) throw invalidProperty("APIKey", "A value is required");
      if (userId === undefined || userId === null) throw invalidProperty("User", "A value is required");
      const record = await services.grantKeyAccess(principal, {
        keyId,
        userId,
        areas: values.AllowedAccess ?? "",
        customName: values.CustomName ?? "",
        isActive: values.IsActive ?? true,
      });
      return rowOf(record);
    },
    update: async (key, values, { principal }) => {
      if (key?.kind !== "id") return null;
      const change = sent({
        areas: values.AllowedAccess,
        customName: values.CustomName,
        isActive: values.IsActive,
      });
      return rowOfChange(await services.updateKeyAccess(principal, key.id, change), rowOf);
    },
    remove: async (key, { principal }) => key.kind === "id" && services.revokeKeyAccess(principal, key.id),
  });
}

function rowOf(access: KeyAccessRecord) {
  return {
    AllowedAccess: access.areas,
    APIKeyID: access.keyId,
    CreatedAt: access.createdAt,
    CustomName: access.customName,
    ID: access.id,
    IsActive: access.isActive,
    LastActivityAt: access.lastActivityAt,
    RealUserID: access.realUserId,
    SubaccountID: access.subAccountId,
    UserID: access.userId,
  };
}
