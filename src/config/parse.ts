import { domainToASCII } from "node:url";
import { isIP } from "../base/ip.ts";

/** A value, or a clause that completes “FACTEUR_X …”. */
export type Parsed<T> = { value: T } | { wrong: string };

export interface HostPort {
  /** A name or an IP address, without brackets. */
  host: string;
  port: number;
}

const wrong = (text: string): { wrong: string } => ({ wrong: text });

// RFC 1123 §2.1: letters, digits and hyphens, no label over 63 octets, 253 in all.
const hostName = /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i;

export function isHost(text: string): boolean {
  return isIP(text) !== 0 || hostName.test(text);
}

/** host:port, with an IPv6 address in brackets. */
export function hostPort(
  text: string,
  options: { defaultPort?: number; allowsZero?: boolean } = {},
): Parsed<HostPort> {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text);
  const bracketed = match?.[1];
  const host = bracketed ?? match?.[2] ?? "";
  if (match === null || (bracketed !== undefined ? isIP(bracketed) !== 6 : !isHost(host)))
    return wrong("is not host:port (an IPv6 address stands in brackets)");
  const port = match[3] === undefined ? options.defaultPort : Number(match[3]);
  if (port === undefined) return wrong("lacks the port");
  if (port > 65_535 || (port === 0 && !options.allowsZero)) return wrong("has a port outside 1 to 65535");
  return { value: { host, port } };
}

// Shorter ones can be guessed. RFC 6750 §2.1 says what a token is written with.
const tokenForm = /^[A-Za-z0-9._~+/-]{16,256}=*$/;

/** A token for Authorization: Bearer. */
export function bearer(text: string): Parsed<string> {
  return tokenForm.test(text) ? { value: text } : wrong("is not 16 to 256 letters, digits or ._~+/-");
}

/** host:port as it stands in a URL. */
export function inUrl({ host, port }: HostPort): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

export function oneOf<T extends string>(allowed: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const found = allowed.find((word) => word === text);
    return found === undefined ? wrong(`is none of ${allowed.join(", ")}`) : { value: found };
  };
}

export function yesNo(text: string): Parsed<boolean> {
  if (text === "true" || text === "1") return { value: true };
  if (text === "false" || text === "0") return { value: false };
  return wrong("is neither true nor false");
}

/** A whole number of at least 1, or `none`. */
export function limit(text: string): Parsed<number | null> {
  if (text === "none") return { value: null };
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return value >= 1 ? { value } : wrong("is neither a whole number from 1 on nor `none`");
}

/** Several values separated by commas; the first wrong one speaks for the list. */
export function list<T>(parse: (text: string) => Parsed<T>): (text: string) => Parsed<T[]> {
  return (text) => {
    const values: T[] = [];
    for (const part of text.split(",")) {
      const parsed = parse(part.trim());
      if ("wrong" in parsed) return wrong(`holds ${JSON.stringify(part.trim())}, which ${parsed.wrong}`);
      values.push(parsed.value);
    }
    return { value: values };
  };
}

export function ipAddress(text: string): Parsed<string> {
  return isIP(text) === 0 ? wrong("is not an IP address") : { value: text };
}

/** An IP address, or a network as address/bits (RFC 4632, RFC 4291 §2.3). */
export function network(text: string): Parsed<string> {
  const [address = "", bits, ...rest] = text.split("/");
  const kind = isIP(address);
  if (kind === 0 || rest.length > 0)
    return wrong("is neither an IP address nor a network such as 10.0.0.0/8");
  if (bits === undefined) return { value: text };
  const bitsMax = kind === 4 ? 32 : 128;
  // Bits of 0 would believe everybody.
  const isInRange = /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= bitsMax;
  return isInRange ? { value: text } : wrong(`has bits outside 1 to ${bitsMax}`);
}

/** The address and port of a resolver; node asks resolvers by IP address only. */
export function resolverAddress(text: string): Parsed<HostPort> {
  const bare = isIP(text) === 6 ? `[${text}]` : text;
  const parsed = hostPort(bare, { defaultPort: 53 });
  if ("wrong" in parsed || isIP(parsed.value.host) !== 0) return parsed;
  if (parsed.value.host === "localhost") return { value: { host: "127.0.0.1", port: parsed.value.port } };
  return wrong("does not name the resolver by its IP address");
}

/** A domain in the form DNS uses: lower case, international labels encoded. */
export function domain(text: string): Parsed<string> {
  const ascii = domainToASCII(text.replace(/\.$/, ""));
  return ascii !== "" && hostName.test(ascii) && isIP(ascii) === 0
    ? { value: ascii }
    : wrong("is not a domain name");
}

/** Scheme, host and port alone: the links of the service hang below it. */
export function origin(text: string): Parsed<URL> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:") || url.host === "")
    return wrong("is not an http or https URL");
  if (url.username !== "" || url.password !== "") return wrong("holds a user or a password");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return wrong("goes on behind host and port");
  return { value: url };
}

export function databaseUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "postgres:" && url.protocol !== "postgresql:"))
    return wrong("is not a postgresql:// URL");
  return { value: text };
}

/** A mailbox as far as a setting needs it: something, @, a domain. */
export function mailAddress(text: string): Parsed<string> {
  const at = text.lastIndexOf("@");
  const isAddress = at > 0 && !/[\s<>]/.test(text) && !("wrong" in domain(text.slice(at + 1)));
  return isAddress ? { value: text } : wrong("is not a mail address");
}

/** Two letters of ISO 3166-1. */
export function country(text: string): Parsed<string> {
  return /^[a-z]{2}$/i.test(text)
    ? { value: text.toUpperCase() }
    : wrong("is not a country code of two letters");
}

/** 32 bytes in base64 or hexadecimal. */
export function keyBytes(text: string): Parsed<Buffer> {
  const isHex = /^[0-9a-f]{64}$/i.test(text);
  const isBase64 = /^[A-Za-z0-9+/_-]{43}=?$/.test(text);
  if (!isHex && !isBase64) return wrong("is not 32 bytes in base64 or hexadecimal");
  const value = Buffer.from(text, isHex ? "hex" : "base64");
  // A key of one repeated byte comes from a placeholder or from an empty device, not from a generator.
  return new Set(value).size > 1 ? { value } : wrong("repeats one byte, so nobody drew it at random");
}

/** Any text on one line. */
export function line(text: string): Parsed<string> {
  return /[\r\n\0]/.test(text) ? wrong("goes over several lines") : { value: text };
}
