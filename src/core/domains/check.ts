import { compareDkimRecord, type DkimRecordCheck } from "../../mail/dkim/key.ts";
import { findDmarc, type IgnoredDmarc } from "../../mail/dmarc/find.ts";
import type { Answer } from "../../mail/dns/answer.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";
import { checkSpf, type SpfCheck } from "../../mail/spf/check.ts";
import { type Advice, advise } from "./advice.ts";
import { type CheckItem, type DomainReport, emptyReport, itemOf } from "./report.ts";

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
  if (found.includes(expected.value)) return itemOf("ok", { expected, found }, [advise("ownership_shown")]);
  const advices = [advise("ownership_missing", expected.name)];
  return itemOf(found.length > 0 ? "wrong" : "missing", { expected, found }, advices);
}

async function checkDkim(resolver: Resolver, expected: ExpectedRecord): Promise<CheckItem> {
  const answer = await resolver.txt(expected.name);
  if (answer.kind === "failed") return unknown(expected);
  const records = answer.kind === "found" ? answer.records : [];
  const comparison = compareDkimRecord(records, expected.value);
  return itemOf(statusOf(comparison), { expected, found: textsOf(answer) }, [
    dkimAdvice(comparison, expected.name),
  ]);
}

function statusOf({ kind }: DkimRecordCheck): CheckItem["status"] {
  if (kind === "match") return "ok";
  return kind === "missing" ? "missing" : "wrong";
}

function dkimAdvice(comparison: DkimRecordCheck, name: string): Advice {
  switch (comparison.kind) {
    case "match":
      return advise("dkim_right");
    case "several":
      return advise("dkim_several", name, String(comparison.found.length));
    default:
      return advise(`dkim_${comparison.kind}`, name);
  }
}

async function checkSpfItem(
  resolver: Resolver,
  subject: CheckSubject,
  names: OperatorNames,
): Promise<CheckItem> {
  const expected = spfRecord(subject, names);
  const check = await checkSpf(resolver, subject.name, names.spfInclude);
  const advices = [spfAdvice(check, names)];
  switch (check.kind) {
    case "failed":
      return unknown(expected);
    case "passes":
      return itemOf("ok", { expected, found: [check.record] }, advices);
    case "missing":
      return itemOf("missing", { expected, found: [] }, advices);
    case "several":
      return itemOf("wrong", { expected, found: [...check.records] }, advices);
    default:
      return itemOf("wrong", { expected, found: [check.record] }, advices);
  }
}

function spfAdvice(check: SpfCheck, { spfInclude }: OperatorNames): Advice {
  switch (check.kind) {
    case "passes":
      return advise("spf_right", "", String(check.lookups));
    case "missing":
      return advise("spf_missing");
    case "does_not_pass":
      return advise("spf_not_included", "", `include:${spfInclude}`);
    case "several":
      return advise("spf_several", check.name);
    case "malformed":
      return advise("spf_malformed", check.name, check.term);
    case "broken_include":
      return advise("spf_broken_include", check.name);
    case "too_many_lookups":
      return advise("spf_too_many_lookups");
    case "failed":
      return advise("no_answer");
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
        ? advise("dmarc_without_policy", at)
        : advise("dmarc_policy", at, appliedPolicy);
    const isRight = ignored.length === 0 && appliedPolicy !== undefined;
    return itemOf(isRight ? "ok" : "wrong", { expected, found: [finding.text] }, [...ignored, effect]);
  }
  const status = ignored.length > 0 ? "wrong" : "missing";
  return itemOf(status, { expected, found: [] }, [...ignored, advise("dmarc_wanted")]);
}

function ignoredAdvice({ name, reason }: IgnoredDmarc): Advice {
  return advise(reason === "several" ? "dmarc_several" : "dmarc_malformed", `_dmarc.${name}`);
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
  if (isRight) return itemOf("ok", { expected, found }, [advise("return_path_right")]);
  return itemOf(found.length > 0 ? "wrong" : "missing", { expected, found }, [
    advise("return_path_optional"),
  ]);
}

async function checkMx(resolver: Resolver, subject: CheckSubject): Promise<CheckItem> {
  const answer = await resolver.mx(subject.name);
  if (answer.kind === "failed") return unknown(null);
  const found = answer.kind === "found" ? answer.records.map((r) => `${r.preference} ${r.exchange}`) : [];
  return found.length > 0
    ? itemOf("ok", { expected: null, found }, [advise("mx_right")])
    : itemOf("missing", { expected: null, found }, [advise("mx_missing")]);
}

async function checkPtr(resolver: Resolver, { sourceAddresses }: OperatorNames): Promise<CheckItem> {
  const found: string[] = [];
  let isComplete = sourceAddresses.length > 0;
  for (const address of sourceAddresses) {
    const answer = await resolver.ptr(address);
    if (answer.kind === "found") found.push(...answer.records.map((name) => `${address} ${name}`));
    else isComplete = false;
  }
  if (sourceAddresses.length === 0)
    return itemOf("unknown", { expected: null, found }, [advise("ptr_not_told")]);
  return isComplete
    ? itemOf("ok", { expected: null, found }, [advise("ptr_right")])
    : itemOf("missing", { expected: null, found }, [advise("ptr_missing")]);
}

function unknown(expected: CheckItem["expected"]): CheckItem {
  return itemOf("unknown", { expected, found: [] }, [advise("no_answer")]);
}

function textsOf(answer: Answer<readonly string[]>): string[] {
  return answer.kind === "found" ? answer.records.map((strings) => strings.join("")) : [];
}
