/** What a reader agrees to, each for itself: that the sender learns that they have opened a mail, and which of its links
 *  they have followed. */
export const consentPurposes = ["opens", "clicks"] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

export const consentDecisions = ["given", "withdrawn"] as const;
export type ConsentDecision = (typeof consentDecisions)[number];

/** How a decision came here: told by the account one at a time, or many at once, or taken back by the
 *  reader on our page. */
export const consentSources = ["api", "import", "reader"] as const;
export type ConsentSource = (typeof consentSources)[number];

/** What shows that somebody has agreed, and to what (GDPR art. 7(1)). */
export interface ConsentProof {
  /** Empty where it was not known any more: an old link names its reader by the keyed hash alone. */
  address: string;
  /** Where it was said, in the words of who reports it: "sign-up form of shop.example". */
  how: string;
  /** The text that was agreed to, as it was shown; "" for a withdrawal, which needs none. */
  wording: string;
  /** The wording's version, if its author counts them; else "". */
  version: string;
}

/** A reader of an account, by the keyed hash of the address. */
export interface ConsentTarget {
  accountId: bigint;
  lookup: Buffer;
}

/** One decision, as it is stored. None is ever changed. */
export interface ConsentEntry extends ConsentTarget {
  id: bigint;
  purpose: ConsentPurpose;
  decision: ConsentDecision;
  source: ConsentSource;
  /** The message whose link led to the reader's page, if one did. */
  sourceId: bigint | null;
  /** Who has brought it here, in the words of the audit: `key/5`, `session/7`, `link`. */
  actor: string;
  /** When the reader decided, which may be long before it came here. */
  decidedAt: Date;
  /** The proof, sealed with the account's identity key (place: table consent, id). */
  sealed: Buffer;
}

/** What readers of many accounts have agreed to at present. Whoever is not in it has agreed to nothing. */
export class ConsentsInForce {
  readonly #given: ReadonlySet<string>;

  constructor(latest: readonly (ConsentTarget & Pick<ConsentEntry, "purpose" | "decision">)[]) {
    const given = latest.filter(({ decision }) => decision === "given");
    this.#given = new Set(given.map((each) => nameOf(each, each.purpose)));
  }

  /** Has this reader agreed, and not taken it back since? */
  has(target: ConsentTarget, purpose: ConsentPurpose): boolean {
    return this.#given.has(nameOf(target, purpose));
  }
}

function nameOf({ accountId, lookup }: ConsentTarget, purpose: ConsentPurpose): string {
  return `${accountId}/${lookup.toString("hex")}/${purpose}`;
}
