import { assertNever } from "../../base/errors.ts";
import { compareDkimRecord, type DkimRecordCheck } from "../../mail/dkim/key.ts";
import { findDmarc, type IgnoredDmarc } from "../../mail/dmarc/find.ts";
import type { Answer } from "../../mail/dns/answer.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";
import { checkSpf, type SpfCheck } from "../../mail/spf/check.ts";
import { type CheckItem, type DomainReport, emptyReport } from "./report.ts";

/** What a domain is compared with. */
export interface CheckSubject {
  name: string;
  ownershipToken: string;
  selector: string;
  dkimRecordValue: string;
  /** null where the domain has no second key. */
  ed25519RecordValue: string | null;
}

interface ExpectedRecord {
  type: string;
  name: string;
  value: string;
}

/** What the operator's own hosts are called. */
export interface OperatorNames {
  /** The name whose SPF record lists the operator's addresses: customers include it. */
  spfInclude: string;
  /** Where a customer's own return path domain points to. */
  returnPathTarget: string;
  /** The addresses mail is sent from; empty when the system chooses. */
  sourceAddresses: string[];
}

/** The TXT record that proves ownership of a domain. */
export function ownershipRecord(subject: CheckSubject): ExpectedRecord {
  const label = subject.ownershipToken.slice(0, 8);
  return { type: "TXT", name: `facteur._${label}.${subject.name}`, value: subject.ownershipToken };
}

/** The TXT record with the domain's DKIM key. */
export function dkimRecord(subject: CheckSubject): ExpectedRecord {
  return {
    type: "TXT",
    name: `${subject.selector}._domainkey.${subject.name}`,
    value: subject.dkimRecordValue,
  };
}

/** The TXT record with the domain's second key; null where it has none. */
export function ed25519Record(subject: CheckSubject): ExpectedRecord | null {
  const { name, selector, ed25519RecordValue: value } = subject;
  return value === null
    ? null
    : { type: "TXT", name: `${ed25519Selector(selector)}._domainkey.${name}`, value };
}

/** The selector of a domain's second key, by that of its first. */
export function ed25519Selector(selector: string): string {
  return `${selector}e`;
}

/** The SPF record for a domain that has none. */
export function spfRecord(subject: CheckSubject, names: OperatorNames): ExpectedRecord {
  return { type: "TXT", name: subject.name, value: `v=spf1 include:${names.spfInclude} ~all` };
}

/** What is known of a domain before the first look: the records its owner has to publish. */
export function uncheckedReport(subject: CheckSubject): DomainReport {
  const { ownership, dkim } = emptyReport;
  return {
    ...emptyReport,
    ownership: { ...ownership, expected: ownershipRecord(subject) },
    dkim: { ...dkim, expected: dkimRecord(subject) },
  };
}

/** Looks at everything a sending domain needs, at once and without a memory: whoever has just added a record wants to
 *  see it. Nothing here throws: what cannot be known is `unknown`. */
export async function checkDomain(
  resolver: Resolver,
  subject: CheckSubject,
  names: OperatorNames,
): Promise<DomainReport> {
  const second = ed25519Record(subject);
  const [ownership, dkim, dkimEd25519, spf, dmarc, returnPath, mx, ptr] = await Promise.all([
    checkOwnership(resolver, subject),
    checkDkim(resolver, dkimRecord(subject)),
    second === null ? null : checkDkim(resolver, second),
    checkSpfItem(resolver, subject, names),
    checkDmarc(resolver, subject),
    checkReturnPath(resolver, subject, names),
    checkMx(resolver, subject),
    checkPtr(resolver, names),
  ]);
  return { ownership, dkim, dkimEd25519, spf, dmarc, returnPath, mx, ptr };
}

async function checkOwnership(resolver: Resolver, subject: CheckSubject): Promise<CheckItem> {
  const expected = ownershipRecord(subject);
  const answer = await resolver.txt(expected.name);
  const found = textsOf(answer);
  if (answer.kind === "failed") return unknown(expected);
  if (found.includes(expected.value))
    return { status: "ok", expected, found, advice: "The domain is yours." };
  const advice = `Publish this TXT record at ${expected.name}, then check again.`;
  return { status: found.length > 0 ? "wrong" : "missing", expected, found, advice };
}

async function checkDkim(resolver: Resolver, expected: ExpectedRecord): Promise<CheckItem> {
  const answer = await resolver.txt(expected.name);
  if (answer.kind === "failed") return unknown(expected);
  const records = answer.kind === "found" ? answer.records : [];
  const comparison = compareDkimRecord(records, expected.value);
  return {
    status: statusOf(comparison),
    expected,
    found: textsOf(answer),
    advice: dkimAdvice(comparison, expected.name),
  };
}

function statusOf({ kind }: DkimRecordCheck): CheckItem["status"] {
  if (kind === "match") return "ok";
  return kind === "missing" ? "missing" : "wrong";
}

function dkimAdvice(comparison: DkimRecordCheck, name: string): string {
  switch (comparison.kind) {
    case "match":
      return "Signatures can be verified.";
    case "missing":
      return `Publish this TXT record at ${name}: receivers need it to verify our signatures.`;
    case "testing":
      return `The record at ${name} holds the right key, but its t=y makes receivers treat the mail as unsigned. Remove t=y.`;
    case "revoked":
      return `The record at ${name} has an empty p=, which says that the key was withdrawn. Replace it with this one.`;
    case "several":
      return `There are ${comparison.found.length} TXT records at ${name}, and receivers may read any of them. Leave only this one.`;
    case "malformed":
      return `The record at ${name} cannot be read as a DKIM key. Replace it with this one.`;
    case "different":
      return `The record at ${name} holds another key, or forbids the use of this one for mail. Replace it with this one.`;
    default:
      return assertNever(comparison);
  }
}

async function checkSpfItem(
  resolver: Resolver,
  subject: CheckSubject,
  names: OperatorNames,
): Promise<CheckItem> {
  const expected = spfRecord(subject, names);
  const check = await checkSpf(resolver, subject.name, names.spfInclude);
  const advice = spfAdvice(check, names);
  switch (check.kind) {
    case "failed":
      return unknown(expected);
    case "passes":
      return { status: "ok", expected, found: [check.record], advice };
    case "missing":
      return { status: "missing", expected, found: [], advice };
    case "several":
      return { status: "wrong", expected, found: [...check.records], advice };
    default:
      return { status: "wrong", expected, found: [check.record], advice };
  }
}

function spfAdvice(check: SpfCheck, { spfInclude }: OperatorNames): string {
  switch (check.kind) {
    case "passes":
      return `Mail from here passes SPF (${check.lookups} of 10 look-ups used).`;
    case "missing":
      return "There is no SPF record. Publish this one.";
    case "does_not_pass":
      return `Add include:${spfInclude} to the record, before its "all".`;
    case "several":
      return `${check.name} has more than one SPF record, so receivers use none. Merge them into one.`;
    case "malformed":
      return `The record of ${check.name} is not valid at "${check.term}".`;
    case "broken_include":
      return `The record leads to ${check.name}, which has no SPF record. Remove that part.`;
    case "too_many_lookups":
      return "The record needs more than 10 DNS look-ups, so receivers give up. Remove some includes.";
    case "failed":
      return "The DNS gave no answer. Check again later.";
  }
}

async function checkDmarc(resolver: Resolver, subject: CheckSubject): Promise<CheckItem> {
  const expected = { type: "TXT", name: `_dmarc.${subject.name}`, value: "v=DMARC1; p=none" };
  const finding = await findDmarc(resolver, subject.name);
  if (finding.kind === "failed") return unknown(expected);
  const ignored = finding.ignored.map(ignoredAdvice);
  if (finding.kind === "found") {
    const { at, appliedPolicy } = finding;
    const effect =
      appliedPolicy === undefined
        ? `The record of ${at} names no valid policy (p=), so receivers do nothing with it.`
        : `The policy of ${at} holds: ${appliedPolicy}.`;
    const isRight = ignored.length === 0 && appliedPolicy !== undefined;
    const advice = [...ignored, effect].join(" ");
    return { status: isRight ? "ok" : "wrong", expected, found: [finding.text], advice };
  }
  const wish =
    "Large receivers want a DMARC record. This one asks for nothing and can be made stricter later.";
  const advice = [...ignored, wish].join(" ");
  return { status: ignored.length > 0 ? "wrong" : "missing", expected, found: [], advice };
}

function ignoredAdvice({ name, reason }: IgnoredDmarc): string {
  return reason === "several"
    ? `There is more than one DMARC record at _dmarc.${name}, so receivers use none of them. Leave one.`
    : `The DMARC record at _dmarc.${name} cannot be read, so receivers ignore it. Mend it.`;
}

async function checkReturnPath(
  resolver: Resolver,
  subject: CheckSubject,
  names: OperatorNames,
): Promise<CheckItem> {
  const expected = { type: "CNAME", name: `bounce.${subject.name}`, value: names.returnPathTarget };
  const answer = await resolver.cname(expected.name);
  if (answer.kind === "failed") return unknown(expected);
  const found = answer.kind === "found" ? [...answer.records] : [];
  const isRight = found.some(
    (target) => target.replace(/\.$/, "").toLowerCase() === expected.value.toLowerCase(),
  );
  if (isRight) return { status: "ok", expected, found, advice: "Bounces come back under your own domain." };
  const advice = "Optional: with this record bounces come back under your own domain, which aligns SPF.";
  return { status: found.length > 0 ? "wrong" : "missing", expected, found, advice };
}

async function checkMx(resolver: Resolver, subject: CheckSubject): Promise<CheckItem> {
  const answer = await resolver.mx(subject.name);
  if (answer.kind === "failed") return unknown(null);
  const found = answer.kind === "found" ? answer.records.map((r) => `${r.preference} ${r.exchange}`) : [];
  if (found.length > 0) return { status: "ok", expected: null, found, advice: "Replies can be delivered." };
  const advice = "The domain receives no mail. Replies will be lost unless Reply-To names another one.";
  return { status: "missing", expected: null, found, advice };
}

async function checkPtr(resolver: Resolver, { sourceAddresses }: OperatorNames): Promise<CheckItem> {
  const found: string[] = [];
  let isComplete = sourceAddresses.length > 0;
  for (const address of sourceAddresses) {
    const answer = await resolver.ptr(address);
    if (answer.kind === "found") found.push(...answer.records.map((name) => `${address} ${name}`));
    else isComplete = false;
  }
  if (sourceAddresses.length === 0) {
    const advice = "The operator has not named the addresses mail is sent from (FACTEUR_SOURCE_ADDRESSES).";
    return { status: "unknown", expected: null, found, advice };
  }
  return isComplete
    ? { status: "ok", expected: null, found, advice: "The sending addresses have names." }
    : {
        status: "missing",
        expected: null,
        found,
        advice: "The operator must set reverse DNS for its addresses.",
      };
}

function unknown(expected: CheckItem["expected"]): CheckItem {
  return { status: "unknown", expected, found: [], advice: "The DNS gave no answer. Check again later." };
}

function textsOf(answer: Answer<readonly string[]>): string[] {
  return answer.kind === "found" ? answer.records.map((strings) => strings.join("")) : [];
}
