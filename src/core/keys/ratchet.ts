import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSecretFile, readSecretFile, removeDrafts, writeSecretFile } from "../../base/secret-file.ts";

const hourMs = 3_600_000;
// The seven days that may be in use, and one more for clocks that differ.
const stepsCachedMax = 24 * 8;
const keyBytes = 32;
const idBytes = 16;
const checkBytes = 8;

/** The hour an instant lies in, counted from 1970. */
export function hourOf(instant: Date): number {
  return Math.floor(instant.getTime() / hourMs);
}

/** The day an instant lies in, counted from 1970. */
export function dayOf(instant: Date): number {
  return Math.floor(hourOf(instant) / 24);
}

interface RatchetState {
  id: Buffer;
  step: number;
  secret: Buffer;
}

/** A chain of secrets that only turns forward: each is a one-way function of the one before. A step of it is an hour
 *  (of content, docs/decisions/0002) or a day (of the keys of accounts, docs/decisions/0010).
 *  What was sealed under a step is lost to everybody, us included, as soon as the chain's start has moved past it:
 *  the database, its log, its replicas and its backups never held the secret. */
export class Ratchet {
  readonly #file: string;
  #state: RatchetState;
  readonly #cache = new Map<number, Buffer>();

  private constructor(file: string, state: RatchetState) {
    this.#file = file;
    this.#state = state;
  }

  /** Reads the chain, or starts one at a step. Several processes that start in one folder get the same one.
   *  @throws Error when the file is damaged: every secret after a wrong one would be wrong too. */
  static load(file: string, first: number): Ratchet {
    removeDrafts(file);
    if (readSecretFile(file) === null) {
      createSecretFile(
        file,
        encode({ id: randomBytes(idBytes), step: first, secret: randomBytes(keyBytes) }),
      );
    }
    const stored = readSecretFile(file);
    if (stored === null) throw new Error(`${file} was removed while it was being read.`);
    return new Ratchet(file, decode(file, stored));
  }

  /** Is there a chain in this file? */
  static exists(file: string): boolean {
    return readSecretFile(file) !== null;
  }

  /** Takes over a chain that another node of the installation has handed over. */
  static adopt(file: string, state: Buffer): Ratchet {
    createSecretFile(file, encode(decode("The chain that was handed over", state)));
    return Ratchet.load(file, 0);
  }

  /** The chain as bytes, for another node. Whoever has them can read all that is sealed under it. */
  exportState(): Buffer {
    return encode(this.#state);
  }

  /** Tells this chain from any other; two nodes with different chains cannot read what the other has sealed. */
  get id(): Buffer {
    return this.#state.id;
  }

  /** The first step whose secret still exists. */
  get first(): number {
    return this.#state.step;
  }

  /** The secret of a step, or null when it has been destroyed. To be used at once: it is overwritten when its step is
   *  destroyed. */
  secretOf(step: number): Buffer | null {
    if (step < this.#state.step) return null;
    const cached = this.#cache.get(step);
    if (cached !== undefined) return cached;
    let secret = this.#state.secret;
    let at = this.#state.step;
    for (const [knownStep, known] of this.#cache) {
      if (knownStep <= step && knownStep > at) [at, secret] = [knownStep, known];
    }
    // Copied first: what lies between two steps that are kept must not stay in memory.
    secret = Buffer.from(secret);
    for (; at < step; at++) {
      const following = next(secret);
      secret.fill(0);
      secret = following;
    }
    if (this.#cache.size >= stepsCachedMax) this.#forgetBefore(Number.POSITIVE_INFINITY);
    this.#cache.set(step, secret);
    return secret;
  }

  /** Destroys the secrets of all steps before one, in memory and in the file. Answers whether there was one.
   *  Memory goes first: a disk that cannot be written does not keep content readable here, and the file, found behind,
   *  is written with the next call. It never goes back, even if another process has destroyed more. */
  destroyBefore(step: number): boolean {
    const before = this.#state.step;
    const secret = this.secretOf(step);
    if (secret !== null) this.#turnTo({ id: this.id, step, secret: Buffer.from(secret) });
    const stored = this.#stored();
    if (stored !== null) this.#turnTo(stored);
    if (stored?.step !== this.#state.step) writeSecretFile(this.#file, encode(this.#state));
    return this.#state.step > before;
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
    if (state.step <= this.#state.step) return;
    this.#state.secret.fill(0);
    this.#state = state;
    this.#forgetBefore(state.step);
  }

  #forgetBefore(step: number): void {
    for (const [cachedStep, cached] of this.#cache) {
      if (cachedStep >= step) continue;
      cached.fill(0);
      this.#cache.delete(cachedStep);
    }
  }
}

function next(secret: Buffer): Buffer {
  // The word is that of the first chain there was; chains differ by what they begin with.
  return createHmac("sha256", secret).update("facteur content hour").digest();
}

function encode(state: RatchetState): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64BE(BigInt(state.step));
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
    step: Number(body.readBigUInt64BE(idBytes)),
    secret: Buffer.from(body.subarray(idBytes + 8)),
  };
}

function checkOf(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, checkBytes);
}
