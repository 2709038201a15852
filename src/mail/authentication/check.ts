import type { Answer } from "../dns/answer.ts";
import type { Resolver } from "../dns/resolver.ts";

/** A mail that has come in, and what is known of who brought it. */
export interface BroughtMail {
  octets: Buffer;
  /** The other server's address, and the name it gave itself. */
  address: string;
  hello: string;
  /** Of the envelope; "" for nobody. */
  sender: string;
  /** The name of this server. */
  by: string;
}

type Verdict = {
  method: "spf" | "dkim" | "dmarc";
  result: string;
  properties: [name: string, value: string][];
};

/** Says in an Authentication-Results field whose a mail is, as far as SPF, DKIM and DMARC tell: RFC 8601 §2.2, RFC 7208,
 *  RFC 6376, RFC 9989. It names domains alone, no address of the network. Never rejects: what cannot be found out in time is
 *  `temperror`. Asks nobody but the DNS. */
export async function authenticationResults(
  mail: BroughtMail,
  resolver: Pick<Resolver, "a" | "aaaa" | "mx" | "txt" | "ptr">,
  timeoutMs: number,
): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  const verdicts = await Promise.race([verdictsOf(mail, resolver).catch(() => null), late]);
  clearTimeout(timer);
  return [mail.by, ...(verdicts ?? unknown).map(written)].join("; ");
}

const unknown: readonly Verdict[] = (["spf", "dkim", "dmarc"] as const).map((method) => ({
  method,
  result: "temperror",
  properties: [],
}));

async function verdictsOf(
  { octets, address, hello, sender, by }: BroughtMail,
  resolver: Parameters<typeof authenticationResults>[1],
): Promise<Verdict[]> {
  // Loaded with the first mail: it brings more along than the rest of this layer together.
  const { authenticate } = await import("mailauth");
  const { spf, dkim, dmarc } = await authenticate(octets, {
    ip: address,
    helo: hello,
    sender,
    mta: by,
    resolver: askerOver(resolver),
    trustReceived: false,
    disableArc: true,
    disableBimi: true,
  });
  const spfDomain = sender === "" ? hello : sender.slice(sender.lastIndexOf("@") + 1);
  const signed = dkim.results.map(({ status, signingDomain, selector }): Verdict => {
    const properties: Verdict["properties"] = [
      ["header.d", signingDomain ?? ""],
      ["header.s", selector ?? ""],
    ];
    return { method: "dkim", result: status.result, properties };
  });
  return [
    {
      method: "spf",
      result: spf === false ? "none" : spf.status.result,
      properties: [[sender === "" ? "smtp.helo" : "smtp.mailfrom", spfDomain]],
    },
    ...(signed.length > 0 ? signed : [{ method: "dkim", result: "none", properties: [] } as Verdict]),
    {
      method: "dmarc",
      result: dmarc === false ? "none" : dmarc.status.result,
      properties: [["header.from", dmarc === false ? "" : (dmarc.domain ?? "")]],
    },
  ];
}

function written({ method, result, properties }: Verdict): string {
  const known = properties.flatMap(([name, value]) => {
    // What somebody else has written must not become a field or a verdict of ours.
    const token = value.replace(/[^\w.:[\]-]/g, "").slice(0, 255);
    return token === "" ? [] : [`${name}=${token}`];
  });
  return [`${method}=${result}`, ...known].join(" ");
}

/** The same resolver, as `node:dns` would answer; the package's types know texts alone, its code MX records, too. */
function askerOver(resolver: Parameters<typeof authenticationResults>[1]) {
  return async (name: string, type = "A"): Promise<string[]> => {
    const answer = await ask(resolver, name, type);
    if (answer.kind === "failed") throw withCode("ETIMEOUT");
    if (answer.kind !== "found") throw withCode(answer.kind === "missing" ? "ENOTFOUND" : "ENODATA");
    return answer.records as string[];
  };
}

async function ask(
  resolver: Parameters<typeof authenticationResults>[1],
  name: string,
  type: string,
): Promise<Answer<unknown>> {
  switch (type) {
    case "A":
      return resolver.a(name);
    case "AAAA":
      return resolver.aaaa(name);
    case "TXT":
      return resolver.txt(name);
    case "PTR":
      return resolver.ptr(addressIn(name));
    case "MX": {
      const answer = await resolver.mx(name);
      if (answer.kind !== "found") return answer;
      const records = answer.records.map(({ exchange, preference: priority }) => ({ exchange, priority }));
      return { ...answer, records };
    }
    default:
      throw withCode("ENODATA");
  }
}

// A reverse name is asked for by its address.
function addressIn(name: string): string {
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa\.?$/i.exec(name);
  if (v4 !== null) return v4.slice(1).reverse().join(".");
  const nibbles = name
    .replace(/\.ip6\.arpa\.?$/i, "")
    .split(".")
    .reverse()
    .join("");
  return nibbles.length === 32 ? (nibbles.match(/.{4}/g) ?? []).join(":") : name;
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
