import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import { createSigner, type Signer } from "../../mail/dkim/signer.ts";
import type { Keyring } from "../keys/index.ts";
import { openDomainKey } from "./domain.ts";
import { senderLookup } from "./sender.ts";
import { selectRights } from "./sender-store.ts";
import { selectDomain } from "./store.ts";

// How old an answer may be: a sender or domain taken away stops working everywhere within seconds.
const answerMsMax = 2000;
const signerMsMax = 10_000;
const entriesMax = 20_000;

/** May an account send from an address? */
export type SenderVerdict =
  | { kind: "allowed"; senderId: bigint; isDomainVerified: boolean }
  | { kind: "inactive" }
  | { kind: "unknown" };

/** Answers who may send from where, and with which keys, from memory where it is fresh enough. */
export class SenderBook {
  readonly #database: Database;
  readonly #keyring: Keyring;
  readonly #clock: Clock;
  readonly #verdicts = new Map<string, { readAt: number; verdict: SenderVerdict }>();
  readonly #signers = new Map<string, { readAt: number; signers: Signer[] | null }>();

  constructor(database: Database, keyring: Keyring, clock: Clock) {
    this.#database = database;
    this.#keyring = keyring;
    this.#clock = clock;
  }

  /** A verified domain allows every address in it; otherwise the address itself must be an active sender. */
  async verdict(accountId: bigint, address: string): Promise<SenderVerdict> {
    const name = `${accountId}/${address}`;
    const now = this.#clock.real();
    const known = this.#verdicts.get(name);
    if (known !== undefined && now - known.readAt < answerMsMax) return known.verdict;
    const verdict = await this.#readVerdict(accountId, address);
    remember(this.#verdicts, name, { readAt: now, verdict });
    return verdict;
  }

  /** The signers of a verified domain of the account; null when it has none (any more). */
  async signers(accountId: bigint, domain: string): Promise<Signer[] | null> {
    const name = `${accountId}/${domain}`;
    const now = this.#clock.real();
    const known = this.#signers.get(name);
    if (known !== undefined && now - known.readAt < signerMsMax) return known.signers;
    const row = await this.#database.read({ role: "delivery" }, async (reader) => {
      await this.#keyring.load(reader, [accountId]);
      return selectDomain(reader, accountId, { name: domain });
    });
    const isUsable = row !== undefined && row.state === "verified";
    // The key object is made anew only when the key has changed: parsing costs as much as two signatures.
    const previous = known?.signers?.[0];
    const signers = !isUsable
      ? null
      : previous?.selector === row.selector && known?.signers
        ? known.signers
        : [
            createSigner({
              domain,
              selector: row.selector,
              algorithm: "rsa-sha256",
              privateKey: openDomainKey(this.#keyring, row),
            }),
          ];
    remember(this.#signers, name, { readAt: now, signers });
    return signers;
  }

  /** Forgets what is known of an account, after a change made here. */
  forget(accountId: bigint): void {
    for (const book of [this.#verdicts, this.#signers]) {
      for (const name of book.keys()) if (name.startsWith(`${accountId}/`)) book.delete(name);
    }
  }

  async #readVerdict(accountId: bigint, text: string): Promise<SenderVerdict> {
    const address = parseAddress(text);
    if (isAddressProblem(address)) return { kind: "unknown" };
    const { senders, domainId } = await this.#database.read({ role: "accept" }, async (reader) => {
      await this.#keyring.load(reader, [accountId]);
      return selectRights(reader, {
        accountId,
        lookup: senderLookup(this.#keyring, accountId, normaliseForLookup(address)),
        wideLookup: senderLookup(this.#keyring, accountId, `*@${address.domain}`),
        domain: address.domain,
      });
    });
    const active = senders.find((sender) => sender.state === "active");
    if (domainId !== null) {
      return { kind: "allowed", senderId: active?.id ?? domainId, isDomainVerified: true };
    }
    if (active !== undefined && !active.isDomainWide) {
      return { kind: "allowed", senderId: active.id, isDomainVerified: false };
    }
    return { kind: senders.some((sender) => sender.state === "inactive") ? "inactive" : "unknown" };
  }
}

function remember<V>(book: Map<string, V>, name: string, value: V): void {
  if (book.size >= entriesMax) book.clear();
  book.set(name, value);
}
