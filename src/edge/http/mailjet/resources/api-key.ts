import { flag, flagFilter, int64, text, time } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { equalsIgnoringCase, pageOf } from "../rest/rows.ts";
import type { ApiKeyRecord, KeyServices } from "./account-services.ts";
import { findByKey, rowOfChange, sent } from "./lookup.ts";

const properties = {
  ACL: text(),
  APIKey: text({ isReadOnly: true, isRequired: true, default: "Automatically generated value" }),
  CreatedAt: time({ isReadOnly: true, default: "Current time" }),
  ID: int64({ isReadOnly: true }),
  IsActive: flag(),
  IsMaster: flag({ isReadOnly: true }),
  Name: text({ isRequired: true }),
  QuarantineValue: int64({ isReadOnly: true, dataType: "LongInt" }),
  RegionID: int64({ isReadOnly: true, dataType: "LongInt" }),
  Runlevel: text({
    isReadOnly: true,
    dataType: "TRunLevel",
    default: "Normal",
    allowed: ["Normal", "Softlock", "Hardlock", "Deleted"],
  }),
  SecretKey: text({ isReadOnly: true, default: "Automatically generated value" }),
  TrackHost: text({ isReadOnly: true }),
  UserID: int64({ isReadOnly: true, dataType: "LongInt" }),
};

const filters = {
  APIKey: text(),
  ConfirmKey: text(),
  CustomStatus: text({ dataType: "TCustomStatus" }),
  IsActive: flagFilter(),
  IsMaster: flagFilter(),
  KeyType: text({ dataType: "TFilterKeyType" }),
  Name: text(),
  User: int64(),
};

/** `apikey`: key pairs of the account and of its sub-accounts. */
export function apiKeyResource(services: KeyServices): Resource {
  return defineResource({
    name: "apikey",
    typeName: "APIKey",
    description: "Key pairs of the account and of its sub-accounts.",
    uniqueKey: "APIKey",
    readPermission: "manage",
    properties,
    filters,
    sort: { ID: "ascending", IsMaster: "both", IsActive: "both", CreatedAt: "both", Name: "both" },
    list: async (query, { principal }) => {
      const keys = await services.listApiKeys(principal);
      return pageOf(
        keys.map((key) => rowOf(key, principal.accountId)),
        query,
        {
          APIKey: (row, wanted) => row.APIKey === wanted,
          IsActive: (row, wanted) => row.IsActive === wanted,
          IsMaster: (row, wanted) => row.IsMaster === wanted,
          Name: (row, wanted) => equalsIgnoringCase(row.Name, wanted),
          User: (row, wanted) => row.UserID === wanted,
        },
      );
    },
    get: async (key, { principal }) => {
      const found = findByKey(await services.listApiKeys(principal), key, (record) => record.publicKey);
      return found === undefined ? null : rowOf(found, principal.accountId);
    },
    create: async ({ Name: name = "", IsActive: isActive = true }, { principal }) => {
      const { key, secret } = await services.createSubAccountKey(principal, name, isActive);
      return rowOf(key, principal.accountId, secret);
    },
    update: async (key, values, { principal }) => {
      if (key === null) return null;
      const found = findByKey(await services.listApiKeys(principal), key, (record) => record.publicKey);
      if (found === undefined) return null;
      const change = sent({ name: values.Name, isActive: values.IsActive });
      const outcome = await services.updateApiKey(principal, found.id, change);
      return rowOfChange(outcome, (record) => rowOf(record, principal.accountId));
    },
  });
}

// The secret is shown once, in the answer that made it: what is stored is its hash.
function rowOf(key: ApiKeyRecord, userId: bigint, secret = "") {
  return {
    ACL: "",
    APIKey: key.publicKey,
    CreatedAt: key.createdAt,
    ID: key.id,
    IsActive: key.isActive,
    IsMaster: key.isMaster,
    Name: key.name,
    QuarantineValue: 0,
    RegionID: 0,
    Runlevel: "Normal",
    SecretKey: secret,
    TrackHost: key.trackHost,
    UserID: userId,
  };
}
