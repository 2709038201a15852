import { createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { IdSource } from "../../base/ids.ts";
import { isAddressProblem, parseAddress } from "../../mail/address/index.ts";
import { dkimRecordValue, generateDkimKey } from "../../mail/dkim/key.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";
import type { Keyring } from "../keys/index.ts";
import { type CheckSubject, checkDomain, type OperatorNames } from "./check.ts";
import { type DomainReport, emptyReport } from "./report.ts";
import { activateSenders, restoreDomainWide, suspendDomainWide } from "./sender-store.ts";
import {
  countDomains,
  type DomainRow,
  domainsMax,
  insertDomain,
  selectDomain,
  updateDomain,
} from "./store.ts";

/** A domain is looked at again each day: records disappear, and what was verified must stay so. */
export const recheckHours = 24;
const pendingRecheckHours = 1;

/** What the domain use cases need of the service. */
export interface DomainContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
}

/** Reads a domain name as its owner writes it.
 *  @throws Refusal invalid_domain */
export function parseDomain(text: string): string {
  const address = parseAddress(`postmaster@${text.trim().replace(/\.$/, "")}`);
  if (isAddressProblem(address) || address.domain.startsWith("[")) {
    throw new Refusal("invalid_domain", `"${text}" is not a domain name.`, { field: "domain" });
  }
  return address.domain;
}

/** Adds a sending domain with a DKIM key of its own. Adding it again answers what is there.
 *  @throws Refusal invalid_domain, too_many */
export async function addDomain(
  tx: Transaction,
  { keyring, ids, now }: DomainContext,
  accountId: bigint,
  text: string,
): Promise<DomainRow> {
  const name = parseDomain(text);
  const known = await selectDomain(tx, accountId, { name });
  if (known !== undefined) return known;
  if ((await countDomains(tx, accountId)) >= domainsMax) {
    throw new Refusal(
      "too_many",
      `An account has at most ${domainsMax} domains. Remove one that is not used.`,
    );
  }
  const id = ids.next(now);
  const pair = await generateDkimKey("rsa-2048");
  const row: DomainRow = {
    accountId,
    id,
    name,
    ownershipToken: randomBytes(16).toString("hex"),
    // Two accounts may send for one domain: each has a selector of its own.
    selector: `facteur-${randomBytes(4).toString("hex")}`,
    rsaPublic: dkimRecordValue(pair.publicKey),
    sealedRsa: keyring.sealIdentity({ table: "domain", accountId, id }, pair.privateKeyDer),
    state: "pending",
    verifiedBy: null,
    verifiedAt: null,
    spfStatus: "Not checked",
    dkimStatus: "Not checked",
    report: emptyReport,
    checkedAt: null,
    createdAt: now,
  };
  if (await insertDomain(tx, row, now)) return row;
  return (await selectDomain(tx, accountId, { name })) ?? row;
}

/** The operator's word instead of DNS: the domain and its senders may be sent from at once.
 *  @throws Refusal invalid_domain */
export async function approveDomain(
  tx: Transaction,
  context: DomainContext,
  accountId: bigint,
  text: string,
): Promise<DomainRow> {
  const row = await addDomain(tx, context, accountId, text);
  const approved: DomainRow = {
    ...row,
    state: "verified",
    verifiedBy: "operator",
    verifiedAt: row.verifiedAt ?? context.now,
  };
  await updateDomain(tx, approved, hoursAfter(context.now, recheckHours));
  await restoreDomainWide(tx, accountId, row.name);
  await activateSenders(tx, accountId, row.name);
  return approved;
}

/** Writes what a check saw. A domain becomes verified by its ownership record or by our DKIM key in its DNS, since both
 *  need its owner. It stays verified while the records are only unreachable, and by the operator's word in any case. Its
 *  senders follow it. */
export async function recordCheck(
  tx: Transaction,
  row: DomainRow,
  report: DomainReport,
  now: Date,
): Promise<DomainRow> {
  const isProven = report.ownership.status === "ok" || report.dkim.status === "ok";
  const isUncertain = report.ownership.status === "unknown" || report.dkim.status === "unknown";
  const isVerified = isProven || row.verifiedBy === "operator" || (row.state === "verified" && isUncertain);
  const checked: DomainRow = {
    ...row,
    state: isVerified ? "verified" : "pending",
    verifiedBy: isVerified ? (row.verifiedBy ?? "dns") : null,
    verifiedAt: isVerified ? (row.verifiedAt ?? now) : null,
    spfStatus: statusWord(report.spf.status, "Not found"),
    dkimStatus: statusWord(report.dkim.status, "Error"),
    report,
    checkedAt: now,
  };
  await updateDomain(tx, checked, hoursAfter(now, isVerified ? recheckHours : pendingRecheckHours));
  await (isVerified ? activateSenders : suspendDomainWide)(tx, row.accountId, row.name);
  return checked;
}

/** Looks at a domain's DNS now. The look takes seconds, so it stands outside of any transaction. */
export async function lookAtDomain(
  resolver: Resolver,
  row: DomainRow,
  names: OperatorNames,
): Promise<DomainReport> {
  return checkDomain(resolver, subjectOf(row), names);
}

/** What a domain's records are compared with. */
export function subjectOf(row: DomainRow): CheckSubject {
  const { name, ownershipToken, selector, rsaPublic } = row;
  return { name, ownershipToken, selector, dkimRecordValue: rsaPublic };
}

/** Opens a domain's signing key. The account's keys must be loaded. */
export function openDomainKey(keyring: Keyring, row: DomainRow): KeyObject {
  const place = { table: "domain", accountId: row.accountId, id: row.id };
  return createPrivateKey({ key: keyring.openIdentity(place, row.sealedRsa), format: "der", type: "pkcs8" });
}

function statusWord(status: string, missing: string): string {
  switch (status) {
    case "ok":
      return "OK";
    case "missing":
      return missing;
    case "wrong":
      return "Error";
    default:
      return "Not checked";
  }
}

function hoursAfter(now: Date, hours: number): Date {
  return new Date(now.getTime() + hours * 3_600_000);
}
