import type { Clock } from "../../../base/clock.ts";
import type { Database } from "../../../base/database.ts";
import type { IdSource } from "../../../base/ids.ts";
import type { Log } from "../../../base/log.ts";
import { TokenBuckets } from "../../../base/token-bucket.ts";
import { noteSmtpRefusal, type SmtpRefusalKind } from "../../../core/accounts/index.ts";
import type { Keyring } from "../../../core/keys/index.ts";
import type { ServerReply } from "../../../mail/smtp/server/index.ts";
import { notesPerMinuteMax, notesUnderWayMax } from "./limits.ts";

/** Whose key a program has used. */
export interface KeyOwner {
  accountId: bigint;
  keyId: bigint;
}

/** Tells the owners of keys what their programs were refused. */
export interface RefusalNotes {
  note(owner: KeyOwner, kind: SmtpRefusalKind, answer: ServerReply): void;
}

/** Notes refusals in the database, where every process shows them. Nobody waits for a note; whoever makes many at a time
 *  gets few of them noted. */
export class StoredRefusalNotes implements RefusalNotes {
  readonly #options: { database: Database; keyring: Keyring; ids: IdSource; clock: Clock; log: Log };
  readonly #buckets = new TokenBuckets<bigint>(notesPerMinuteMax / 60, 60);
  #underWay = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: { database: Database; keyring: Keyring; ids: IdSource; clock: Clock; log: Log }) {
    this.#options = options;
  }

  note(owner: KeyOwner, kind: SmtpRefusalKind, { code, enhanced: status, text: said }: ServerReply): void {
    const { clock } = this.#options;
    if (this.#underWay >= notesUnderWayMax || this.#buckets.take(owner.accountId, clock.real()) > 0) return;
    this.#underWay += 1;
    const refusal = { ...owner, kind, code, status, text: [said].flat().join(" ") };
    // One after the other: they are shown in the order in which they were said, and take one connection at most.
    this.#last = this.#last
      .then(() => this.#write(refusal))
      .finally(() => {
        this.#underWay -= 1;
      });
  }

  async #write(refusal: Parameters<typeof noteSmtpRefusal>[2]): Promise<void> {
    const { database, keyring, ids, clock, log } = this.#options;
    try {
      const context = { keyring, ids, now: clock.now() };
      await database.write({ role: "accept" }, (tx) => noteSmtpRefusal(tx, context, refusal));
    } catch (error) {
      log.warn("smtp.refusal_not_noted", { error });
    }
  }
}
