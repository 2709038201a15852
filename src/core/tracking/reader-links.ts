import type { Keyring } from "../keys/index.ts";
import type { TrackingMode } from "./mode.ts";
import { type ReaderOf, writeUnsubscribeToken } from "./reader-token.ts";
import { type Counted, writeReadingToken } from "./reading-token.ts";

/** Where the links of readers begin, below the address that readers reach the service by. Short: they stand in mails. */
export const readerPaths = { unsubscribe: "/u/", choice: "/p/", click: "/c/", open: "/i/" } as const;

/** Makes the links by which readers come back to us. */
export class ReaderLinks {
  readonly #keyring: Pick<Keyring, "sealToken">;
  readonly #baseUrl: () => string;
  /** What the operator lets be known of readers at most. */
  readonly limit: TrackingMode;
  readonly #addressOf: ((reader: ReaderOf) => string) | null;

  /** @param baseUrl scheme and host, without a slash at the end; asked each time, since a port may be known late
   *  @param options addressOf: to which address a reader writes to unsubscribe; null where no mail comes in */
  constructor(
    keyring: Pick<Keyring, "sealToken">,
    baseUrl: () => string,
    {
      limit = "identified",
      addressOf = null,
    }: { limit?: TrackingMode; addressOf?: ((reader: ReaderOf) => string) | null } = {},
  ) {
    this.#keyring = keyring;
    this.#baseUrl = baseUrl;
    this.limit = limit;
    this.#addressOf = addressOf;
  }

  /** What all of them begin with. */
  get base(): string {
    return this.#baseUrl();
  }

  /** The same links on another host that leads here. */
  at(host: string): ReaderLinks {
    const baseUrl = () => {
      const url = new URL(this.#baseUrl());
      url.hostname = host;
      return url.origin;
    };
    return new ReaderLinks(this.#keyring, baseUrl, { limit: this.limit, addressOf: this.#addressOf });
  }

  /** Where a reader unsubscribes. */
  unsubscribe(reader: ReaderOf): string {
    return `${this.#baseUrl()}${readerPaths.unsubscribe}${writeUnsubscribeToken(this.#keyring, reader)}`;
  }

  /** Where a reader sees whether the sender learns what they do with the mail, and takes that back. The token is that of the
   *  unsubscribe link: both only ever end something, since the sender may know them. */
  choice(reader: ReaderOf): string {
    return `${this.#baseUrl()}${readerPaths.choice}${writeUnsubscribeToken(this.#keyring, reader)}`;
  }

  /** Where a reader unsubscribes by mail; null where no mail comes in. The subject names the reader for the time when the
   *  message is not kept any more. */
  unsubscribeByMail(reader: ReaderOf): string | null {
    if (this.#addressOf === null) return null;
    return `mailto:${this.#addressOf(reader)}?subject=${writeUnsubscribeToken(this.#keyring, reader)}`;
  }

  /** A link that counts and leads on. */
  click(of: Counted, position: number, target: string): string {
    const token = writeReadingToken(this.#keyring, { ...of, kind: "clicked", position, target });
    return `${this.#baseUrl()}${readerPaths.click}${token}`;
  }

  /** A picture that counts. */
  open(of: Counted): string {
    return `${this.#baseUrl()}${readerPaths.open}${writeReadingToken(this.#keyring, { ...of, kind: "opened" })}`;
  }

  /** Does a link lead to us already? */
  isOwn(url: string): boolean {
    const base = new URL(this.#baseUrl()).origin;
    return Object.values(readerPaths).some((path) => url.startsWith(`${base}${path}`));
  }
}
