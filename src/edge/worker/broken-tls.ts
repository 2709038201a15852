// RFC 7435 §3 leaves the time open; three days is what large senders remember.
const brokenTlsMs = 3 * 86_400_000;
// How many are remembered; the one that was found broken first is forgotten first, and found broken again.
const hostsMax = 20_000;

/** Hosts whose TLS was found broken: they get plain text for a while, where that is allowed (RFC 7435 §3). */
export class BrokenTls {
  readonly #until = new Map<string, number>();

  /** @param now milliseconds of real time */
  has(host: string, now: number): boolean {
    const until = this.#until.get(host);
    if (until !== undefined && until <= now) this.#until.delete(host);
    return until !== undefined && until > now;
  }

  add(host: string, now: number): void {
    this.#until.delete(host);
    this.#until.set(host, now + brokenTlsMs);
    for (const [oldest, until] of this.#until) {
      if (this.#until.size <= hostsMax && until > now) break;
      this.#until.delete(oldest);
    }
  }

  get size(): number {
    return this.#until.size;
  }
}
