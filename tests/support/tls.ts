import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type CertificateTerms, writeCertificate } from "../../src/base/x509.ts";

/** A certificate with its key, both PEM, as node:tls and Postfix take them. */
export interface ThrowawayCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A root that signs certificates for tests. */
export interface ThrowawayAuthority extends ThrowawayCertificate {
  /** Signs a certificate for DNS names and IPv4 addresses. Without `validDays` it is valid for a day from now
   *  on; a negative number makes one that has expired. */
  issue(
    names: readonly string[],
    options?: { validDays?: number; commonName?: string },
  ): ThrowawayCertificate;
}

/** Makes a root that no other process knows. Two milliseconds each; nothing is written to disk. */
export function createAuthority(commonName = "Throw-away root"): ThrowawayAuthority {
  const keys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const key = pemOf(keys.privateKey);
  const root = certify({
    subject: commonName,
    issuer: commonName,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    names: [],
    isAuthority: true,
    validDays: 1,
  });
  return {
    key,
    cert: root,
    issue: (names, { validDays = 1, commonName: subject = names[0] ?? "nobody" } = {}) => {
      const leaf = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
      const cert = certify({
        subject,
        issuer: commonName,
        publicKey: leaf.publicKey,
        signingKey: keys.privateKey,
        names,
        isAuthority: false,
        validDays,
      });
      return { key: pemOf(leaf.privateKey), cert };
    },
  };
}

const dayMs = 86_400_000;

type Wish = Omit<CertificateTerms, "from" | "until"> & { validDays: number };

// Valid from an hour ago; the days may be negative.
function certify({ validDays, ...terms }: Wish): string {
  const now = Date.now();
  const [from = now, until = now] = [now - dayMs / 24, now + validDays * dayMs].sort((a, b) => a - b);
  return writeCertificate({ ...terms, from: new Date(from), until: new Date(until) });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
