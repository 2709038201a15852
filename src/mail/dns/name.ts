import { domainToASCII } from "node:url";
import { isIP } from "../../base/ip.ts";

// RFC 1035 §2.3.4, in the form without the closing dot.
const nameLengthMax = 253;
// Underscores stand in service names such as _dmarc; other characters no name that serves mail has.
const labels = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** A name as it is asked for: lower case, A-labels, no closing dot. Undefined for what cannot exist in the DNS. */
export function dnsName(name: string): string | undefined {
  const ascii = /^[\x20-\x7e]*$/.test(name) ? name : domainToASCII(name);
  const plain = (ascii.endsWith(".") ? ascii.slice(0, -1) : ascii).toLowerCase();
  return plain.length <= nameLengthMax && labels.test(plain) ? plain : undefined;
}

/** The name under which an address is looked up in reverse (RFC 1035 §3.5, RFC 3596 §2.5). Undefined for other text. */
export function reverseName(address: string): string | undefined {
  const version = isIP(address);
  if (version === 4) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  if (version === 0 || address.includes("%")) return undefined;
  const digits = ipv6Groups(address)
    .map((group) => group.padStart(4, "0"))
    .join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa`;
}

/** The eight groups of an IPv6 address, in hexadecimal. */
function ipv6Groups(address: string): string[] {
  // The URL parser knows every spelling, also with an IPv4 address at the end, and writes one of them.
  const compact = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [front = "", back] = compact.split("::");
  const head = front === "" ? [] : front.split(":");
  const tail = back === undefined || back === "" ? [] : back.split(":");
  const zeros = back === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array<string>(zeros).fill("0"), ...tail];
}
