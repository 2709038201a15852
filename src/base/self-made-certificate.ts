import { generateKeyPairSync } from "node:crypto";
import type { Certificate } from "./certificate-files.ts";
import { writeCertificate } from "./x509.ts";

const dayMs = 86_400_000;
// Longer than a process of a developer lives; clocks of other machines may be a little behind.
const certificateDays = 397;

/** Makes a certificate that nobody vouches for: enough for a desk, where encryption is tried and nobody is deceived.
 *  @param names DNS names and IP addresses, the first one its subject */
export function makeCertificate(names: readonly [string, ...string[]], now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const cert = writeCertificate({
    subject: names[0],
    issuer: names[0],
    publicKey,
    signingKey: privateKey,
    names,
    isAuthority: false,
    from: new Date(now.getTime() - dayMs),
    until: new Date(now.getTime() + certificateDays * dayMs),
  });
  return { cert, key: privateKey.export({ type: "pkcs8", format: "pem" }) };
}
