import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto";
import type { Sql, Transaction } from "../../base/database.ts";
import { dateOf } from "../../base/ids.ts";
import { dayOf, hourOf, type Ratchet } from "./ratchet.ts";
import { open, type Place, seal } from "./sealing.ts";
import { type AccountKeyRow, insertAccountKey, selectAccountKeys } from "./store.ts";
import { openToken, sealToken, type TokenKeys } from "./token.ts";

const keyBytes = 32;
// 16 bytes of a keyed hash: two of 10 million addresses collide with a chance of 10^-25.
const lookupBytes = 16;
// About 1 KB an account; a node that serves more accounts in an hour reads keys again.
const accountsCachedMax = 20_000;
const contentKeysCachedMax = 20_000;

interface AccountKeySet {
  identity: KeyObject;
  lookup: KeyObject;
  content: KeyObject;
}

/** The two chains of an installation: what is sealed under a step of one is lost when its start has moved past it. */
export interface KeyChains {
  /** By the hour: what was submitted. */
  content: Ratchet;
  /** By the day: the keys of accounts. */
  accounts: Ratchet;
}
/** What tokens are made for; one made for one purpose does not open for another. */
export type TokenPurpose = "unsubscribe" | "resubscribe" | "reading";

/** Opens and seals what belongs to an account. Identity (addresses, names, subjects) under the account's own key,
 *  content under a key of the account and hour, which ceases to exist 6 days later (P106). */
export class Keyring {
  readonly #root: KeyObject;
  readonly #ratchet: Ratchet;
  readonly #accountChain: Ratchet;
  readonly #accounts = new Map<bigint, AccountKeySet>();
  readonly #contentKeys = new Map<string, KeyObject>();
  readonly #tokenKeys = new Map<TokenPurpose, TokenKeys>();

  constructor(rootKey: Buffer, { content, accounts }: KeyChains) {
    this.#root = derive(rootKey, "root");
    this.#ratchet = content;
    this.#accountChain = accounts;
  }

  /** A fingerprint of the root key, to refuse a database that was written with another one. */
  rootCheck(): Buffer {
    return createHmac("sha256", this.#root).update("facteur root check").digest();
  }

  get ratchetId(): Buffer {
    return this.#ratchet.id;
  }

  get accountChainId(): Buffer {
    return this.#accountChain.id;
  }

  /** Makes the key of a new account. */
  async create(tx: Transaction, accountId: bigint, now: Date): Promise<void> {
    const key = randomBytes(keyBytes);
    await insertAccountKey(tx, this.#sealAccountKey(accountId, key, dayOf(now)));
    this.#remember(accountId, key);
  }

  /** Loads the keys of accounts that are not in memory yet; one query for all.
   *  An account whose key was destroyed is left out: nothing of it can be opened any more. */
  async load(sql: Sql, accountIds: Iterable<bigint>): Promise<void> {
    const wanted = new Set(accountIds);
    const missing = [...wanted].filter((id) => !this.#touch(id));
    if (missing.length === 0) return;
    this.#makeRoom(missing.length, wanted);
    for (const row of await selectAccountKeys(sql, missing)) {
      const key = this.#openAccountKey(row);
      if (key !== null) this.#remember(row.accountId, key);
    }
  }

  /** Seals the key of an account anew, under a later day of the chain: nothing else in the database changes with it.
   *  @returns null when its day's secret was destroyed; nothing opens it any more */
  reseal(row: AccountKeyRow, day: number): AccountKeyRow | null {
    const key = this.#openAccountKey(row);
    return key === null ? null : this.#sealAccountKey(row.accountId, key, day);
  }

  /** Are the keys of the account in memory? */
  has(accountId: bigint): boolean {
    return this.#touch(accountId);
  }

  /** Forgets an account whose key was destroyed. */
  forget(accountId: bigint): void {
    this.#accounts.delete(accountId);
    for (const name of [...this.#contentKeys.keys()]) {
      if (name.startsWith(`${accountId}/`)) this.#contentKeys.delete(name);
    }
  }

  /** Forgets the accounts whose key is not in the database any more: after a time in which this process may not have heard
   *  of one. The others stay: messages that are being accepted or sent at this moment need their keys. */
  async forgetDestroyed(sql: Sql): Promise<void> {
    const known = [...this.#accounts.keys()];
    const rows = await selectAccountKeys(sql, known);
    const left = new Set(
      rows.filter((row) => this.#openAccountKey(row) !== null).map((row) => row.accountId),
    );
    for (const accountId of known) if (!left.has(accountId)) this.forget(accountId);
  }

  sealIdentity(place: Place, plain: string | Buffer): Buffer {
    return seal(this.#of(place.accountId).identity, place, toBuffer(plain));
  }

  openIdentity(place: Place, sealed: Buffer): Buffer {
    return open(this.#of(place.accountId).identity, place, sealed);
  }

  /** A keyed hash by which an address, name or custom id can be found without being readable. */
  lookup(accountId: bigint, value: string): Buffer {
    return createHmac("sha256", this.#of(accountId).lookup).update(value).digest().subarray(0, lookupBytes);
  }

  /** Seals content under the key of the hour in which its id was made.
   *  @throws Error when that hour's key is already destroyed. */
  sealContent(place: Place, plain: Buffer): Buffer {
    const key = this.#contentKey(place.accountId, hourOf(dateOf(place.id)));
    if (key === null) throw new Error("Content cannot be sealed under a key that has been destroyed.");
    return seal(key, place, plain);
  }

  /** Opens content; null once the key of its hour is destroyed. */
  openContent(place: Place, sealed: Buffer): Buffer | null {
    const key = this.#contentKey(place.accountId, hourOf(dateOf(place.id)));
    return key === null ? null : open(key, place, sealed);
  }

  /** Does the key of the hour still exist in which this id was made? */
  hasContentKey(id: bigint): boolean {
    return hourOf(dateOf(id)) >= this.#ratchet.first;
  }

  /** A keyed hash of the installation, for secrets that are checked before the account is known. */
  rootHash(purpose: string, value: string): Buffer {
    return createHmac("sha256", this.#root).update(`${purpose}\0${value}`).digest();
  }

  /** Value of cross-account lookups (the sign-in address of an account). */
  rootLookup(value: string): Buffer {
    return this.rootHash("lookup", value).subarray(0, lookupBytes);
  }

  /** Makes a text for a link. It depends on the root key alone, so the link works as long as the installation exists:
   *  when the message is gone, and when the account's key is destroyed. */
  sealToken(purpose: TokenPurpose, bytes: Buffer): string {
    return sealToken(this.#tokenKeysOf(purpose), bytes);
  }

  /** What a text stands for; null when it was not made here for this purpose. */
  openToken(purpose: TokenPurpose, token: string): Buffer | null {
    return openToken(this.#tokenKeysOf(purpose), token);
  }

  #tokenKeysOf(purpose: TokenPurpose): TokenKeys {
    const known = this.#tokenKeys.get(purpose);
    if (known !== undefined) return known;
    const root = this.rootHash("token", purpose);
    const keys = { mac: derive(root, "token mac"), cipher: derive(root, "token cipher") };
    this.#tokenKeys.set(purpose, keys);
    return keys;
  }

  /** Destroys the content keys of all hours before `hour`: files, memory. */
  destroyContentBefore(hour: number): boolean {
    try {
      return this.#ratchet.destroyBefore(hour);
    } finally {
      this.#dropStaleContentKeys();
    }
  }

  /** Follows what another process of this data folder has destroyed. */
  followRatchet(): void {
    this.#ratchet.reload();
    this.#accountChain.reload();
    this.#dropStaleContentKeys();
  }

  get firstContentHour(): number {
    return this.#ratchet.first;
  }

  /** Destroys the secrets of all days before `day`: every copy of an account's key that was sealed on one of them, in
   *  the database's log, its replicas and its backups, is lost with them. */
  destroyAccountDaysBefore(day: number): boolean {
    return this.#accountChain.destroyBefore(day);
  }

  /** The first day of which a copy of an account's key can still be opened. */
  get firstAccountDay(): number {
    return this.#accountChain.first;
  }

  #dropStaleContentKeys(): void {
    for (const name of [...this.#contentKeys.keys()]) {
      if (Number(name.slice(name.indexOf("/") + 1)) < this.#ratchet.first) this.#contentKeys.delete(name);
    }
  }

  #contentKey(accountId: bigint, hour: number): KeyObject | null {
    const name = `${accountId}/${hour}`;
    const cached = this.#contentKeys.get(name);
    if (cached !== undefined) return cached;
    const secret = this.#ratchet.secretOf(hour);
    if (secret === null) return null;
    const mix = createHmac("sha256", this.#of(accountId).content).update(secret).digest();
    const key = createSecretKey(mix);
    mix.fill(0);
    if (this.#contentKeys.size >= contentKeysCachedMax) this.#contentKeys.clear();
    this.#contentKeys.set(name, key);
    return key;
  }

  // A clock that is behind the chain seals under the chain's first day.
  #sealAccountKey(accountId: bigint, key: Buffer, day: number): AccountKeyRow {
    const sealedOn = Math.max(day, this.#accountChain.first);
    const secret = this.#accountChain.secretOf(sealedOn);
    if (secret === null) throw new Error("The chain of account keys has moved while it was being used.");
    return { accountId, sealedOn, sealedKey: seal(this.#wrapKey(secret), accountPlace(accountId), key) };
  }

  #openAccountKey({ accountId, sealedOn, sealedKey }: AccountKeyRow): Buffer | null {
    if (sealedOn === 0) return open(this.#root, accountPlace(accountId), sealedKey);
    const secret = this.#accountChain.secretOf(sealedOn);
    return secret === null ? null : open(this.#wrapKey(secret), accountPlace(accountId), sealedKey);
  }

  // Both are needed: the root key, and the day.
  #wrapKey(secret: Buffer): KeyObject {
    return createSecretKey(createHmac("sha256", this.#root).update("account key").update(secret).digest());
  }

  #remember(accountId: bigint, key: Buffer): void {
    this.#accounts.set(accountId, {
      identity: derive(key, "identity"),
      lookup: derive(key, "lookup"),
      content: derive(key, "content"),
    });
  }

  // Moves an account to the end of the map: what was not used for the longest time stands first, so that an account in
  // the middle of a request is not the next to go.
  #touch(accountId: bigint): boolean {
    const keys = this.#accounts.get(accountId);
    if (keys === undefined) return false;
    this.#accounts.delete(accountId);
    this.#accounts.set(accountId, keys);
    return true;
  }

  // The longest unused go first, but never one that the caller is about to use.
  #makeRoom(count: number, inUse: Set<bigint>): void {
    for (const accountId of this.#accounts.keys()) {
      if (this.#accounts.size + count <= accountsCachedMax) return;
      if (!inUse.has(accountId)) this.#accounts.delete(accountId);
    }
  }

  #of(accountId: bigint): AccountKeySet {
    const keys = this.#touch(accountId) ? this.#accounts.get(accountId) : undefined;
    if (keys === undefined)
      throw new Error(`The keys of account ${accountId} are not loaded or were destroyed.`);
    return keys;
  }
}

function derive(key: Buffer, purpose: string): KeyObject {
  // RFC 5869: one secret, independent keys for independent purposes.
  return createSecretKey(
    Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), `facteur ${purpose}`, keyBytes)),
  );
}

function accountPlace(accountId: bigint): Place {
  return { table: "account_key", accountId, id: accountId };
}

function toBuffer(plain: string | Buffer): Buffer {
  return typeof plain === "string" ? Buffer.from(plain) : plain;
}
