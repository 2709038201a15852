import { createHash } from "node:crypto";

/** What the operator states of a promise that no code can prove. */
export interface Attestation {
  id: bigint;
  promise: string;
  at: Date;
  /** Until when it counts. One that ends when it begins takes back the one before. */
  until: Date;
  /** A role, not a name: this is public. */
  author: string;
  statement: string;
  /** SHA-256 of a document that the operator keeps: a contract, a report. */
  documentHash: Buffer | null;
  /** The hash of the attestation before, of whichever promise; 32 zeros for the very first. */
  previous: Buffer;
  hash: Buffer;
}

/** The hash that ties a statement to all before it. */
export function attestationHash(attestation: Omit<Attestation, "hash">): Buffer {
  const { id, promise, at, until, author, statement, documentHash, previous } = attestation;
  const document = documentHash?.toString("hex") ?? null;
  const text = [id.toString(), promise, at.toISOString(), until.toISOString(), author, statement, document];
  return createHash("sha256").update(previous).update(JSON.stringify(text)).digest();
}

/** The last statement about each promise. */
export function latestOf(attestations: readonly Attestation[]): Map<string, Attestation> {
  return new Map(attestations.map((each) => [each.promise, each]));
}
