/** Why an address may not be sent to. */
export const suppressionCauses = ["bounce", "complaint", "unsubscribe", "manual"] as const;
export type SuppressionCause = (typeof suppressionCauses)[number];

/** How it became known: at delivery, by a report that came in, from the reader, or by the account's own doing. */
export const suppressionSources = ["delivery", "report", "reader", "api", "import"] as const;
export type SuppressionSource = (typeof suppressionSources)[number];

/** An address an account may not send to: found by its keyed hash, shown by opening `sealed`. */
export interface Suppression {
  accountId: bigint;
  lookup: Buffer;
  id: bigint;
  cause: SuppressionCause;
  source: SuppressionSource;
  /** The message that led to it, if one did. */
  sourceId: bigint | null;
  /** The address, sealed with the account's identity key (place: table suppression, id). Empty where it was not known
   *  any more: an old link names its reader by the keyed hash alone. */
  sealed: Buffer;
  createdAt: Date;
}

/** An address of an account, as its keyed hash. */
export interface Target {
  accountId: bigint;
  lookup: Buffer;
}

// What a person has asked for outlasts what was found out about an address: who takes a bounce off the list must not
// thereby send to somebody who does not want it.
const wishes: ReadonlySet<SuppressionCause> = new Set(["complaint", "unsubscribe"]);

/** The causes that are a reader's own wish. */
export function ownWishes(): SuppressionCause[] {
  return [...wishes];
}

/** Of several suppressions of an address, the one that counts: the first of the strongest. */
export function strongestOfEach(suppressions: Suppression[]): Suppression[] {
  const strongest = new Map<string, Suppression>();
  for (const each of suppressions) {
    const name = nameOf(each);
    const known = strongest.get(name);
    if (known === undefined || (wishes.has(each.cause) && !wishes.has(known.cause)))
      strongest.set(name, each);
  }
  // In one order, so that two transactions that suppress the same addresses cannot lock each other out.
  return [...strongest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function nameOf({ accountId, lookup }: Target): string {
  return `${accountId}/${lookup.toString("hex")}`;
}
