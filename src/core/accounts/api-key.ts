import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Database, Transaction } from "../../base/database.ts";
import { FreshAnswers } from "../../base/fresh-answers.ts";
import type { Keyring } from "../keys/index.ts";
import type { CreateContext } from "./context.ts";
import { type ApiKeyRow, insertApiKey, selectByPublicKey, touchApiKey } from "./store.ts";

/** What a key may do. `full` is everything; the others are for keys beside the primary pair. */
export const apiKeyScopes = ["full", "send", "read", "manage"] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

// Two seconds of answers from memory; after them a revoked key fails on every node.
const cacheMsMax = 2000;
const cacheEntriesMax = 10_000;
// 16 bytes each, as hexadecimal: what existing clients expect of the length, and nothing to guess.
const halfBytes = 16;

/** A key pair at the only moment its secret is known. */
export interface CreatedKey {
  id: bigint;
  accountId: bigint;
  publicKey: string;
  secretKey: string;
}

/** Who makes a request. */
export interface Principal {
  accountId: bigint;
  parentId: bigint | null;
  keyId: bigint;
  publicKey: string;
  scopes: ApiKeyScope[];
  isPrimary: boolean;
}

export type AuthenticationResult =
  | { kind: "authenticated"; principal: Principal }
  | { kind: "unknown" }
  /** The pair is right, but the key was switched off or the account is suspended. */
  | { kind: "suspended"; principal: Principal }
  /** The account is closed: until an instant it can be read, and nothing else. */
  | { kind: "closed"; principal: Principal; readableUntil: Date };

/** Makes a key pair for an account. */
export async function createApiKey(
  tx: Transaction,
  { keyring, ids, now }: CreateContext,
  wish: { accountId: bigint; name: string; scopes: ApiKeyScope[]; isPrimary: boolean },
): Promise<CreatedKey> {
  const publicKey = randomBytes(halfBytes).toString("hex");
  const secretKey = randomBytes(halfBytes).toString("hex");
  const id = ids.nextSmall(now);
  const { accountId } = wish;
  await insertApiKey(tx, {
    accountId,
    id,
    publicKey,
    secretHash: secretHash(keyring, secretKey),
    sealedName: keyring.sealIdentity({ table: "api_key", accountId, id }, wish.name),
    scopes: wish.scopes,
    isPrimary: wish.isPrimary,
    isActive: true,
    createdAt: now,
    lastUsedOn: null,
    revokedAt: null,
  });
  return { id, accountId, publicKey, secretKey };
}

type CachedKey = ApiKeyRow & { accountState: string; parentId: bigint | null; eraseAt: Date | null };

/** Checks key pairs. Answers come from memory for two seconds, so that a revocation holds everywhere soon after. */
export class Authenticator {
  readonly #database: Database;
  readonly #keyring: Keyring;
  readonly #clock: Clock;
  readonly #rows = new FreshAnswers<string, CachedKey | null>(cacheMsMax, cacheEntriesMax);
  readonly #touched = new Map<bigint, string>();

  constructor(database: Database, keyring: Keyring, clock: Clock) {
    this.#database = database;
    this.#keyring = keyring;
    this.#clock = clock;
  }

  async authenticate(publicKey: string, secretKey: string): Promise<AuthenticationResult> {
    const row = await this.#row(publicKey);
    // The hash is taken and compared even for an unknown key, so that the time tells nothing.
    const given = secretHash(this.#keyring, secretKey);
    const isRight = timingSafeEqual(given, row?.secretHash ?? Buffer.alloc(given.length));
    if (row === null || !isRight || row.revokedAt !== null) return { kind: "unknown" };
    const { accountId, parentId, id: keyId, isPrimary } = row;
    const scopes = row.scopes as ApiKeyScope[];
    const principal = { accountId, parentId, keyId, publicKey: row.publicKey, scopes, isPrimary };
    const { eraseAt } = row;
    const isReadable = row.isActive && row.accountState === "closed";
    if (isReadable && eraseAt !== null) {
      // From then on it is being erased: whoever asks is told what they are told afterwards.
      if (eraseAt <= this.#clock.now()) return { kind: "unknown" };
      return { kind: "closed", principal, readableUntil: eraseAt };
    }
    if (!row.isActive || row.accountState !== "active") return { kind: "suspended", principal };
    this.#touch(row);
    return { kind: "authenticated", principal };
  }

  /** Whose key this is, whatever is said beside it: for telling its owner, and nobody else. Null for none. */
  async ownerOf(publicKey: string): Promise<Pick<Principal, "accountId" | "keyId"> | null> {
    const row = await this.#row(publicKey);
    return row === null || row.revokedAt !== null ? null : { accountId: row.accountId, keyId: row.id };
  }

  #row(publicKey: string): Promise<CachedKey | null> {
    return this.#rows.get(publicKey, this.#clock.real(), async () => {
      const found = await this.#database.read({ role: "accept" }, (reader) =>
        selectByPublicKey(reader, publicKey),
      );
      return found ?? null;
    });
  }

  #touch(row: ApiKeyRow): void {
    const day = this.#clock.now().toISOString().slice(0, 10);
    if (row.lastUsedOn === day || this.#touched.get(row.id) === day) return;
    this.#touched.set(row.id, day);
    // Not waited for and not retried: tomorrow's use is noted tomorrow.
    this.#database
      .write({ role: "accept" }, (tx) => touchApiKey(tx, row, day))
      .catch(() => this.#touched.delete(row.id));
  }
}

// The secret is 128 random bits: a keyed hash is enough, a slow one would only cost each request its time.
function secretHash(keyring: Keyring, secretKey: string): Buffer {
  return keyring.rootHash("api secret", secretKey);
}
