import type { Sql } from "../../../base/database.ts";
import {
  type CheckItem,
  type DomainRow,
  dkimRecord,
  lookAtDomain,
  ownershipRecord,
  recordCheck,
  selectDomain,
  selectDomains,
  selectSenders,
  spfRecord,
  subjectOf,
} from "../../../core/domains/index.ts";
import type {
  DkimStatus,
  DomainCheck,
  DomainRecord,
  DomainServices,
  SpfStatus,
} from "../mailjet/resources/account-services.ts";
import type { Principal } from "../principal.ts";
import { note, readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** Mailjet's `dns` and `returnpath`: sending domains and the records they need. */
export function domainServices(context: ServiceContext): DomainServices {
  return {
    listDomains: (principal) =>
      readOwn(context, principal, async (reader) => {
        const [rows, active] = await Promise.all([
          selectDomains(reader, principal.accountId),
          activeDomains(reader, principal.accountId),
        ]);
        return rows.map((row) => recordOf(context, row, active.has(row.name)));
      }),
    checkDomain: async (principal, id) => {
      const row = await checkNow(context, principal, { id });
      return row === null ? null : checkOf(row);
    },
    listReturnPaths: (principal) =>
      readOwn(context, principal, async (reader) =>
        (await selectDomains(reader, principal.accountId))
          .filter((row) => row.report.returnPath.status === "ok")
          .map((row) => ({ applicationId: String(principal.accountId), domain: `bounce.${row.name}` })),
      ),
  };
}

/** Looks at a domain's records now and writes what was seen; null when the account has no such domain. The look takes
 *  seconds, so no transaction is open meanwhile. */
export async function checkNow(
  context: ServiceContext,
  principal: Principal,
  key: { id: bigint } | { name: string },
): Promise<DomainRow | null> {
  const { resolver, operatorNames, clock, senders } = context;
  const { accountId } = principal;
  const seen = await readOwn(context, principal, (reader) => selectDomain(reader, accountId, key));
  if (seen === undefined) return null;
  const report = await lookAtDomain(resolver, seen, operatorNames);
  const checked = await writeOwn(context, principal, async (tx) => {
    // Read again: the operator may have approved the domain meanwhile, or its owner removed it.
    const row = await selectDomain(tx, accountId, { id: seen.id });
    if (row === undefined) return null;
    const after = await recordCheck(tx, row, report, clock.now());
    if (after.state !== row.state) {
      await note(tx, context, principal, { action: `domain.${after.state}`, subjectId: row.id });
    }
    return after;
  });
  senders.forget(accountId);
  return checked;
}

async function activeDomains(reader: Sql, accountId: bigint): Promise<Set<string>> {
  const senders = await selectSenders(reader, accountId);
  return new Set(senders.filter((sender) => sender.state === "active").map((sender) => sender.domain));
}

function recordOf({ operatorNames }: ServiceContext, row: DomainRow, hasActiveSender: boolean): DomainRecord {
  const subject = subjectOf(row);
  return {
    id: row.id,
    domain: row.name,
    dkimRecordName: absolute(dkimRecord(subject).name),
    dkimRecordValue: dkimRecord(subject).value,
    dkimStatus: row.dkimStatus as DkimStatus,
    spfRecordValue: spfRecord(subject, operatorNames).value,
    spfStatus: row.spfStatus as SpfStatus,
    ownershipToken: row.ownershipToken,
    ownershipRecordName: absolute(ownershipRecord(subject).name),
    isCheckInProgress: false,
    lastCheckAt: row.checkedAt,
    hasActiveSender,
  };
}

// Recorded with the dot that ends an absolute name (RFC 1035 §5.1); some clients cut it off.
function absolute(name: string): string {
  return `${name}.`;
}

function checkOf({ report, dkimStatus, spfStatus }: DomainRow): DomainCheck {
  return {
    dkimStatus: dkimStatus as DkimStatus,
    dkimErrors: errorsOf(report.dkim),
    dkimRecordCurrentValue: report.dkim.found[0] ?? "",
    spfStatus: spfStatus as SpfStatus,
    spfErrors: errorsOf(report.spf),
    spfRecordsCurrentValues: report.spf.found,
  };
}

function errorsOf(item: CheckItem): string[] {
  return item.status === "ok" ? [] : [item.advice];
}
