/** Counts the connections of each API key. */
export class KeyConnections {
  readonly #connectionsMax: number;
  readonly #counts = new Map<bigint, number>();

  constructor(connectionsMax: number) {
    this.#connectionsMax = connectionsMax;
  }

  /** Answers false, and counts nothing, when the key has as many as it may. */
  add(keyId: bigint): boolean {
    const count = this.#counts.get(keyId) ?? 0;
    if (count >= this.#connectionsMax) return false;
    this.#counts.set(keyId, count + 1);
    return true;
  }

  remove(keyId: bigint): void {
    const left = (this.#counts.get(keyId) ?? 1) - 1;
    if (left === 0) this.#counts.delete(keyId);
    else this.#counts.set(keyId, left);
  }
}
