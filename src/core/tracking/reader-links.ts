import type { Keyring } from "../keys/index.ts";
import { type ReaderOf, writeUnsubscribeToken } from "./reader-token.ts";

/** Where the links of readers begin, below the address that readers reach the service by. Short: they stand in mails. */
export const readerPaths = { unsubscribe: "/u/" } as const;

/** Makes the links by which readers come back to us. */
export class ReaderLinks {
  readonly #keyring: Pick<Keyring, "sealToken">;
  readonly #baseUrl: () => string;

  /** @param baseUrl scheme and host, without a slash at the end; asked each time, since a port may be known late */
  constructor(keyring: Pick<Keyring, "sealToken">, baseUrl: () => string) {
    this.#keyring = keyring;
    this.#baseUrl = baseUrl;
  }

  /** Where a reader unsubscribes. */
  unsubscribe(reader: ReaderOf): string {
    return `${this.#baseUrl()}${readerPaths.unsubscribe}${writeUnsubscribeToken(this.#keyring, reader)}`;
  }
}
