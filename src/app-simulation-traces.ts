import { readFileSync } from "node:fs";
import path from "node:path";
import type { Core } from "./app-core.ts";
import { accountTables } from "./app-holdings.ts";
import { sql } from "./base/database.ts";
import { closeAccount, makeSignInLink, Sessions } from "./core/accounts/index.ts";
import { chainFiles, dayOf, Keyring, openChains } from "./core/keys/index.ts";
import { createOwnedAccount } from "./edge/cli/accounts.ts";

/** What a simulation lends to those who look for traces in it. */
export interface Life {
  core: Core;
  folder: string;
  /** In every name and address of this run, and in no file. */
  word: string;
  url(): string;
  until(isSo: () => Promise<boolean>): Promise<void>;
  assert(isRight: boolean, violation: string): void;
}

/** Somebody who sends mail in the simulation. */
export interface Dweller {
  accountId: bigint;
  authorization: string;
}

/** An account that was closed, with what a backup of that moment holds of it. */
interface Leaver extends Dweller {
  eraseAt: Date;
  copy: { sealedKey: Buffer; sealedOn: number };
}

const operator = { role: "operator" } as const;
// Of so many days one in which an account is opened and closed.
const leavesEveryDays = 40;
// Where the secret of a chain begins in its file: behind its name and its step.
const secretPlace = { from: 24, until: 56 };

/** Looks day by day for what has to be gone apart from mail: accounts that were closed, copies of their keys, secrets of
 *  the chains, answers to repeated requests, sessions; and for what has to stay: suppressions. */
export class Traces {
  readonly #life: Life;
  readonly #leavers: Leaver[] = [];
  readonly #secrets = new Map<string, Buffer>();
  #destroyed: Buffer[] = [];
  #dweller: Dweller | null = null;
  #session = "";
  #days = 0;

  constructor(life: Life) {
    this.#life = life;
  }

  /** Leaves what is looked for later. */
  async begin([dweller]: readonly Dweller[]): Promise<void> {
    if (dweller === undefined) return;
    this.#dweller = dweller;
    const { word } = this.#life;
    const suppressed = await this.#ask(dweller, "POST", "/api/v1/suppressions", {
      address: `${word}-never@example.net`,
    });
    this.#life.assert(suppressed.status < 300, "a suppression is not accepted");
    this.#session = await this.#signIn(dweller);
    this.#noteSecrets();
  }

  /** A day's look. */
  async live(): Promise<void> {
    if (this.#days % leavesEveryDays === 0) await this.#leave();
    this.#days += 1;
    for (const leaver of this.#leavers) await this.#lookAtLeaver(leaver);
    await this.#lookAtAnswers();
    await this.#lookAtSession();
    await this.#lookAtSuppression();
    this.#noteSecrets();
  }

  /** Secrets of the chains that were in use a look ago and are destroyed by now: their bytes must be nowhere. */
  destroyedSecrets(): readonly Buffer[] {
    return this.#destroyed;
  }

  async #leave(): Promise<void> {
    const { core, word } = this.#life;
    const wish = { address: `${word}-leaver@shop.example`, name: word };
    const { account, key } = await createOwnedAccount(core, wish);
    const pair = Buffer.from(`${key.publicKey}:${key.secretKey}`).toString("base64");
    const leaver = { accountId: account.id, authorization: `Basic ${pair}` };
    const sent = await this.#send(leaver, `${word}-leaver@shop.example`);
    this.#life.assert(sent.status === 200, "an account that is about to leave cannot send");
    const now = core.clock.now();
    const { eraseAt } = await core.database.write(operator, (tx) =>
      closeAccount(tx, { figures: core.figures.at(now), now }, account.id),
    );
    const copy = await core.database.read(operator, (reader) =>
      reader.row<Leaver["copy"]>(sql`
        select k.sealed_key as "sealedKey", k.sealed_on as "sealedOn" from account_key k
        where k.account_id = ${account.id}`),
    );
    if (copy !== undefined) this.#leavers.push({ ...leaver, eraseAt, copy });
    // Within two seconds every process knows that it is closed.
    await this.#life.until(
      async () => (await this.#send(leaver, `${word}-leaver@shop.example`)).status === 403,
    );
  }

  async #lookAtLeaver(leaver: Leaver): Promise<void> {
    const { core, assert } = this.#life;
    const { accountId, eraseAt, copy } = leaver;
    const now = core.clock.now();
    if (now >= eraseAt) {
      await this.#life.until(async () => (await this.#tablesWith(accountId)).length === 0);
      assert(
        (await this.#ask(leaver, "GET", "/api/v1/messages")).status === 401,
        "an erased account is let in",
      );
    } else {
      assert(
        (await this.#ask(leaver, "GET", "/api/v1/messages")).status === 200,
        "a closed account is not readable",
      );
      assert(
        (await this.#tablesWith(accountId)).length > 2,
        "a closed account lost something before its time",
      );
    }
    const isDark = dayOf(now) - core.figures.at(now).accountKeyDays > copy.sealedOn;
    if (isDark) await this.#life.until(async () => !this.#opens(leaver));
    else assert(this.#opens(leaver), "a backup of a few days ago cannot be opened");
    assert(!isDark || !this.#opens(leaver), "a copy of a key can be opened beyond its time");
  }

  // As whoever restores a backup with the keys that lie on the disk now.
  #opens({ accountId, copy }: Leaver): boolean {
    const chains = openChains(path.join(this.#life.folder, "secrets"), { content: 0, accounts: 0 });
    return new Keyring(simulatedRootKey, chains).reseal({ accountId, ...copy }, copy.sealedOn) !== null;
  }

  async #tablesWith(accountId: bigint): Promise<string[]> {
    return this.#life.core.database.read(operator, async (reader) => {
      const found: string[] = [];
      for (const table of accountTables) {
        const column = sql.identifier(table === "account" ? "id" : "account_id");
        const row = await reader.row(sql`
          select from ${sql.identifier(table)} where ${column} = ${accountId} limit 1`);
        if (row !== undefined) found.push(table);
      }
      return found;
    });
  }

  // The same key for another request, every day: it has been forgotten since yesterday.
  async #lookAtAnswers(): Promise<void> {
    const { core, word, assert } = this.#life;
    if (this.#dweller === null) return;
    const headers = { "idempotency-key": "daily" };
    const sent = await this.#send(this.#dweller, `${word}-first@shop.example`, headers, `${this.#days}`);
    assert(sent.status === 200, `a key of yesterday still answers: ${sent.status}`);
    const repeated = await this.#send(this.#dweller, `${word}-first@shop.example`, headers, "another");
    assert(repeated.status === 409, `a key of today does not answer: ${repeated.status}`);
    const oldest = new Date(
      core.clock.now().getTime() - core.figures.at(core.clock.now()).idempotencyHours * 3_600_000,
    );
    const row = await core.database.read(operator, (reader) =>
      reader.row<{ count: bigint }>(sql`
        select count(*) as count from idempotency i where i.created_at < ${oldest}`),
    );
    assert(row?.count === 0n, "answers to requests are kept for too long");
  }

  async #lookAtSession(): Promise<void> {
    const { core, assert } = this.#life;
    if (this.#dweller === null) return;
    const isFirstDay = this.#days === 1;
    const { kind } = await new Sessions(core).authenticate(this.#session);
    assert((kind === "authenticated") === isFirstDay, `a session is ${kind} on day ${this.#days}`);
    if (isFirstDay) return;
    const row = await core.database.read(operator, (reader) =>
      reader.row<{ count: bigint }>(sql`
        select (select count(*) from session) + (select count(*) from sign_in_link) as count`),
    );
    assert(row?.count === 0n, "a session or a link to sign in has outlived its end");
  }

  async #lookAtSuppression(): Promise<void> {
    if (this.#dweller === null) return;
    const { text } = await this.#ask(this.#dweller, "GET", "/api/v1/suppressions");
    this.#life.assert(text.includes(`${this.#life.word}-never@example.net`), "a suppression is forgotten");
  }

  async #signIn({ accountId }: Dweller): Promise<string> {
    const { database, keyring, ids, clock } = this.#life.core;
    const { token } = await database.write(operator, async (tx) => {
      await keyring.load(tx, [accountId]);
      return makeSignInLink(tx, { keyring, ids, now: clock.now() }, accountId);
    });
    const result = await new Sessions(this.#life.core).signIn(token);
    this.#life.assert(result.kind === "signed_in", "nobody can sign in");
    return result.kind === "signed_in" ? result.secret : "";
  }

  #noteSecrets(): void {
    this.#destroyed = [];
    for (const name of Object.values(chainFiles)) {
      const file = readFileSync(path.join(this.#life.folder, "secrets", name));
      const secret = Buffer.from(file.subarray(secretPlace.from, secretPlace.until));
      const before = this.#secrets.get(name);
      if (before !== undefined && !before.equals(secret)) this.#destroyed.push(before);
      this.#secrets.set(name, secret);
    }
  }

  #send(
    dweller: Dweller,
    from: string,
    headers: Record<string, string> = {},
    note = "",
  ): Promise<{ status: number; text: string }> {
    const { word } = this.#life;
    const message = {
      From: { Email: from, Name: word },
      To: [{ Email: `${word}-to@example.net`, Name: word }],
      Subject: `${word} ${note}`,
      TextPart: word,
    };
    return this.#ask(dweller, "POST", "/v3.1/send", { Messages: [message] }, headers);
  }

  async #ask(
    { authorization }: Dweller,
    method: string,
    target: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<{ status: number; text: string }> {
    const headers = { authorization, "content-type": "application/json", ...more };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.#life.url()}${target}`, { method, headers, ...content });
    return { status: answer.status, text: await answer.text() };
  }
}

/** The root key of a simulated installation: it is removed with everything that was sealed under it. */
export const simulatedRootKey = Buffer.alloc(32, 9);
