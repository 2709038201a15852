import { flag, flagFilter, int64, object, text, texts, time } from "../rest/property.ts";
import { type ActionCall, defineResource, type Key, type Resource } from "../rest/resource.ts";
import { equalsIgnoringCase, pageOf } from "../rest/rows.ts";
import type { DomainRecord, DomainServices } from "./account-services.ts";
import { findByKey } from "./lookup.ts";

const described = { isReadOnly: true } as const;

const properties = {
  DKIMRecordName: text(described),
  DKIMRecordValue: text(described),
  DKIMStatus: text(described),
  Domain: text({ ...described, isRequired: true }),
  ID: int64(described),
  IsCheckInProgress: flag(described),
  LastCheckAt: time(described),
  OwnerShipToken: text(described),
  OwnerShipTokenRecordName: text(described),
  SPFRecordValue: text(described),
  SPFStatus: text(described),
};

const filters = {
  IsCheckInProgress: flagFilter(),
  IsSenderIdentified: flagFilter(),
  IsYahooFBL: flagFilter(),
  MaxLastCheckAt: time(),
  MinLastCheckAt: time(),
  SPFStatus: text({ dataType: "ShortInt" }),
};

/** `dns`: sending domains, the records to publish, and what is found of them. */
export function dnsResource(services: DomainServices): Resource {
  const find = async (key: Key, principal: ActionCall["context"]["principal"]) =>
    findByKey(await services.listDomains(principal), key, (record) => record.domain);
  return defineResource({
    name: "dns",
    typeName: "DNS",
    description: "Sending domains and the DNS records they need.",
    uniqueKey: "Domain",
    properties,
    filters,
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const domains = await services.listDomains(principal);
      const { IsSenderIdentified: wanted = null } = query.filters;
      const rows = domains
        .filter((domain) => wanted === null || domain.hasActiveSender === wanted)
        .map(rowOf);
      return pageOf(rows, query, {
        IsCheckInProgress: (row, isInProgress) => row.IsCheckInProgress === isInProgress,
        MaxLastCheckAt: ({ LastCheckAt: at }, latest) => at !== null && at <= latest,
        MinLastCheckAt: ({ LastCheckAt: at }, earliest) => at !== null && at >= earliest,
        SPFStatus: (row, status) => equalsIgnoringCase(row.SPFStatus, status),
      });
    },
    get: async (key, { principal }) => {
      const found = await find(key, principal);
      return found === undefined ? null : rowOf(found);
    },
    actions: {
      check: {
        isGlobal: false,
        parameters: {},
        properties: {
          DKIMStatus: text(),
          DKIMErrors: texts(),
          DKIMRecordCurrentValue: text(),
          SPFStatus: text(),
          SPFErrors: texts(),
          SPFRecordsCurrentValues: object({ dataType: "TStrings" }),
        },
        operations: {
          Post: async ({ key, context }) => {
            const found = key === null ? undefined : await find(key, context.principal);
            if (found === undefined) return null;
            const check = await services.checkDomain(context.principal, found.id);
            if (check === null) return null;
            return [
              {
                DKIMErrors: check.dkimErrors,
                DKIMRecordCurrentValue: check.dkimRecordCurrentValue,
                DKIMStatus: check.dkimStatus,
                SPFErrors: check.spfErrors,
                SPFRecordsCurrentValues: check.spfRecordsCurrentValues,
                SPFStatus: check.spfStatus,
              },
            ];
          },
        },
      },
    },
  });
}

function rowOf(domain: DomainRecord) {
  return {
    DKIMRecordName: domain.dkimRecordName,
    DKIMRecordValue: domain.dkimRecordValue,
    DKIMStatus: domain.dkimStatus,
    Domain: domain.domain,
    ID: domain.id,
    IsCheckInProgress: domain.isCheckInProgress,
    LastCheckAt: domain.lastCheckAt,
    OwnerShipToken: domain.ownershipToken,
    OwnerShipTokenRecordName: domain.ownershipRecordName,
    SPFRecordValue: domain.spfRecordValue,
    SPFStatus: domain.spfStatus,
  };
}
