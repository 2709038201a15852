import { isIP } from "../../base/ip.ts";
import { dnsName } from "../dns/name.ts";

const version = /^v=spf1(?: |$)/i;
const directive = /^([+\-~?])?(all|include|a|mx|ptr|ip4|ip6|exists)(?=$|[:/])(.*)$/i;
const modifier = /^([a-z][a-z0-9_.-]*)=([\x21-\x7e]*)$/i;
const macro = /%\{[slodiphcrtv]\d*r?[-.+,/_=]*\}|%[%_-]/gi;
const prefixLengthMax = { 4: 32, 6: 128 } as const;
const cidr = /^(?:\/(\d{1,2}))?(?:\/\/(\d{1,3}))?$/;

export type SpfMechanism = "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists";
/** pass, fail, softfail, neutral. */
export type SpfQualifier = "+" | "-" | "~" | "?";

/** One word of a record. `value` is what follows the colon or the equals sign, "" for nothing. */
export type SpfTerm =
  | {
      readonly kind: "mechanism";
      readonly qualifier: SpfQualifier;
      readonly name: SpfMechanism;
      readonly value: string;
    }
  | { readonly kind: "modifier"; readonly name: string; readonly value: string };

/** A record read. `malformed` names the first word that makes receivers give up on all of it (permerror). */
export type SpfRecord =
  | { readonly kind: "record"; readonly terms: readonly SpfTerm[] }
  | { readonly kind: "malformed"; readonly term: string };

/** Whether a TXT record is an SPF record at all. @see RFC 7208 §4.5 */
export function isSpf(text: string): boolean {
  return version.test(text);
}

/** Reads an SPF record, all words of it: one that is wrong spoils the others. @see RFC 7208 §4.6, §12 */
export function parseSpf(text: string): SpfRecord {
  const terms: SpfTerm[] = [];
  const once = new Set<string>();
  for (const word of text.split(" ").slice(1)) {
    if (word === "") continue;
    const term = parseTerm(word);
    if (term === undefined) return { kind: "malformed", term: word };
    if (term.kind === "modifier" && (term.name === "redirect" || term.name === "exp")) {
      // RFC 7208 §6: these two at most once.
      if (once.has(term.name)) return { kind: "malformed", term: word };
      once.add(term.name);
    }
    terms.push(term);
  }
  return { kind: "record", terms };
}

function parseTerm(word: string): SpfTerm | undefined {
  const found = directive.exec(word);
  if (found !== null) {
    const [, qualifier = "+", name = "", rest = ""] = found;
    return parseMechanism(name.toLowerCase() as SpfMechanism, qualifier as SpfQualifier, rest);
  }
  const [, name = "", value = ""] = modifier.exec(word) ?? [];
  if (name === "") return undefined;
  const key = name.toLowerCase();
  if ((key === "redirect" || key === "exp") && !isDomainSpec(value)) return undefined;
  return { kind: "modifier", name: key, value };
}

function parseMechanism(name: SpfMechanism, qualifier: SpfQualifier, rest: string): SpfTerm | undefined {
  const value = rest.startsWith(":") ? rest.slice(1) : rest;
  const hasColon = rest.startsWith(":");
  return isArgument(name, hasColon, value) ? { kind: "mechanism", qualifier, name, value } : undefined;
}

function isArgument(name: SpfMechanism, hasColon: boolean, value: string): boolean {
  switch (name) {
    case "all":
      return !hasColon && value === "";
    case "include":
    case "exists":
      return hasColon && isDomainSpec(value);
    case "ptr":
      return hasColon ? isDomainSpec(value) : value === "";
    case "ip4":
      return hasColon && isNetwork(value, 4);
    case "ip6":
      return hasColon && isNetwork(value, 6);
    case "a":
    case "mx":
      return isHosts(hasColon, value);
  }
}

/** `a` and `mx` take a name, prefix lengths for IPv4 and IPv6, or both. */
function isHosts(hasColon: boolean, value: string): boolean {
  // A slash may stand in a macro; what follows the last brace cannot.
  const slash = value.indexOf("/", value.lastIndexOf("}") + 1);
  const name = slash === -1 ? value : value.slice(0, slash);
  const [whole, v4 = "0", v6 = "0"] = cidr.exec(slash === -1 ? "" : value.slice(slash)) ?? [];
  return (
    whole !== undefined &&
    Number(v4) <= prefixLengthMax[4] &&
    Number(v6) <= prefixLengthMax[6] &&
    (hasColon ? isDomainSpec(name) : name === "")
  );
}

function isNetwork(value: string, version: 4 | 6): boolean {
  const [address = "", length = "0", ...more] = value.split("/");
  return (
    isIP(address) === version &&
    /^\d{1,3}$/.test(length) &&
    Number(length) <= prefixLengthMax[version] &&
    more.length === 0
  );
}

/** RFC 7208 §7.1: a name of at least two labels, in which macros may stand. */
function isDomainSpec(value: string): boolean {
  const plain = value.replace(macro, "x");
  return (
    dnsName(plain) !== undefined && /^[\x21-\x7e]+$/.test(value) && (plain.includes(".") || plain !== value)
  );
}

/** Whether a name depends on the message, so that it cannot be looked up ahead. */
export function hasMacro(value: string): boolean {
  return value.includes("%");
}
