/** RFC 5321 §5.1. `exchange` is "" for a Null MX (RFC 7505). */
export interface MxRecord {
  readonly preference: number;
  readonly exchange: string;
}

/** RFC 6698 §2.1. */
export interface TlsaRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly data: Buffer;
}

/** The kinds of record mail asks for, and what each holds. A TXT record is its list of character-strings. */
export interface RecordTypes {
  readonly A: string;
  readonly AAAA: string;
  readonly CNAME: string;
  readonly MX: MxRecord;
  readonly PTR: string;
  readonly TLSA: TlsaRecord;
  readonly TXT: readonly string[];
}

export type RecordType = keyof RecordTypes;

/** What the DNS says about a name and type. `ttlSeconds` is undefined where the source does not tell it.
 *  `authenticated` is the AD bit of a resolver that is trusted to validate. */
export type Answer<R> =
  | {
      readonly kind: "found";
      readonly records: readonly R[];
      /** Where the records lie: the end of the CNAME chain. */
      readonly canonicalName: string;
      readonly ttlSeconds: number | undefined;
      readonly authenticated: boolean;
    }
  /** The name exists, the type does not (NODATA). */
  | { readonly kind: "none"; readonly ttlSeconds: number | undefined; readonly authenticated: boolean }
  /** The name does not exist (NXDOMAIN). */
  | { readonly kind: "missing"; readonly ttlSeconds: number | undefined; readonly authenticated: boolean }
  /** Nothing is known now; asking later may help. */
  | { readonly kind: "failed"; readonly reason: FailureReason };

export type FailureReason = "timeout" | "unreachable" | "server_failure" | "malformed";

/** Asks one question without a memory. Never rejects. */
export type Ask = <T extends RecordType>(type: T, name: string) => Promise<Answer<RecordTypes[T]>>;
