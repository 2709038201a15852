import { createHmac, randomBytes } from "node:crypto";
import { readSecretFile, writeSecretFile } from "../../base/secret-file.ts";

const hourMs = 3_600_000;
// The seven days that may be in use, and one more for clocks that differ.
const hoursCachedMax = 24 * 8;
// A ratchet that is further behind than this is walked anyway; it only takes long: 100 years are 0.9 million steps.
const keyBytes = 32;

/** The hour an instant lies in, counted from 1970. */
export function hourOf(instant: Date): number {
  return Math.floor(instant.getTime() / hourMs);
}

interface RatchetState {
  id: Buffer;
  hour: number;
  secret: Buffer;
}

/** A chain of hourly secrets that only turns forward: each is a one-way function of the one before.
 *  What was sealed under an hour is lost to everybody, us included, as soon as the chain's start has moved past it:
 *  the database, its log, its replicas and its backups never held the secret (P106; docs/decisions/0002). */
export class ContentRatchet {
  readonly #file: string;
  #state: RatchetState;
  readonly #cache = new Map<number, Buffer>();

  private constructor(file: string, state: RatchetState) {
    this.#file = file;
    this.#state = state;
  }

  /** Reads the chain, or starts one at the hour of `now` minus the time content may be kept. */
  static load(file: string, firstHour: number): ContentRatchet {
    const stored = readSecretFile(file);
    if (stored !== null) return new ContentRatchet(file, decode(file, stored));
    const state = { id: randomBytes(16), hour: firstHour, secret: randomBytes(keyBytes) };
    writeSecretFile(file, encode(state));
    return new ContentRatchet(file, state);
  }

  /** Tells this chain from any other; two nodes with different chains cannot read each other's content. */
  get id(): Buffer {
    return this.#state.id;
  }

  /** The first hour whose secret still exists. */
  get firstHour(): number {
    return this.#state.hour;
  }

  /** The secret of an hour, or null when it has been destroyed. */
  secretOf(hour: number): Buffer | null {
    if (hour < this.#state.hour) return null;
    const cached = this.#cache.get(hour);
    if (cached !== undefined) return cached;
    let secret = this.#state.secret;
    let at = this.#state.hour;
    for (const [knownHour, known] of this.#cache) {
      if (knownHour <= hour && knownHour > at) [at, secret] = [knownHour, known];
    }
    for (; at < hour; at++) secret = next(secret);
    if (this.#cache.size >= hoursCachedMax) this.#cache.clear();
    this.#cache.set(hour, secret);
    return secret;
  }

  /** Destroys the secrets of all hours before `hour`, in memory and in the file. Answers whether there was one. */
  destroyBefore(hour: number): boolean {
    if (hour <= this.#state.hour) return false;
    const secret = this.secretOf(hour);
    if (secret === null) return false;
    const spent = this.#state.secret;
    this.#state = { id: this.#state.id, hour, secret: Buffer.from(secret) };
    writeSecretFile(this.#file, encode(this.#state));
    spent.fill(0);
    for (const [cachedHour, cached] of this.#cache) {
      if (cachedHour >= hour) continue;
      cached.fill(0);
      this.#cache.delete(cachedHour);
    }
    return true;
  }

  /** Takes over what another process of the same data folder has destroyed. */
  reload(): void {
    const stored = readSecretFile(this.#file);
    if (stored === null) return;
    const state = decode(this.#file, stored);
    if (state.hour > this.#state.hour && state.id.equals(this.#state.id)) {
      this.#state = state;
      for (const cachedHour of [...this.#cache.keys()]) {
        if (cachedHour < state.hour) this.#cache.delete(cachedHour);
      }
    }
  }
}

function next(secret: Buffer): Buffer {
  return createHmac("sha256", secret).update("facteur content hour").digest();
}

function encode(state: RatchetState): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64BE(BigInt(state.hour));
  return Buffer.concat([state.id, head, state.secret]);
}

function decode(file: string, stored: Buffer): RatchetState {
  if (stored.length !== 16 + 8 + keyBytes) {
    throw new Error(`${file} is damaged. Restore it from the backup of the keys.`);
  }
  return {
    id: Buffer.from(stored.subarray(0, 16)),
    hour: Number(stored.readBigUInt64BE(16)),
    secret: Buffer.from(stored.subarray(24)),
  };
}
