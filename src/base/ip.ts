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
