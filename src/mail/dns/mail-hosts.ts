import type { Answer, FailureReason, MxRecord } from "./answer.ts";
import type { Resolver } from "./resolver.ts";

// RFC 5321 §5.1 wants at least two addresses tried and allows a limit. A domain that lists hundreds would
// otherwise make one message knock at each of them.
const hostsMax = 10;
const addressesMax = 20;

/** A server that takes a domain's mail. */
export interface MailHost {
  /** The name the MX record gives, or the domain itself. What DANE and MTA-STS match. */
  readonly name: string;
  /** Where the name's CNAME chain ends; the same as `name` without one. */
  readonly canonicalName: string;
  readonly preference: number;
  /** To be tried in this order: IPv6 and IPv4 in turn. */
  readonly addresses: readonly string[];
  /** Whether MX and addresses were validated, as DANE needs (RFC 7672 §2.2). */
  readonly authenticated: boolean;
}

/** Where a domain's mail goes. */
export type MailHosts =
  | { readonly kind: "hosts"; readonly hosts: readonly MailHost[] }
  /** The domain takes no mail and says so (RFC 7505): 5.1.10, at once. */
  | { readonly kind: "null_mx" }
  /** The domain exists, but none of its mail servers does: 5.4.4. */
  | { readonly kind: "no_mail_host" }
  /** 5.1.2. */
  | { readonly kind: "missing_domain" }
  | { readonly kind: "failed"; readonly reason: FailureReason };

type Located =
  | { readonly kind: "host"; readonly host: MailHost }
  | { readonly kind: "nowhere" }
  | { readonly kind: "failed"; readonly reason: FailureReason };

/** Finds the servers of a domain: MX by preference, equal ones in an order drawn from `random` (0 ≤ n < 1), or the
 *  domain's own addresses if it has no MX at all. The addresses are as the DNS gives them, private ones too.
 *  @see RFC 5321 §5.1, RFC 7505 */
export async function mailHosts(
  resolver: Resolver,
  domain: string,
  random: () => number,
): Promise<MailHosts> {
  const mx = await resolver.mx(domain);
  switch (mx.kind) {
    case "found":
      return hostsOfMx(resolver, mx, random);
    case "none":
      return gathered([
        await locate(resolver, { name: domain, preference: 0, authenticated: mx.authenticated }),
      ]);
    case "missing":
      return { kind: "missing_domain" };
    case "failed":
      return mx;
  }
}

async function hostsOfMx(
  resolver: Resolver,
  mx: Answer<MxRecord> & { kind: "found" },
  random: () => number,
): Promise<MailHosts> {
  // RFC 7505 §3 wants a Null MX to stand alone. Beside real hosts it is a mistake that should not cost mail.
  const real = mx.records.filter(({ exchange }) => exchange !== "");
  if (real.length === 0) return { kind: "null_mx" };
  const tried = byPreference(real, random).slice(0, hostsMax);
  const located = await Promise.all(
    tried.map(({ exchange, preference }) =>
      locate(resolver, { name: exchange, preference, authenticated: mx.authenticated }),
    ),
  );
  return gathered(located);
}

/** RFC 5321 §5.1: lowest first; equal ones spread, so that each carries its part. */
function byPreference(records: readonly MxRecord[], random: () => number): MxRecord[] {
  const drawn = records.map((record) => ({ record, lot: random() }));
  drawn.sort((a, b) => a.record.preference - b.record.preference || a.lot - b.lot);
  return drawn.map(({ record }) => record);
}

async function locate(
  resolver: Resolver,
  { name, preference, authenticated }: { name: string; preference: number; authenticated: boolean },
): Promise<Located> {
  const [v6, v4] = await Promise.all([resolver.aaaa(name), resolver.a(name)]);
  const addresses = inTurn(recordsOf(v6), recordsOf(v4));
  if (addresses.length === 0) {
    if (v4.kind === "failed") return v4;
    return v6.kind === "failed" ? v6 : { kind: "nowhere" };
  }
  const canonicalName = [v6, v4].find((answer) => answer.kind === "found")?.canonicalName ?? name;
  // A failed answer does not lower the other one: who can block AAAA could otherwise switch DANE off.
  const isSecure =
    authenticated && [v6, v4].every((answer) => answer.kind === "failed" || answer.authenticated);
  return { kind: "host", host: { name, canonicalName, preference, addresses, authenticated: isSecure } };
}

/** RFC 5321 §5.1: hosts that cannot be found now do not matter while another can; without any, the mail waits. */
function gathered(located: readonly Located[]): MailHosts {
  const hosts: MailHost[] = [];
  let room = addressesMax;
  for (const result of located) {
    if (result.kind !== "host" || room === 0) continue;
    const addresses = result.host.addresses.slice(0, room);
    room -= addresses.length;
    hosts.push({ ...result.host, addresses });
  }
  if (hosts.length > 0) return { kind: "hosts", hosts };
  return located.find((result) => result.kind === "failed") ?? { kind: "no_mail_host" };
}

function recordsOf(answer: Answer<string>): readonly string[] {
  return answer.kind === "found" ? answer.records : [];
}

function inTurn(first: readonly string[], second: readonly string[]): string[] {
  const mixed: string[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    mixed.push(...first.slice(i, i + 1), ...second.slice(i, i + 1));
  }
  return mixed;
}
