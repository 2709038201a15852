import type { LookupAddress } from "node:dns";
import { get, type RequestOptions } from "node:https";
import type { Answer } from "../dns/answer.ts";
import type { Resolver } from "../dns/resolver.ts";

// RFC 8461 §3.3 suggests one minute and 64 KB.
const timeoutDefaultMs = 60_000;
const bytesMax = 65_536;

/** How policies are fetched. */
export interface PolicyFetchOptions {
  /** Finds the address of the policy host; the operating system does unless given. */
  readonly resolver?: Resolver;
  readonly timeoutMs?: number;
  /** The roots to trust, PEM; those of Node unless given. */
  readonly ca?: string | readonly string[];
  /** 443 unless given. */
  readonly port?: number;
}

/** Makes the `fetchPolicy` of a source. It rejects unless the certificate is valid for the host, the status is 200
 *  (no redirect is followed), the type is text/plain, and size and time stay within their limits.
 *  @see RFC 8461 §3.3 */
export function createPolicyFetch(options: PolicyFetchOptions = {}): (url: string) => Promise<string> {
  return (url) =>
    new Promise((resolve, reject) => {
      const request = get(url, {
        agent: false,
        minVersion: "TLSv1.2",
        signal: AbortSignal.timeout(options.timeoutMs ?? timeoutDefaultMs),
        headers: { accept: "text/plain" },
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.ca === undefined ? {} : { ca: [options.ca].flat() }),
        ...(options.resolver === undefined ? {} : { lookup: lookupWith(options.resolver) }),
      });
      request.on("error", reject);
      request.on("response", (response) => {
        response.on("error", reject);
        const type = response.headers["content-type"] ?? "";
        if (response.statusCode !== 200 || !/^text\/plain\s*(?:;|$)/i.test(type)) {
          request.destroy(new Error(`The policy host answered ${response.statusCode} ${type}.`));
          return;
        }
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > bytesMax) request.destroy(new Error("The policy is larger than 64 KB."));
        });
        response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
      });
    });
}

function lookupWith(resolver: Resolver): NonNullable<RequestOptions["lookup"]> {
  return (host, lookup, done) => {
    const find = async (): Promise<LookupAddress[]> => {
      const [v6, v4] = await Promise.all([resolver.aaaa(host), resolver.a(host)]);
      const found = (answer: Answer<string>, family: 4 | 6) =>
        answer.kind === "found" ? answer.records.map((address) => ({ address, family })) : [];
      return [...found(v4, 4), ...found(v6, 6)];
    };
    const give = (found: LookupAddress[]): void => {
      const [first] = found;
      if (first === undefined) done(new Error(`${host} has no address.`), "");
      else if (lookup.all === true) done(null, found);
      else done(null, first.address, first.family);
    };
    find().then(give, (error: Error) => done(error, ""));
  };
}
