import type { RawReply } from "./reply.ts";

/** What the peer has offered in its answer to EHLO. */
export interface Offers {
  readonly pipelining: boolean;
  readonly chunking: boolean;
  readonly eightBitMime: boolean;
  readonly smtpUtf8: boolean;
  readonly dsn: boolean;
  readonly startTls: boolean;
  readonly enhancedStatusCodes: boolean;
  /** True when SIZE may be declared. */
  readonly size: boolean;
  /** The largest message taken, in octets; absent when the peer names no limit. RFC 1870 §4. */
  readonly sizeBytesMax?: number;
  /** SASL mechanisms in capitals. */
  readonly authMechanisms: readonly string[];
}

/** What a peer offers that knows only HELO. */
export const noOffers: Offers = {
  pipelining: false,
  chunking: false,
  eightBitMime: false,
  smtpUtf8: false,
  dsn: false,
  startTls: false,
  enhancedStatusCodes: false,
  size: false,
  authMechanisms: [],
};

/** Reads the answer to EHLO: a greeting, then a keyword with parameters a line. RFC 5321 §4.1.1.1. */
export function readOffers(reply: RawReply): Offers {
  const keywords = new Map<string, string[]>();
  for (const line of reply.lines.slice(1)) {
    // `AUTH=LOGIN` is how some servers spelt it before RFC 4954.
    const [keyword = "", ...parameters] = line
      .trim()
      .toUpperCase()
      .replace(/^AUTH=/, "AUTH ")
      .split(/\s+/);
    keywords.set(keyword, [...(keywords.get(keyword) ?? []), ...parameters]);
  }
  const sizeBytesMax = sizeOf(keywords.get("SIZE")?.[0]);
  return {
    pipelining: keywords.has("PIPELINING"),
    chunking: keywords.has("CHUNKING"),
    eightBitMime: keywords.has("8BITMIME"),
    smtpUtf8: keywords.has("SMTPUTF8"),
    dsn: keywords.has("DSN"),
    startTls: keywords.has("STARTTLS"),
    enhancedStatusCodes: keywords.has("ENHANCEDSTATUSCODES"),
    size: keywords.has("SIZE"),
    authMechanisms: keywords.get("AUTH") ?? [],
    ...(sizeBytesMax === undefined ? {} : { sizeBytesMax }),
  };
}

function sizeOf(parameter: string | undefined): number | undefined {
  if (parameter === undefined || !/^\d{1,15}$/.test(parameter)) return undefined;
  const size = Number(parameter);
  // RFC 1870 §4: zero says that there is no limit.
  return size === 0 ? undefined : size;
}
