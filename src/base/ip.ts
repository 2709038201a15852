import { BlockList, isIP as kindOf } from "node:net";

/** 4 or 6 for an IP address, 0 for anything else. */
export function isIP(text: string): 0 | 4 | 6 {
  return kindOf(text) as 0 | 4 | 6;
}

// RFC 6890: addresses that mean this machine or nobody.
const own = new BlockList();
own.addSubnet("127.0.0.0", 8, "ipv4");
own.addSubnet("0.0.0.0", 8, "ipv4");
own.addAddress("::1", "ipv6");
own.addAddress("::", "ipv6");

/** Does the address mean this machine? IPv4 addresses written as IPv6 are understood. */
export function isOwnAddress(address: string): boolean {
  const kind = kindOf(address);
  return kind !== 0 && own.check(address, kind === 4 ? "ipv4" : "ipv6");
}

/** Does a host, as it is listened at, let only programs of this machine in? */
export function isLoopbackHost(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const address = plainAddress(host);
  return isOwnAddress(address) && !/^(?:0\.|[0:]+$)/.test(address);
}

// RFC 1918, RFC 3927, RFC 6598, RFC 4193, RFC 4291 §2.4: addresses of one network, not of the internet.
const local = new BlockList();
local.addSubnet("10.0.0.0", 8, "ipv4");
local.addSubnet("172.16.0.0", 12, "ipv4");
local.addSubnet("192.168.0.0", 16, "ipv4");
local.addSubnet("169.254.0.0", 16, "ipv4");
local.addSubnet("100.64.0.0", 10, "ipv4");
local.addSubnet("fc00::", 7, "ipv6");
local.addSubnet("fe80::", 10, "ipv6");

/** Does the address mean this machine, or one of the network it stands in? Names from outside must not lead there:
 *  whoever writes the DNS of a domain would reach servers behind the operator's firewall. */
export function isInternalAddress(address: string): boolean {
  const kind = kindOf(address);
  return kind !== 0 && (isOwnAddress(address) || local.check(address, kind === 4 ? "ipv4" : "ipv6"));
}

/** What counts as one neighbour: an IPv4 address, or the 64 bits of an IPv6 address that a customer of a network gets
 *  (RFC 6177); whoever has them has 2⁶⁴ addresses. What a translator lets through is counted as the IPv4 address it was. */
export function networkOf(address: string): string {
  if (kindOf(address) !== 6) return address;
  const groups = groupsOf(address);
  if (translated.every((group, index) => groups[index] === group)) {
    return groups.slice(6).flatMap(octetsOf).join(".");
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

// RFC 6052 §2.1: the well-known prefix. To all of IPv4 behind one /64 a neighbour's limits would be much too small.
const translated = [0x64, 0xff9b, 0, 0, 0, 0];

function octetsOf(group: number): number[] {
  return [group >> 8, group & 0xff];
}

function groupsOf(address: string): number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...octets) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = "", tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

/** The network around a neighbour: 256 addresses of IPv4 (/24), the smallest that is routed by itself, or 48 bits of IPv6,
 *  what a site gets (RFC 6177). Many neighbours of one may be one owner's. */
export function widerNetworkOf(address: string): string {
  const neighbour = networkOf(address);
  if (!neighbour.includes(":")) return `${neighbour.slice(0, neighbour.lastIndexOf("."))}.0/24`;
  return `${neighbour.split(":").slice(0, 3).join(":")}::/48`;
}

/** Takes the prefix off an IPv4 address that is written as IPv6 (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

// What IANA's registries of special-purpose addresses do not call globally reachable (RFC 6890), multicast, and IPv6
// addresses that carry an IPv4 one for a gateway to take out again: behind NAT64 or 6to4 that one may be private.
const special = new BlockList();
for (const [network, prefix] of [
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  special.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  special.addSubnet(network, prefix, "ipv6");
}
// RFC 4291 §2.4: the only part of IPv6 that has been given out as global unicast.
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

/** Is this an address of the internet at large? Where others name the host that this service connects to, anything
 *  else would let them reach machines that only the operator's own network can. */
export function isPublicAddress(address: string): boolean {
  const kind = kindOf(address);
  if (kind === 0 || isInternalAddress(address)) return false;
  const family = kind === 4 ? "ipv4" : "ipv6";
  if (special.check(address, family)) return false;
  return kind === 4 || globalUnicast.check(address, family);
}

/** A list of addresses and networks (`192.0.2.1`, `2001:db8::/32`) that can be asked. They are checked where settings are
 *  read. */
export function networksOf(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits] = text.split("/");
    const family = kindOf(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Is the address in one of the networks? */
export function isIn(list: BlockList, address: string): boolean {
  const kind = kindOf(address);
  return kind !== 0 && list.check(address, kind === 6 ? "ipv6" : "ipv4");
}
