import { hash, type X509Certificate } from "node:crypto";
import type { TlsaRecord } from "../dns/answer.ts";
import { publicKeyBytes } from "./certificate.ts";

// RFC 7218 §2.
const usage = { trustAnchor: 2, endEntity: 3 } as const;
const selector = { certificate: 0, publicKey: 1 } as const;
const matching = { full: 0, sha256: 1, sha512: 2 } as const;
const digestLengths: Readonly<Record<number, number>> = { [matching.sha256]: 32, [matching.sha512]: 64 };

/** The records SMTP can use: DANE-TA and DANE-EE, with selectors and matching types that are known and data that can
 *  match. Of two digests of the same kind only the stronger counts (RFC 7671 §9).
 *  @see RFC 7672 §3.1 */
export function usableRecords(records: readonly TlsaRecord[]): TlsaRecord[] {
  const known = records.filter(isKnown);
  return known.filter(
    (record) =>
      record.matchingType !== matching.sha256 ||
      !known.some(
        (other) =>
          other.matchingType === matching.sha512 &&
          other.usage === record.usage &&
          other.selector === record.selector,
      ),
  );
}

function isKnown(record: TlsaRecord): boolean {
  // RFC 7672 §3.1.3: the usages 0 and 1 need roots that mail servers do not agree on.
  const hasUsage = record.usage === usage.trustAnchor || record.usage === usage.endEntity;
  const hasSelector = record.selector === selector.certificate || record.selector === selector.publicKey;
  const hasData =
    record.matchingType === matching.full
      ? record.data.length > 0
      : record.data.length === digestLengths[record.matchingType];
  return hasUsage && hasSelector && hasData;
}

/** What a peer is compared with besides its records. */
export interface DaneReference {
  /** The TLSA base domain and the recipient's domain (RFC 7672 §3.2.2). Read for trust anchors only. */
  readonly names: readonly string[];
  readonly now: Date;
}

/** Makes the check of a peer's certificates, leaf first, against usable records. One match is enough. With no records
 *  at all every peer passes: TLSA records that nobody can use still demand encryption (RFC 7672 §2.2). */
export function daneVerifier(
  records: readonly TlsaRecord[],
  reference: DaneReference,
): (chain: readonly X509Certificate[]) => boolean {
  const endEntities = records.filter((record) => record.usage === usage.endEntity);
  const anchors = records.filter((record) => record.usage === usage.trustAnchor);
  return (chain) => {
    const [leaf] = chain;
    if (leaf === undefined) return false;
    if (records.length === 0) return true;
    // RFC 7672 §3.1.1: of the leaf named in the DNS neither name nor dates are asked; the record speaks for both.
    if (endEntities.some((record) => matches(record, leaf))) return true;
    return hasName(leaf, reference.names) && leadsToAnchor(chain, anchors, reference.now);
  };
}

function matches(record: TlsaRecord, certificate: X509Certificate): boolean {
  const bytes = record.selector === selector.certificate ? certificate.raw : publicKeyBytes(certificate);
  if (bytes === undefined) return false;
  switch (record.matchingType) {
    case matching.full:
      return bytes.equals(record.data);
    case matching.sha256:
      return hash("sha256", bytes, "buffer").equals(record.data);
    case matching.sha512:
      return hash("sha512", bytes, "buffer").equals(record.data);
    default:
      return false;
  }
}

/** RFC 7672 §3.1.2: the anchor is sent along, above the leaf, and every step up to it must hold. */
function leadsToAnchor(
  chain: readonly X509Certificate[],
  anchors: readonly TlsaRecord[],
  now: Date,
): boolean {
  for (const [i, issuer] of chain.entries()) {
    if (!isInForce(issuer, now)) return false;
    const subject = chain[i - 1];
    if (subject === undefined) continue;
    if (!issuer.ca || !subject.checkIssued(issuer) || !subject.verify(issuer.publicKey)) return false;
    if (anchors.some((record) => matches(record, issuer))) return true;
  }
  return false;
}

function isInForce(certificate: X509Certificate, now: Date): boolean {
  return certificate.validFromDate <= now && now <= certificate.validToDate;
}

function hasName(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.some((name) => certificate.checkHost(name, { partialWildcards: false }) !== undefined);
}
