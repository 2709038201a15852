import type { Core } from "./app-core.ts";
import type { Metrics } from "./app-metrics.ts";
import type { CertificateFiles } from "./base/certificate-files.ts";
import { isIP } from "./base/ip.ts";
import type { Authenticator } from "./core/accounts/index.ts";
import type { Acceptance } from "./core/messages/index.ts";
import type { CertificateSource } from "./edge/smtp/certificate.ts";
import { createInbound } from "./edge/smtp/inbound/server.ts";
import { StoredRefusalNotes } from "./edge/smtp/submission/refusal-notes.ts";
import { createSubmission } from "./edge/smtp/submission/server.ts";
import type { Resolver } from "./mail/dns/resolver.ts";

/** How mail is handed in by SMTP. */
export interface SmtpOptions {
  submission: {
    host: string;
    port: number;
    /** Where TLS is spoken from the first octet; null for nowhere. */
    implicitTls: { host: string; port: number } | null;
    certificate: CertificateFiles | null;
  };
  /** Where other servers bring mail. */
  inbound: { host: string; port: number };
  isDevelopment: boolean;
  heloName: string;
  returnPathDomain: string | null;
}

/** What the SMTP edge needs of the running service. */
export interface SmtpParts {
  acceptance: Acceptance;
  authenticator: Authenticator;
  /** Seconds until this key may send another message; 0 for now. */
  waitOf: (keyId: bigint) => number;
  metrics: Pick<Metrics, "addPort">;
}

/** Where programs hand in mail by SMTP, as they reach it. */
export interface SubmissionPlace {
  host: string;
  port: number;
  tls: "starttls" | "none";
  /** The port with TLS from the first octet; null when there is none. */
  implicitTlsPort: number | null;
}

/** The SMTP edge, listening. */
export interface SmtpEdge {
  submission: SubmissionPlace;
  close(): Promise<void>;
}

/** Assembles the SMTP edge, and listens. */
export async function startSmtp(core: Core, options: SmtpOptions, parts: SmtpParts): Promise<SmtpEdge> {
  const { clock, log } = core;
  const { submission, heloName: name } = options;
  const certificate = certificateOf(options);
  const { metrics, ...entry } = parts;
  const refusals = new StoredRefusalNotes(core);
  const server = createSubmission({ name, clock, log, certificate, refusals, ...entry });
  metrics.addPort("submission", server.counts);
  try {
    const { host, port, implicitTls } = submission;
    const place = await server.listen({ host, port, isImplicitTls: false });
    const tlsPlace =
      implicitTls === null ? null : await server.listen({ ...implicitTls, isImplicitTls: true });
    const tls = certificate === null ? "none" : "starttls";
    const implicitTlsPort = tlsPlace?.port ?? null;
    log.info("smtp.listening", { port: place.port, tls, implicitTlsPort });
    const found = { host: reachable(host, name), port: place.port, tls, implicitTlsPort } as const;
    return { submission: found, close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

// In production a certificate that nobody vouches for is worse than none: programs would learn to accept any.
function certificateOf({ submission, isDevelopment, heloName }: SmtpOptions): CertificateSource | null {
  const { certificate: files, host } = submission;
  if (files !== null) return { kind: "files", files };
  if (!isDevelopment) return null;
  return { kind: "self_made", names: selfMadeNames(heloName, ...(isIP(host) === 0 ? [] : [host])) };
}

function selfMadeNames(heloName: string, ...others: string[]): [string, ...string[]] {
  const name = heloName.startsWith("[") ? "localhost" : heloName;
  return [name, ...new Set(["localhost", "127.0.0.1", "::1", ...others])];
}

/** Assembles the port for mail from others, and listens. */
export async function startInbound(
  core: Core,
  options: SmtpOptions,
  { resolver, metrics }: { resolver: Resolver; metrics: Pick<Metrics, "addPort"> },
): Promise<{ port: number; close(): Promise<void> }> {
  const { inbound, submission, heloName: name, returnPathDomain } = options;
  const { certificate: files } = submission;
  const certificate: CertificateSource =
    files !== null ? { kind: "files", files } : { kind: "self_made", names: selfMadeNames(name) };
  const ownDomains = new Set([name, returnPathDomain ?? name].map((each) => each.toLowerCase()));
  const server = createInbound({ ...core, name, ownDomains, certificate, resolver });
  metrics.addPort("inbound", server.counts);
  try {
    const { port } = await server.listen({ ...inbound, isImplicitTls: false });
    core.log.info("inbound.listening", { port });
    return { port, close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Nobody can call 0.0.0.0 or ::, which a listener takes for every address of the machine. */
function reachable(host: string, name: string): string {
  return host === "0.0.0.0" || /^[0:]+$/.test(host) ? name : host;
}
