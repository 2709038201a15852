import type { AddressInfo } from "node:net";
import { SmtpServer, type SmtpServerOptions } from "../../../mail/smtp/server/index.ts";
import { type CertificateSource, openCertificate } from "../certificate.ts";
import { logDefect } from "../defect.ts";
import { type SubmissionContext, SubmissionDialogue } from "./dialogue.ts";
import { LoginFailures } from "./failures.ts";
import { KeyConnections } from "./key-connections.ts";
import { connectionsPerKeyMax as connectionsPerKeyUsual } from "./limits.ts";

/** How submission behaves. */
export interface SubmissionOptions
  extends Omit<SubmissionContext, "failures" | "keyConnections">,
    Pick<SmtpServerOptions, "limits" | "timeouts" | "isLocal"> {
  connectionsPerKeyMax?: number;
  /** Null offers no encryption: then a password can be said on this machine only. */
  certificate: CertificateSource | null;
}

/** Where mail is handed in by SMTP. */
export interface SubmissionServer {
  counts: () => SmtpServer["counts"];
  listen(place: { host: string; port: number; isImplicitTls: boolean }): Promise<AddressInfo>;
  /** Lets messages under way finish, for a moment. */
  close(): Promise<void>;
}

/** Makes the server for programs that hand in mail by SMTP, with their API key. RFC 6409. */
export function createSubmission({
  certificate,
  connectionsPerKeyMax,
  ...options
}: SubmissionOptions): SubmissionServer {
  const { clock, log } = options;
  const inUse = certificate === null ? null : openCertificate(certificate, log, clock.now());
  const context: SubmissionContext = {
    ...options,
    failures: new LoginFailures(clock),
    keyConnections: new KeyConnections(connectionsPerKeyMax ?? connectionsPerKeyUsual),
  };
  const server = new SmtpServer({
    ...options,
    secureContext: inUse?.secureContext ?? null,
    requiresAuth: true,
    converse: (peer) => new SubmissionDialogue(context, peer),
    onDefect: (error) => logDefect(log, error),
  });
  return {
    counts: () => server.counts,
    listen: (place) => server.listen(place),
    close: async () => {
      await server.close();
      inUse?.close();
    },
  };
}
