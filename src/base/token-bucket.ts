// Keys that have not been seen for a minute are full again: they need not be remembered.
const forgetMs = 60_000;
const entriesMax = 50_000;
// When all are young, the oldest go: a tenth, so that the next tenth costs nothing.
const forgottenAtOnce = 5_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Limits how often something happens for each of many keys: a steady rate with a burst of `burstSeconds`.
 *  In memory and for this process only. */
export class TokenBuckets<Key> {
  readonly #perSecond: number;
  readonly #capacity: number;
  readonly #buckets = new Map<Key, Bucket>();

  constructor(perSecond: number, burstSeconds = 2) {
    this.#perSecond = perSecond;
    this.#capacity = Math.max(1, perSecond * burstSeconds);
  }

  /** Takes one token. Answers 0, or in how many seconds there will be one.
   *  @param now milliseconds that only move forward */
  take(key: Key, now: number): number {
    const bucket = this.#buckets.get(key) ?? this.#fresh(key, now);
    bucket.tokens = Math.min(this.#capacity, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return (1 - bucket.tokens) / this.#perSecond;
    bucket.tokens -= 1;
    return 0;
  }

  #fresh(key: Key, now: number): Bucket {
    if (this.#buckets.size >= entriesMax) this.#forget(now);
    const bucket = { tokens: this.#capacity, at: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #forget(now: number): void {
    for (const [key, bucket] of this.#buckets) if (now - bucket.at > forgetMs) this.#buckets.delete(key);
    // Whoever has more keys than are remembered gets new ones anyhow; memory stays bounded, and so does the work of this.
    let tooMany = this.#buckets.size - entriesMax + forgottenAtOnce;
    for (const key of this.#buckets.keys())
      if (tooMany-- > 0) this.#buckets.delete(key);
      else break;
  }
}
