import { readFileSync, statSync } from "node:fs";
import type http from "node:http";
import type https from "node:https";
import type { Log } from "../../base/log.ts";

/** Where the server's certificate (with its chain) and its key are, both PEM. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
}

// Certificates are renewed weeks before their end; a minute is soon enough, and works where files are replaced
// through links, which change notices do not reach.
const checkEveryMs = 60_000;

/** Reads the certificate and its key. */
export function readCertificate(files: CertificateFiles): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
}

/** Takes over a renewed certificate without a restart; connections that exist keep theirs. Returns how to stop. */
export function watchCertificate(
  files: CertificateFiles,
  servers: readonly http.Server[],
  log: Log,
  everyMs: number = checkEveryMs,
): () => void {
  let seen = stampOf(files);
  const timer = setInterval(() => {
    const stamp = stampOf(files);
    if (stamp === null || stamp === seen) return;
    try {
      const certificate = readCertificate(files);
      for (const server of servers) (server as https.Server).setSecureContext(certificate);
      seen = stamp;
      log.info("http.certificate.reloaded", {});
    } catch {
      // The two files are replaced one after the other; between the two they do not fit. The next look decides.
      log.warn("http.certificate.unusable", {});
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
