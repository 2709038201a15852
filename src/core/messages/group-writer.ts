// Two transactions at a time: while one waits for the disk, the next is being sent. More only make smaller groups.
export const commitsInFlightMax = 2;
// A group is bounded so that its transaction stays short and its bytes fit in memory many times over.
const groupBytesMax = 16 * 1024 * 1024;
const groupItemsMax = 1000;

interface Waiting<Item, Result> {
  item: Item;
  sizeBytes: number;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** Commits what arrives together in one transaction. No timer: what arrives while a commit is under way forms the
 *  next group, so a lone request never waits for company.
 *  When a group fails it is tried again one by one, so that one bad item cannot take others down with it. */
export class GroupWriter<Item, Result> {
  readonly #write: (items: Item[], place: number) => Promise<Result[]>;
  readonly #isShared: (error: unknown) => boolean;
  readonly #waiting: Waiting<Item, Result>[] = [];
  readonly #places = Array.from({ length: commitsInFlightMax }, (_, place) => place);
  #isScheduled = false;

  /** @param write commits a group and answers one result an item, in order; `place` is below `commitsInFlightMax` and
   *    the same for no two groups that are under way
   *  @param isShared whether an error is of the whole store (it is down), so that trying one by one is useless */
  constructor(
    write: (items: Item[], place: number) => Promise<Result[]>,
    isShared: (error: unknown) => boolean,
  ) {
    this.#write = write;
    this.#isShared = isShared;
  }

  /** Resolves when the item is on disk. */
  add(item: Item, sizeBytes: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, sizeBytes, resolve, reject });
      this.#schedule();
    });
  }

  /** Bytes that wait for their commit: what back-pressure is decided by. */
  get waitingBytes(): number {
    return this.#waiting.reduce((sum, waiting) => sum + waiting.sizeBytes, 0);
  }

  // One turn of the event loop gathers what was read from all sockets in that turn.
  #schedule(): void {
    if (this.#isScheduled || this.#places.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#waiting.length > 0) void this.#commit(this.#takeGroup());
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #takeGroup(): Waiting<Item, Result>[] {
    let sizeBytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && (sizeBytes + waiting.sizeBytes > groupBytesMax || count >= groupItemsMax)) break;
      sizeBytes += waiting.sizeBytes;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: Waiting<Item, Result>[]): Promise<void> {
    const place = this.#places.pop() ?? 0;
    try {
      await this.#settle(group, place);
    } finally {
      this.#places.push(place);
      if (this.#waiting.length > 0) this.#schedule();
    }
  }

  async #settle(group: Waiting<Item, Result>[], place: number): Promise<void> {
    try {
      const results = await this.#write(
        group.map((waiting) => waiting.item),
        place,
      );
      for (const [index, waiting] of group.entries()) waiting.resolve(results[index] as Result);
    } catch (error) {
      if (group.length === 1 || this.#isShared(error)) {
        for (const waiting of group) waiting.reject(error);
        return;
      }
      for (const waiting of group) await this.#settle([waiting], place);
    }
  }
}
