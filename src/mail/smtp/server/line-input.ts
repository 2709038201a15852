/** A line without its line end, or why there is none that could be read. */
export type Line =
  | { readonly kind: "line"; readonly octets: Buffer }
  | { readonly kind: "too_long" }
  /** It ends with a LF alone. */
  | { readonly kind: "bare" };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothing = Buffer.alloc(0);

/** What has come and was not taken yet, cut into lines of bounded length. */
export class LineInput {
  #rest: Buffer = nothing;
  /** The line that is coming has become too long: it is passed over up to its end. */
  #isOverlong = false;

  get isEmpty(): boolean {
    return this.#rest.length === 0;
  }

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** The next line; null when it has not come whole.
   *  @param octetsMax with its line end; what is longer is thrown away as it comes */
  line(octetsMax: number): Line | null {
    const feed = this.#rest.indexOf(lineFeed);
    if (feed === -1) {
      if (this.#isOverlong || this.#rest.length >= octetsMax) {
        this.#isOverlong = true;
        this.#rest = nothing;
      }
      return null;
    }
    const isOverlong = this.#isOverlong || feed >= octetsMax;
    const isBare = feed === 0 || this.#rest[feed - 1] !== carriageReturn;
    const octets = this.#rest.subarray(0, Math.max(0, feed - 1));
    this.#rest = this.#rest.subarray(feed + 1);
    this.#isOverlong = false;
    if (isOverlong) return { kind: "too_long" };
    return isBare ? { kind: "bare" } : { kind: "line", octets };
  }

  /** Hands over what is there. @param take answers how much of it was wanted */
  content(take: (octets: Buffer) => number): void {
    this.#rest = this.#rest.subarray(take(this.#rest));
  }

  clear(): void {
    this.#rest = nothing;
    this.#isOverlong = false;
  }
}
