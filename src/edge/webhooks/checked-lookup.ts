import type { LookupAddress } from "node:dns";
import { lookup as systemLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "../../base/ip.ts";
import { type Trouble, troubleTexts } from "../../core/webhooks/index.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";

/** A name that leads where this service does not post to. */
export class ForbiddenAddress extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(troubleTexts[trouble]);
    this.trouble = trouble;
  }
}

/** Finds the addresses of a host for a connection, and leaves out all that are not of the internet at large: the
 *  connection goes to an address that was checked, whatever the name means a moment later. Names without a dot belong to
 *  the operator's network; the system knows them, and only where private addresses are allowed. */
export function checkedLookup(
  resolver: Pick<Resolver, "a" | "aaaa">,
  allowsPrivate: boolean,
): LookupFunction {
  const addressesOf = allowsPrivate ? anyAddressOf(resolver) : publicAddressesOf(resolver);
  return (host, options, done) => {
    const give = (found: LookupAddress[]): void => {
      const [first] = found;
      if (first === undefined) done(new Error(troubleTexts.no_address), "");
      else if (options.all === true) done(null, found);
      else done(null, first.address, first.family);
    };
    addressesOf(host).then(give, (error: Error) => done(error, ""));
  };
}

type AddressesOf = (host: string) => Promise<LookupAddress[]>;

function anyAddressOf(resolver: Pick<Resolver, "a" | "aaaa">): AddressesOf {
  return async (host) => {
    if (!host.includes(".")) return systemLookup(host, { all: true });
    return resolved(resolver, host);
  };
}

function publicAddressesOf(resolver: Pick<Resolver, "a" | "aaaa">): AddressesOf {
  return async (host) => {
    const found = await resolved(resolver, host);
    const allowed = found.filter(({ address }) => isPublicAddress(address));
    if (found.length > 0 && allowed.length === 0) {
      throw new ForbiddenAddress("private_name");
    }
    return allowed;
  };
}

async function resolved(resolver: Pick<Resolver, "a" | "aaaa">, host: string): Promise<LookupAddress[]> {
  const [v4, v6] = await Promise.all([resolver.a(host), resolver.aaaa(host)]);
  const found = (answer: typeof v4, family: 4 | 6) =>
    answer.kind === "found" ? answer.records.map((address) => ({ address, family })) : [];
  return [...found(v4, 4), ...found(v6, 6)];
}
