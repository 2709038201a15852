/** Answers that are believed for a short time. Whoever asks while one is on its way waits for that one: of a hundred
 *  requests in the moment in which an answer grows old, one asks the database. */
export class FreshAnswers<Key, Answer> {
  readonly #msMax: number;
  readonly #entriesMax: number;
  readonly #entries = new Map<Key, { askedAt: number; answer: Promise<Answer> }>();

  /** @param msMax how old an answer may be
   *  @param entriesMax how many are kept; beyond it all are forgotten */
  constructor(msMax: number, entriesMax: number) {
    this.#msMax = msMax;
    this.#entriesMax = entriesMax;
  }

  /** The answer for a key. One that failed is told to all who waited for it, and asked for anew by the next.
   *  @param now milliseconds that only move forward
   *  @param ask is given the answer before, if there was one */
  get(key: Key, now: number, ask: (before: Promise<Answer> | undefined) => Promise<Answer>): Promise<Answer> {
    const known = this.#entries.get(key);
    if (known !== undefined && now - known.askedAt < this.#msMax) return known.answer;
    if (this.#entries.size >= this.#entriesMax) this.#entries.clear();
    const answer = ask(known?.answer);
    this.#entries.set(key, { askedAt: now, answer });
    answer.catch(() => {
      if (this.#entries.get(key)?.answer === answer) this.#entries.delete(key);
    });
    return answer;
  }

  /** Forgets the answers for some keys, also those on their way: who asks from now on gets a later one. */
  forget(isMeant: (key: Key) => boolean): void {
    for (const key of this.#entries.keys()) if (isMeant(key)) this.#entries.delete(key);
  }
}
