import type { Keyring } from "../../core/keys/index.ts";
import { type ReadingToken, readReadingToken } from "../../core/tracking/index.ts";

// Links that name nobody are the same for every reader of a campaign: a few thousand are those of all that is being read.
// With the longest targets, about 10 MB.
const rememberedMax = 5000;

/** Opens counting links, and remembers those that many follow: opening one is a fifth of what an answer costs. */
export class ReadingTokens {
  readonly #keyring: Pick<Keyring, "openToken">;
  readonly #known = new Map<string, ReadingToken>();

  constructor(keyring: Pick<Keyring, "openToken">) {
    this.#keyring = keyring;
  }

  /** What a link stands for; null when it is not one of ours. */
  read(text: string): ReadingToken | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const token = readReadingToken(this.#keyring, text);
    // One reader's own link is followed once or twice, and others' inventions never again.
    if (token !== null && token.reader === null) this.#remember(text, token);
    return token;
  }

  #remember(text: string, token: ReadingToken): void {
    if (this.#known.size >= rememberedMax) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(text, token);
  }
}
