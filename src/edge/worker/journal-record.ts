import type { Settlement } from "../../core/messages/index.ts";

// JSON has neither large integers nor bytes nor dates: each is written as text and read back by its field.

/** A settlement as one line of the journal. */
export function encodeSettlement(s: Settlement): string {
  return JSON.stringify({
    ...s,
    claim: { ...s.claim, id: s.claim.id.toString(), epoch: s.claim.epoch.toString() },
    accountId: s.accountId.toString(),
    eventId: s.eventId.toString(),
    sealed: s.sealed?.toString("base64") ?? null,
    at: s.at.getTime(),
    retryAt: s.retryAt?.getTime() ?? null,
    suppression:
      s.suppression === null
        ? null
        : {
            lookup: s.suppression.lookup.toString("base64"),
            id: s.suppression.id.toString(),
            sealed: s.suppression.sealed.toString("base64"),
          },
  });
}

interface Line
  extends Omit<Settlement, "claim" | "accountId" | "eventId" | "sealed" | "at" | "retryAt" | "suppression"> {
  claim: { lane: number; id: string; nodeId: number; epoch: string };
  accountId: string;
  eventId: string;
  sealed: string | null;
  at: number;
  retryAt: number | null;
  suppression: { lookup: string; id: string; sealed: string } | null;
}

/** Reads a line that `encodeSettlement` wrote. */
export function decodeSettlement(text: string): Settlement {
  const line = JSON.parse(text) as Line;
  return {
    ...line,
    claim: { ...line.claim, id: BigInt(line.claim.id), epoch: BigInt(line.claim.epoch) },
    accountId: BigInt(line.accountId),
    eventId: BigInt(line.eventId),
    sealed: line.sealed === null ? null : Buffer.from(line.sealed, "base64"),
    at: new Date(line.at),
    retryAt: line.retryAt === null ? null : new Date(line.retryAt),
    suppression:
      line.suppression === null
        ? null
        : {
            lookup: Buffer.from(line.suppression.lookup, "base64"),
            id: BigInt(line.suppression.id),
            sealed: Buffer.from(line.suppression.sealed, "base64"),
          },
  };
}
