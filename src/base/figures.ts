import figuresOfRelease from "../../promises/parameters.json" with { type: "json" };

/** The figures of the privacy policy, by their names in promises/parameters.json: days, months, hours, counts. */
export type Figures = Readonly<typeof figuresOfRelease>;

/** Figures, and the instant from which they hold. */
export interface FiguresFrom {
  from: Date;
  figures: Figures;
}

/** Which figures hold when. What keeps or removes data, and every page, asks here, so that what is said and what is done
 *  cannot differ. A version of the policy is known long before it holds. */
export class FiguresInForce {
  // The oldest first; those of the release hold where the policy has no version yet.
  #versions: readonly FiguresFrom[] = [{ from: new Date(0), figures: figuresOfRelease }];

  /** Those that came with this release, before anything was announced. */
  static get ofRelease(): Figures {
    return figuresOfRelease;
  }

  /** @param versions in the order in which they come to hold; the first holds for all time before as well */
  follow(versions: readonly FiguresFrom[]): void {
    const [first, ...later] = versions;
    if (first !== undefined) this.#versions = [{ ...first, from: new Date(0) }, ...later];
  }

  at(instant: Date): Figures {
    return this.#versions.findLast(({ from }) => from <= instant)?.figures ?? figuresOfRelease;
  }

  /** Every change that has come to hold until an instant: what held before it, and since when it does not. Data keeps
   *  the promise it was collected under. */
  changesUntil(instant: Date): { before: Figures; at: Date }[] {
    return this.#versions.slice(1).flatMap(({ from }, index) => {
      const before = this.#versions[index]?.figures;
      return before === undefined || from > instant ? [] : [{ before, at: from }];
    });
  }
}
