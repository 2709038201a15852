import { getCACertificates } from "node:tls";

/** The authorities everybody trusts (those of NODE_EXTRA_CA_CERTS among them) and more, PEM, as the option `ca` of TLS
 *  takes them: what is given there replaces the usual ones. */
export function usualRootsAnd(more: readonly string[]): string[] {
  return [[...getCACertificates("default"), ...more].join("\n")];
}
