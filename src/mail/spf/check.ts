import type { FailureReason } from "../dns/answer.ts";
import { dnsName } from "../dns/name.ts";
import type { Resolver } from "../dns/resolver.ts";
import { hasMacro, isSpf, parseSpf, type SpfQualifier, type SpfTerm } from "./record.ts";

// RFC 7208 §4.6.4.
const lookupsMax = 10;

/** What a domain's SPF record says about mail from the hosts of another name. `lookups` counts the words that make
 *  receivers ask the DNS, in all records together; above ten they give up. */
export type SpfCheck =
  | { readonly kind: "passes"; readonly record: string; readonly lookups: number }
  | { readonly kind: "does_not_pass"; readonly record: string; readonly lookups: number }
  | { readonly kind: "missing" }
  | { readonly kind: "several"; readonly name: string; readonly records: readonly string[] }
  | { readonly kind: "malformed"; readonly name: string; readonly record: string; readonly term: string }
  /** An include or redirect leads to a name without a record: receivers give up (RFC 7208 §5.2, §6.1). */
  | { readonly kind: "broken_include"; readonly record: string; readonly name: string }
  /** Mail that matches before the limit still passes; all other mail of the domain fails. */
  | { readonly kind: "too_many_lookups"; readonly record: string; readonly passesBefore: boolean }
  | { readonly kind: "failed"; readonly reason: FailureReason };

/** Checks whether a domain's record lets the hosts pass that `mustInclude` stands for, by an include or redirect,
 *  direct or nested. Of other words only those that hold for any host count; names made by macros are not followed.
 *  @see RFC 7208 §4.6.4, §5.2, §6.1 */
export async function checkSpf(resolver: Resolver, domain: string, mustInclude: string): Promise<SpfCheck> {
  const own = await fetchRecord(resolver, domain);
  if (own.kind !== "one") return own;
  const record = own.text;
  const walk: Walk = { resolver, wanted: dnsName(mustInclude) ?? "", lookups: 0 };
  const result = await evaluate(walk, { name: domain, text: record });
  switch (result.kind) {
    case "verdict":
      return { kind: result.passes ? "passes" : "does_not_pass", record, lookups: walk.lookups };
    case "too_many_lookups":
      return { kind: "too_many_lookups", record, passesBefore: result.passesBefore };
    case "missing":
      return { kind: "broken_include", record, name: result.name };
    default:
      return result;
  }
}

interface Walk {
  readonly resolver: Resolver;
  readonly wanted: string;
  lookups: number;
}

type Evaluation =
  | { readonly kind: "verdict"; readonly passes: boolean }
  | { readonly kind: "too_many_lookups"; readonly passesBefore: boolean }
  | { readonly kind: "missing"; readonly name: string }
  | Extract<SpfCheck, { kind: "several" | "malformed" | "failed" }>;

/** RFC 7208 §4.6.2: the first word that matches decides. The rest is still read, for its mistakes and its lookups. */
async function evaluate(walk: Walk, place: { name: string; text: string }): Promise<Evaluation> {
  const parsed = parseSpf(place.text);
  if (parsed.kind === "malformed") {
    return { kind: "malformed", name: place.name, record: place.text, term: parsed.term };
  }
  let matched: SpfQualifier | undefined;
  for (const term of reached(parsed.terms)) {
    const result = await evaluateTerm(walk, term);
    const qualifier = term.kind === "mechanism" ? term.qualifier : "+";
    if (result.kind === "too_many_lookups") {
      const passesBefore = matched === undefined ? result.passesBefore && qualifier === "+" : matched === "+";
      return { kind: "too_many_lookups", passesBefore };
    }
    if (result.kind !== "verdict") return result;
    if (result.passes) matched ??= qualifier;
  }
  return { kind: "verdict", passes: matched === "+" };
}

/** Whether one word matches. A redirect "matches" when the record it leads to says pass. */
async function evaluateTerm(walk: Walk, term: SpfTerm): Promise<Evaluation> {
  if (term.name === "all") return { kind: "verdict", passes: true };
  if (!needsLookup(term)) return { kind: "verdict", passes: false };
  walk.lookups++;
  if (walk.lookups > lookupsMax) return { kind: "too_many_lookups", passesBefore: false };
  if (!isReference(term) || hasMacro(term.value)) return { kind: "verdict", passes: false };
  const found = await fetchRecord(walk.resolver, term.value);
  if (found.kind === "missing") return { kind: "missing", name: term.value };
  if (found.kind !== "one") return found;
  const inner = await evaluate(walk, { name: term.value, text: found.text });
  const isWanted = dnsName(term.value) === walk.wanted;
  return inner.kind === "verdict" && isWanted ? { kind: "verdict", passes: true } : inner;
}

/** The words receivers come to: none after `all`, and a redirect last, if there is no `all` (RFC 7208 §5.1, §6.1). */
function reached(terms: readonly SpfTerm[]): SpfTerm[] {
  const mechanisms = terms.filter((term) => term.kind === "mechanism");
  const end = mechanisms.findIndex((term) => term.name === "all");
  if (end !== -1) return mechanisms.slice(0, end + 1);
  return [...mechanisms, ...terms.filter((term) => term.kind === "modifier" && term.name === "redirect")];
}

function needsLookup({ name }: SpfTerm): boolean {
  return ["include", "a", "mx", "ptr", "exists", "redirect"].includes(name);
}

function isReference({ name }: SpfTerm): boolean {
  return name === "include" || name === "redirect";
}

type Fetched =
  | { readonly kind: "one"; readonly text: string }
  | Extract<SpfCheck, { kind: "missing" | "several" | "failed" }>;

async function fetchRecord(resolver: Resolver, name: string): Promise<Fetched> {
  const answer = await resolver.txt(name);
  if (answer.kind === "failed") return answer;
  if (answer.kind !== "found") return { kind: "missing" };
  const records = answer.records.map((strings) => strings.join("")).filter(isSpf);
  const [text, ...others] = records;
  if (text === undefined) return { kind: "missing" };
  return others.length === 0 ? { kind: "one", text } : { kind: "several", name, records };
}
