import { createHash } from "node:crypto";
import type { Finding } from "./probe.ts";

/** What a probe found at an instant, in the chain of all that was found. */
export interface Evidence extends Finding {
  id: bigint;
  probe: string;
  at: Date;
  /** The hash of the evidence before; 32 zeros for the very first. */
  previous: Buffer;
  hash: Buffer;
}

/** Before the first evidence stands this. */
export const genesis = Buffer.alloc(32);

/** The hash that ties evidence to all before it: one bit changed anywhere shows from there on. */
export function hashOf({ id, probe, at, outcome, detail, checks, previous }: Omit<Evidence, "hash">): Buffer {
  const text = JSON.stringify([id.toString(), probe, at.toISOString(), outcome, detail, checks]);
  return createHash("sha256").update(previous).update(text).digest();
}
