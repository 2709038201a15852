import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { FreshAnswers } from "../../base/fresh-answers.ts";
import type { IdSource } from "../../base/ids.ts";
import { record } from "../audit/index.ts";
import type { Keyring } from "../keys/index.ts";
import {
  extendSession,
  insertSession,
  type SessionRow,
  type SessionWithAccount,
  selectSessionByHash,
  takeSignInLink,
} from "./session-store.ts";
import { hashOfToken } from "./sign-in-link.ts";
import { selectAccount } from "./store.ts";

/** A session that is not used for this long ends: a working day with its breaks, not a night. */
export const sessionIdleHours = 12;
/** However much it is used, a session ends after this long: a cookie that was stolen is worth a week at most. */
export const sessionDaysMax = 7;
// Use is noted this often: of a page that asks every few seconds not each question shall cost a commit.
const noteUseEveryMs = 5 * 60_000;
// Two seconds of answers from memory, as for keys: after them a session that was ended is so on every node.
const cacheMsMax = 2000;
const cacheEntriesMax = 10_000;
// 256 random bits, as base64url.
const secretBytes = 32;
const secretPattern = /^[A-Za-z0-9_-]{43}$/;

/** Somebody who is signed in, with everything the account may do. */
export interface Session {
  accountId: bigint;
  id: bigint;
  /** The account this one is a sub-account of; null for a main account. */
  parentId: bigint | null;
}

export type SessionResult =
  | { kind: "authenticated"; session: Session }
  | { kind: "unknown" }
  /** The session is right, and its account is suspended. */
  | { kind: "suspended"; session: Session };

export type SignInResult =
  /** The secret is known at this moment only. */
  | { kind: "signed_in"; session: Session; secret: string; expiresAt: Date }
  /** It was used, has expired, or there never was one. */
  | { kind: "unknown" }
  | { kind: "suspended" };

/** Turns links into sessions, and knows whose a session is. */
export class Sessions {
  readonly #context: { database: Database; keyring: Keyring; clock: Clock; ids: IdSource };
  readonly #rows = new FreshAnswers<string, SessionWithAccount | null>(cacheMsMax, cacheEntriesMax);
  readonly #notedAt = new Map<bigint, number>();

  constructor(context: { database: Database; keyring: Keyring; clock: Clock; ids: IdSource }) {
    this.#context = context;
  }

  /** Follows a link. It is used up by the attempt, also when the account is suspended.
   *  @param signedInTo the account that is not to be left unasked; a link to another one stays good
   *  @throws Refusal other_account */
  async signIn(token: string, signedInTo: bigint | null = null): Promise<SignInResult> {
    const { database, keyring, clock, ids } = this.#context;
    return database.write({ role: "accept" }, async (tx) => {
      const now = clock.now();
      const link = await takeSignInLink(tx, hashOfToken(keyring, token));
      if (link === undefined || link.expiresAt <= now) return { kind: "unknown" };
      const { accountId } = link;
      if (signedInTo !== null && signedInTo !== accountId) {
        // Thrown, so that the link is not used up.
        throw new Refusal(
          "other_account",
          "This link signs in to another account than the one you are signed in to.",
        );
      }
      const account = await selectAccount(tx, accountId);
      if (account?.state !== "active") return { kind: "suspended" };
      const id = ids.next(now);
      const secret = randomBytes(secretBytes).toString("base64url");
      const row = { accountId, id, secretHash: this.#hashOf(secret), createdAt: now, endsAt: idleEnd(now) };
      await insertSession(tx, row);
      const actor = { kind: "session", id } as const;
      await record(tx, { accountId, id: ids.next(now), actor, action: "session.started", subjectId: id });
      const session = { accountId, id, parentId: account.parentId };
      return { kind: "signed_in", session, secret, expiresAt: sessionExpiry(row) };
    });
  }

  /** Whose session this is. Answers come from memory for two seconds. */
  async authenticate(secret: string): Promise<SessionResult> {
    if (!secretPattern.test(secret)) return { kind: "unknown" };
    const row = await this.#row(this.#hashOf(secret));
    if (row === null || row.endsAt <= this.#context.clock.now()) return { kind: "unknown" };
    const { accountId, id, parentId } = row;
    const session = { accountId, id, parentId };
    if (row.accountState !== "active") return { kind: "suspended", session };
    this.#noteUse(row);
    return { kind: "authenticated", session };
  }

  /** Forgets what is in memory of a session that this process has ended. */
  forget(): void {
    this.#rows.forget(() => true);
  }

  #row(hash: Buffer): Promise<SessionWithAccount | null> {
    const { database, clock } = this.#context;
    return this.#rows.get(hash.toString("hex"), clock.real(), async () => {
      const found = await database.read({ role: "accept" }, (reader) => selectSessionByHash(reader, hash));
      return found ?? null;
    });
  }

  // Not waited for: a session whose use was not noted ends a few minutes early.
  #noteUse(row: SessionRow): void {
    const { database, clock } = this.#context;
    const now = clock.now();
    const noted = this.#notedAt.get(row.id) ?? idleStart(row);
    if (now.getTime() - noted < noteUseEveryMs) return;
    const end = idleEnd(now);
    const last = sessionExpiry(row);
    if (this.#notedAt.size >= cacheEntriesMax) this.#notedAt.clear();
    this.#notedAt.set(row.id, now.getTime());
    if (row.endsAt >= last) return;
    database
      .write({ role: "accept" }, (tx) => extendSession(tx, row, end < last ? end : last))
      .catch(() => this.#notedAt.delete(row.id));
  }

  #hashOf(secret: string): Buffer {
    return this.#context.keyring.rootHash("session", secret);
  }
}

/** When a session ends at the latest. */
export function sessionExpiry({ createdAt }: Pick<SessionRow, "createdAt">): Date {
  return new Date(createdAt.getTime() + sessionDaysMax * 86_400_000);
}

function idleEnd(now: Date): Date {
  return new Date(now.getTime() + sessionIdleHours * 3_600_000);
}

function idleStart({ endsAt }: SessionRow): number {
  return endsAt.getTime() - sessionIdleHours * 3_600_000;
}
