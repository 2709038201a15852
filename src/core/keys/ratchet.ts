import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSecretFile, readSecretFile, removeDrafts, writeSecretFile } from "../../base/secret-file.ts";

const hourMs = 3_600_000;
// The seven days that may be in use, and one more for clocks that differ.
const hoursCachedMax = 24 * 8;
const keyBytes = 32;
const idBytes = 16;
const checkBytes = 8;

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

  /** Reads the chain, or starts one at an hour. Several processes that start in one folder get the same one.
   *  @throws Error when the file is damaged: every secret after a wrong one would be wrong too. */
  static load(file: string, firstHour: number): ContentRatchet {
    removeDrafts(file);
    if (readSecretFile(file) === null) {
      createSecretFile(
        file,
        encode({ id: randomBytes(idBytes), hour: firstHour, secret: randomBytes(keyBytes) }),
      );
    }
    const stored = readSecretFile(file);
    if (stored === null) throw new Error(`${file} was removed while it was being read.`);
    return new ContentRatchet(file, decode(file, stored));
  }

  /** Is there a chain in this file? */
  static exists(file: string): boolean {
    return readSecretFile(file) !== null;
  }

  /** Takes over a chain that another node of the installation has handed over. */
  static adopt(file: string, state: Buffer): ContentRatchet {
    createSecretFile(file, encode(decode("The chain that was handed over", state)));
    return ContentRatchet.load(file, 0);
  }

  /** The chain as bytes, for another node. Whoever has them can read all content that still exists. */
  exportState(): Buffer {
    return encode(this.#state);
  }

  /** Tells this chain from any other; two nodes with different chains cannot read each other's content. */
  get id(): Buffer {
    return this.#state.id;
  }

  /** The first hour whose secret still exists. */
  get firstHour(): number {
    return this.#state.hour;
  }

  /** The secret of an hour, or null when it has been destroyed. To be used at once: it is overwritten when its hour is
   *  destroyed. */
  secretOf(hour: number): Buffer | null {
    if (hour < this.#state.hour) return null;
    const cached = this.#cache.get(hour);
    if (cached !== undefined) return cached;
    let secret = this.#state.secret;
    let at = this.#state.hour;
    for (const [knownHour, known] of this.#cache) {
      if (knownHour <= hour && knownHour > at) [at, secret] = [knownHour, known];
    }
    // Copied first: what lies between two hours that are kept must not stay in memory.
    secret = Buffer.from(secret);
    for (; at < hour; at++) {
      const following = next(secret);
      secret.fill(0);
      secret = following;
    }
    if (this.#cache.size >= hoursCachedMax) this.#forgetBefore(Number.POSITIVE_INFINITY);
    this.#cache.set(hour, secret);
    return secret;
  }

  /** Destroys the secrets of all hours before `hour`, in memory and in the file. Answers whether there was one.
   *  Memory goes first: a disk that cannot be written does not keep content readable here, and the file, found behind,
   *  is written with the next call. It never goes back, even if another process has destroyed more. */
  destroyBefore(hour: number): boolean {
    const before = this.#state.hour;
    const secret = this.secretOf(hour);
    if (secret !== null) this.#turnTo({ id: this.id, hour, secret: Buffer.from(secret) });
    const stored = this.#stored();
    if (stored !== null) this.#turnTo(stored);
    if (stored?.hour !== this.#state.hour) writeSecretFile(this.#file, encode(this.#state));
    return this.#state.hour > before;
  }

  /** Takes over what another process of the same data folder has destroyed. */
  reload(): void {
    const stored = this.#stored();
    if (stored !== null) this.#turnTo(stored);
  }

  #stored(): RatchetState | null {
    const bytes = readSecretFile(this.#file);
    if (bytes === null) return null;
    const stored = decode(this.#file, bytes);
    if (stored.id.equals(this.id)) return stored;
    throw new Error(`${this.#file} holds other keys than this process has been using. Start it again.`);
  }

  #turnTo(state: RatchetState): void {
    if (state.hour <= this.#state.hour) return;
    this.#state.secret.fill(0);
    this.#state = state;
    this.#forgetBefore(state.hour);
  }

  #forgetBefore(hour: number): void {
    for (const [cachedHour, cached] of this.#cache) {
      if (cachedHour >= hour) continue;
      cached.fill(0);
      this.#cache.delete(cachedHour);
    }
  }
}

function next(secret: Buffer): Buffer {
  return createHmac("sha256", secret).update("facteur content hour").digest();
}

function encode(state: RatchetState): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64BE(BigInt(state.hour));
  const body = Buffer.concat([state.id, head, state.secret]);
  return Buffer.concat([body, checkOf(body)]);
}

function decode(file: string, stored: Buffer): RatchetState {
  const bodyBytes = idBytes + 8 + keyBytes;
  const body = stored.subarray(0, bodyBytes);
  if (stored.length !== bodyBytes + checkBytes || !checkOf(body).equals(stored.subarray(bodyBytes))) {
    throw new Error(`${file} is damaged. Restore it from the backup of the keys.`);
  }
  return {
    id: Buffer.from(body.subarray(0, idBytes)),
    hour: Number(body.readBigUInt64BE(idBytes)),
    secret: Buffer.from(body.subarray(idBytes + 8)),
  };
}

function checkOf(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, checkBytes);
}
