interface Waiting {
  go: () => void;
}

/** Whose turn it is, and how long that one waits for it. */
export interface Turn {
  key: string;
  /** Less than others wait: for works that wait for several turns, which must not add up. */
  waitMsMax?: number;
}

/** Lets works run, a bounded number at a time. Those that wait take turns by their key, so that one key with a thousand of
 *  them holds up the others by one work, not by a thousand. */
export class FairTurns {
  readonly #runningMax: number;
  readonly #waitMsMax: number;
  /** Who waits, by key; whose turn is next stands first. */
  readonly #waiting = new Map<string, Waiting[]>();
  #running = 0;

  /** @param waitMsMax how long a work waits for its turn at most */
  constructor({ runningMax, waitMsMax }: { runningMax: number; waitMsMax: number }) {
    this.#runningMax = runningMax;
    this.#waitMsMax = waitMsMax;
  }

  /** Does the work when its turn has come.
   *  @param late what is answered when it does not come in time; nothing is done then */
  async take<T>(turn: Turn, work: () => Promise<T>, late: () => T): Promise<T> {
    if (!(await this.#turn(turn))) return late();
    try {
      return await work();
    } finally {
      this.#running--;
      this.#next();
    }
  }

  /** How many run, and how many wait. */
  get counts(): { running: number; waiting: number } {
    let waiting = 0;
    for (const queue of this.#waiting.values()) waiting += queue.length;
    return { running: this.#running, waiting };
  }

  #turn({ key, waitMsMax = this.#waitMsMax }: Turn): Promise<boolean> {
    if (this.#running < this.#runningMax) {
      this.#running++;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#leave(key, mine);
        resolve(false);
      };
      const timer = setTimeout(giveUp, Math.max(0, Math.min(waitMsMax, this.#waitMsMax)));
      const mine: Waiting = {
        go: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const queue = this.#waiting.get(key);
      if (queue === undefined) this.#waiting.set(key, [mine]);
      else queue.push(mine);
    });
  }

  #leave(key: string, mine: Waiting): void {
    const left = (this.#waiting.get(key) ?? []).filter((each) => each !== mine);
    if (left.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, left);
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [key, queue] = first;
    const next = queue.shift();
    // Behind the others, if more of it waits.
    this.#waiting.delete(key);
    if (queue.length > 0) this.#waiting.set(key, queue);
    if (next === undefined) return;
    this.#running++;
    next.go();
  }
}
