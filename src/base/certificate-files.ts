import { readFileSync, statSync } from "node:fs";
import type { Log } from "./log.ts";

/** Where a server's certificate (with its chain) and its key are, both PEM. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
}

/** A certificate with its chain and its key, both PEM. */
export interface Certificate {
  cert: Buffer | string;
  key: Buffer | string;
}

// Certificates are renewed weeks before their end; a minute is soon enough, and works where files are replaced
// through links, which change notices do not reach.
const checkEveryMs = 60_000;

/** Reads the certificate and its key. */
export function readCertificate(files: CertificateFiles): Certificate {
  return { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
}

/** Hands over a renewed certificate, so that no restart is needed; connections that exist keep theirs.
 *  @param use throws for a certificate it cannot use; it then keeps the one it has
 *  @returns how to stop */
export function watchCertificate(
  files: CertificateFiles,
  use: (certificate: Certificate) => void,
  { log, name, everyMs = checkEveryMs }: { log: Log; name: string; everyMs?: number },
): () => void {
  let seen = stampOf(files);
  const timer = setInterval(() => {
    const stamp = stampOf(files);
    if (stamp === null || stamp === seen) return;
    try {
      use(readCertificate(files));
      seen = stamp;
      log.info(`${name}.certificate.reloaded`, {});
    } catch {
      // The two files are replaced one after the other; between the two they do not fit. The next look decides.
      log.warn(`${name}.certificate.unusable`, {});
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function stampOf(files: CertificateFiles): string | null {
  try {
    return [files.certFile, files.keyFile].map((file) => statSync(file).mtimeMs).join(" ");
  } catch {
    return null;
  }
}
