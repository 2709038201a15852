import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { isIP } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
import { connect, createSecureContext, DEFAULT_CIPHERS } from "node:tls";

import { assertNever } from "../../base/errors.ts";
import { SessionFailure } from "./failure.ts";

/** What a destination demands of encryption.
 *  `opportunistic` takes any certificate: whoever can forge one could also have removed the offer (RFC 7435).
 *  `require_pkix` (MTA-STS, smart hosts) trusts `ca` (PEM; default: the roots of Node) and one of `names`,
 *  literally present or covered by a wildcard in the certificate's alternative names (RFC 8461 §4.1).
 *  `dane` asks `verify`, which gets the peer's certificates, leaf first (RFC 7672). */
export type TlsPolicy =
  | { readonly mode: "off" }
  | { readonly mode: "opportunistic" }
  | {
      readonly mode: "require_pkix";
      readonly names: readonly string[];
      readonly ca?: string | readonly string[];
    }
  | { readonly mode: "dane"; readonly verify: (chain: readonly X509Certificate[]) => boolean };

/** How a connection is encrypted, for logs and trace headers. */
export interface TlsDetails {
  readonly protocol: string;
  readonly cipher: string;
}

/** True when mail must not leave without the protection of the policy. */
export function isTlsRequired(policy: TlsPolicy): boolean {
  return policy.mode === "require_pkix" || policy.mode === "dane";
}

interface Handshake {
  readonly policy: TlsPolicy;
  /** The name the peer is asked for (SNI). RFC 8461 §4.1 and RFC 7672 §8.1 demand it. */
  readonly host: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Encrypts a connection and asks the policy about the peer before a single command is spoken.
 *  @throws SessionFailure `tls_handshake`, `tls_certificate`, `timeout` or `cancelled`. */
export async function secure(socket: Socket, handshake: Handshake): Promise<TLSSocket> {
  const secured = await shakeHands(socket, handshake);
  let isWelcome = false;
  try {
    const complaint = complaintOf(secured, handshake.policy);
    if (complaint !== undefined) throw new SessionFailure("tls_certificate", complaint);
    isWelcome = true;
    return secured;
  } finally {
    if (!isWelcome) secured.destroy();
  }
}

function shakeHands(socket: Socket, { policy, host, timeoutMs, signal }: Handshake): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      secureContext: contextOf(policy),
      // The policy decides after the handshake, so that each refusal has a name.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      // RFC 6066 §3: a name without the dot at its end, never an address.
      ...(isIP(host) === 0 ? { servername: host.replace(/\.$/, "") } : {}),
    });
    const give = (failure: SessionFailure): void => {
      stop();
      secured.destroy();
      reject(failure);
    };
    const onSecure = (): void => {
      stop();
      resolve(secured);
    };
    const onError = (error: Error): void => give(new SessionFailure("tls_handshake", codeOf(error)));
    const onEnd = (): void => give(new SessionFailure("tls_handshake", "ECONNRESET"));
    const onAbort = (): void => give(new SessionFailure("cancelled"));
    const timer = setTimeout(() => give(new SessionFailure("timeout")), timeoutMs);
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      secured.off("secureConnect", onSecure).off("end", onEnd).off("close", onEnd).off("error", onError);
      // What a destroyed socket still has to say concerns nobody.
      secured.on("error", () => undefined);
    };
    secured.on("secureConnect", onSecure).on("end", onEnd).on("close", onEnd).on("error", onError);
    signal?.addEventListener("abort", onAbort);
  });
}

function complaintOf(socket: TLSSocket, policy: TlsPolicy): string | undefined {
  switch (policy.mode) {
    case "off":
    case "opportunistic":
      return undefined;
    case "require_pkix":
      if (!socket.authorized) return codeOf(socket.authorizationError);
      return hasName(socket.getPeerX509Certificate(), policy.names) ? undefined : "name_mismatch";
    case "dane":
      return policy.verify(chainOf(socket)) ? undefined : "dane_mismatch";
    default:
      return assertNever(policy);
  }
}

function hasName(certificate: X509Certificate | undefined, names: readonly string[]): boolean {
  if (certificate === undefined) return false;
  return names.some((name) =>
    isIP(name) === 0
      ? certificate.checkHost(name, { subject: "never", partialWildcards: false }) !== undefined
      : certificate.checkIP(name) !== undefined,
  );
}

// Public chains have three or four certificates; the bound is for a peer that sends a crate of them.
const chainLengthMax = 10;

function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < chainLengthMax) {
    chain.push(certificate);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

function codeOf(error: unknown): string {
  if (typeof error === "string") return error;
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return "unknown";
}

// A context costs 0.2 to 0.3 ms of computing, a fifth of a handshake; there is one for each set of roots.
const contexts = new Map<string, SecureContext>();
// Roots come from settings: two or three sets in a process. The bound is for a caller that makes them up.
const contextsMax = 16;

function contextOf(policy: TlsPolicy): SecureContext {
  const isVerified = policy.mode === "require_pkix";
  const ca = isVerified ? policy.ca : undefined;
  const key = isVerified ? `verified ${ca === undefined ? "default" : [ca].flat().join("\n")}` : "unverified";
  const known = contexts.get(key);
  if (known !== undefined) return known;
  if (contexts.size >= contextsMax) contexts.clear();
  const context = isVerified
    ? createSecureContext({ minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca: [ca].flat() }) })
    : createSecureContext({ minVersion: "TLSv1.2", ca: [], ciphers: anyKeyLength });
  contexts.set(key, context);
  return context;
}

// Security level 0 also takes the 1,024-bit Diffie-Hellman groups and keys of old servers, at which the default
// level ends the handshake: where no certificate is believed, the alternative to weak encryption is none.
const anyKeyLength = `${DEFAULT_CIPHERS}:@SECLEVEL=0`;
