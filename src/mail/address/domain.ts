import { domainToASCII } from "node:url";
import type { AddressProblem } from "./problem.ts";

/** RFC 1035 §2.3.4: a name has at most 255 octets on the wire, which is 253 as text. */
const domainLengthMax = 253;
/** RFC 1035 §2.3.4. */
const labelLengthMax = 63;

const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const asciiOtherThanHost = /[\x00-\x2c\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/;
const beyondAscii = /[^\x00-\x7f]/;
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const ipv6Tag = /^ipv6:/i;
const ipv6Characters = /^[0-9a-f:.]+$/i;

/** Reads what stands after the @: a domain, returned in lower-case A-labels, or an address literal, returned in its
 *  one canonical form. Names without a dot are refused: no mail service can reach `user@server`, and RFC 5321 §2.3.5
 *  wants names that resolve. So are names that end in digits alone, which would be an IPv4 address (RFC 3696 §2). */
export function parseDomain(raw: string): string | AddressProblem {
  if (raw === "") return { problem: "domain_empty", message: "Nothing stands after the @ in mail" };
  if (raw.startsWith("[")) return parseLiteral(raw);
  const ascii = toAscii(raw);
  if (ascii === undefined) {
    return {
      problem: "domain_syntax",
      message: "The domain after the @ has a character that no domain may have",
    };
  }
  return checkLabels(ascii);
}

function toAscii(raw: string): string | undefined {
  // The URL rules behind domainToASCII decode %41 and read 0x7f.1 as a number, so it sees neither.
  if (asciiOtherThanHost.test(raw)) return undefined;
  if (!beyondAscii.test(raw)) return raw.toLowerCase();
  const ascii = domainToASCII(raw);
  return ascii === "" ? undefined : ascii;
}

function checkLabels(domain: string): string | AddressProblem {
  const labels = domain.split(".");
  if (labels.some((each) => each === "")) {
    return {
      problem: "domain_syntax",
      message: "A dot in the domain after the @ has nothing before or after it",
    };
  }
  if (domain.length > domainLengthMax) {
    return {
      problem: "too_long",
      message: `The domain after the @ has more than ${domainLengthMax} characters`,
    };
  }
  if (labels.some((each) => each.length > labelLengthMax)) {
    const message = `A part of the domain after the @ has more than ${labelLengthMax} characters`;
    return { problem: "label_too_long", message };
  }
  if (!labels.every((each) => label.test(each))) {
    return {
      problem: "domain_syntax",
      message: "A part of the domain after the @ starts or ends with a hyphen",
    };
  }
  if (labels.length === 1) {
    return { problem: "domain_without_dot", message: "The domain after the @ has no dot" };
  }
  if (/^\d+$/.test(labels.at(-1) ?? "")) {
    return {
      problem: "domain_numeric",
      message: "The domain after the @ ends in a number; an IP address needs [ ]",
    };
  }
  return domain;
}

/** RFC 5321 §4.1.3. Of the tagged forms only IPv6 is registered. */
function parseLiteral(raw: string): string | AddressProblem {
  const inner = raw.slice(1, -1);
  if (raw.endsWith("]")) {
    if (ipv4.test(inner)) return raw;
    const tag = ipv6Tag.exec(inner)?.[0] ?? "";
    const host = `http://[${inner.slice(tag.length)}]/`;
    if (tag !== "" && ipv6Characters.test(inner.slice(tag.length)) && URL.canParse(host)) {
      return `[IPv6:${new URL(host).hostname.slice(1)}`;
    }
  }
  return { problem: "literal", message: "The IP address in [ ] after the @ is not valid" };
}
