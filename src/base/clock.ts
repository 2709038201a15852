/** Where every part of the service reads the time. */
export interface Clock {
  /** The product's time. In development an operator may advance it; retention, retries and ids follow. */
  now(): Date;
  /** Milliseconds that only move with real time: for leases, sockets and rate limits. */
  real(): number;
}

/** The clock of a running service. `offsetMs` can only grow: time that went back would repeat ids. */
export class SystemClock implements Clock {
  #offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  real(): number {
    return performance.timeOrigin + performance.now();
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Takes over an offset another process has set. A smaller one is ignored. */
  raiseOffset(offsetMs: number): void {
    if (offsetMs > this.#offsetMs) this.#offsetMs = offsetMs;
  }
}

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(start: Date) {
    this.#nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  real(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
