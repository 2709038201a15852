import { createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { IdSource } from "../../base/ids.ts";
import { isAddressProblem, parseAddress } from "../../mail/address/index.ts";
import { dkimRecordValue, generateDkimKey } from "../../mail/dkim/key.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";
import type { Keyring } from "../keys/index.ts";
import {
  type CheckSubject,
  checkDomain,
  ed25519Selector,
  type OperatorNames,
  uncheckedReport,
} from "./check.ts";
import { type DomainReport, emptyReport } from "./report.ts";
import { activateSenders, restoreDomainWide, suspendDomainWide } from "./sender-store.ts";
import {
  countDomains,
  type DomainRow,
  domainsMax,
  insertDomain,
  insertEd25519,
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

/** A domain to add. */
export interface DomainWish {
  name: string;
  /** Also make a key for Ed25519, as a second signature beside RSA. */
  withEd25519: boolean;
}

/** Adds a sending domain with a DKIM key of its own. Adding it again answers what is there, with the second key if one
 *  is asked for.
 *  @throws Refusal invalid_domain, too_many */
export async function addDomain(
  tx: Transaction,
  context: DomainContext,
  accountId: bigint,
  domain: string | DomainWish,
): Promise<DomainRow> {
  const wish = typeof domain === "string" ? { name: domain, withEd25519: false } : domain;
  const row = await addWithRsa(tx, context, accountId, parseDomain(wish.name));
  return wish.withEd25519 && row.ed25519 === null ? addEd25519(tx, context, row) : row;
}

async function addWithRsa(
  tx: Transaction,
  { keyring, ids, now }: DomainContext,
  accountId: bigint,
  name: string,
): Promise<DomainRow> {
  const known = await selectDomain(tx, accountId, { name });
  if (known !== undefined) return known;
  if ((await countDomains(tx, accountId)) >= domainsMax) {
    throw new Refusal(
      "too_many",
      `An account has at most ${domainsMax} domains. Remove one that is not used.`,
    );
  }
  const id = ids.nextSmall(now);
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
    ed25519: null,
    state: "pending",
    verifiedBy: null,
    verifiedAt: null,
    spfStatus: "Not checked",
    dkimStatus: "Not checked",
    report: emptyReport,
    checkedAt: null,
    createdAt: now,
  };
  row.report = uncheckedReport(subjectOf(row));
  if (await insertDomain(tx, row, now)) return row;
  return (await selectDomain(tx, accountId, { name })) ?? row;
}

// RFC 8463 §6: beside RSA, under a selector of its own, since a selector has one key and most receivers know RSA only.
async function addEd25519(tx: Transaction, { keyring }: DomainContext, row: DomainRow): Promise<DomainRow> {
  const { accountId, id, name } = row;
  const pair = await generateDkimKey("ed25519");
  const sealed = keyring.sealIdentity({ table: "domain", accountId, id }, pair.privateKeyDer);
  const ed25519 = { public: dkimRecordValue(pair.publicKey), sealed };
  if (await insertEd25519(tx, row, ed25519)) return { ...row, ed25519 };
  return (await selectDomain(tx, accountId, { name })) ?? row;
}

/** The operator's word instead of DNS: the domain and its senders may be sent from at once.
 *  @throws Refusal invalid_domain */
export async function approveDomain(
  tx: Transaction,
  context: DomainContext,
  accountId: bigint,
  domain: string | DomainWish,
): Promise<DomainRow> {
  const row = await addDomain(tx, context, accountId, domain);
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
  const { name, ownershipToken, selector, rsaPublic, ed25519 } = row;
  return {
    name,
    ownershipToken,
    selector,
    dkimRecordValue: rsaPublic,
    ed25519RecordValue: ed25519?.public ?? null,
  };
}

/** A key of a domain, opened. */
export interface DomainKey {
  selector: string;
  algorithm: "rsa-sha256" | "ed25519-sha256";
  privateKey: KeyObject;
}

/** Opens a domain's signing keys, RSA first. The account's keys must be loaded. */
export function openDomainKeys(keyring: Keyring, row: DomainRow): DomainKey[] {
  const place = { table: "domain", accountId: row.accountId, id: row.id };
  const open = (sealed: Buffer): KeyObject =>
    createPrivateKey({ key: keyring.openIdentity(place, sealed), format: "der", type: "pkcs8" });
  const { selector } = row;
  const rsa: DomainKey = { selector, algorithm: "rsa-sha256", privateKey: open(row.sealedRsa) };
  if (row.ed25519 === null) return [rsa];
  const privateKey = open(row.ed25519.sealed);
  return [rsa, { selector: ed25519Selector(selector), algorithm: "ed25519-sha256", privateKey }];
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
