interface Entry<V> {
  readonly value: V;
  readonly expiresMs: number;
}

/** Keeps values for a time, and at most so many: the one unused longest goes first. */
export class ExpiringCache<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #entriesMax: number;

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get(key: string, nowMs: number): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expiresMs <= nowMs) return undefined;
    // A Map keeps the order of insertion: put back, the entry is the youngest.
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V, expiresMs: number): void {
    this.#entries.delete(key);
    if (this.#entriesMax <= 0) return;
    if (this.#entries.size >= this.#entriesMax) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(key, { value, expiresMs });
  }

  get size(): number {
    return this.#entries.size;
  }
}
