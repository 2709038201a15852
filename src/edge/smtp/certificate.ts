import { createSecureContext, type SecureContext } from "node:tls";
import {
  type Certificate,
  type CertificateFiles,
  readCertificate,
  watchCertificate,
} from "../../base/certificate-files.ts";
import type { Log } from "../../base/log.ts";
import { makeCertificate } from "../../base/self-made-certificate.ts";

/** Where the certificate of an SMTP port comes from. `self_made`: from here, for a desk, where nobody is deceived. */
export type CertificateSource =
  | { kind: "files"; files: CertificateFiles }
  | { kind: "self_made"; names: [string, ...string[]] };

/** A certificate in use; it changes when its files do. */
export interface CertificateInUse {
  secureContext: () => SecureContext;
  close(): void;
}

/** Reads or makes the certificate, and follows its files.
 *  @throws Error of the system or of OpenSSL when it cannot be used */
export function openCertificate(source: CertificateSource, log: Log, now: Date): CertificateInUse {
  if (source.kind === "self_made") {
    const made = contextOf(makeCertificate(source.names, now));
    return { secureContext: () => made, close: () => {} };
  }
  let current = contextOf(readCertificate(source.files));
  const use = (renewed: Certificate) => {
    current = contextOf(renewed);
  };
  const stop = watchCertificate(source.files, use, { log, name: "smtp" });
  return { secureContext: () => current, close: stop };
}

// RFC 8996: what is older than TLS 1.2 must not be used. A key that does not fit its certificate throws here.
function contextOf(certificate: Certificate): SecureContext {
  return createSecureContext({ ...certificate, minVersion: "TLSv1.2" });
}
