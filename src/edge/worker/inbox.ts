import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { type ComposeInput, keepInInbox } from "../../core/messages/index.ts";
import type { Handover } from "./sign.ts";

/** Where mail goes that must not reach the internet yet. */
export class Inbox {
  readonly #options: { database: Database; keyring: Keyring; ids: IdSource; clock: Clock };

  constructor(options: { database: Database; keyring: Keyring; ids: IdSource; clock: Clock }) {
    this.#options = options;
  }

  async keep(input: ComposeInput, handover: Extract<Handover, { kind: "signed" }>): Promise<void> {
    const { database, keyring, ids, clock } = this.#options;
    const context = { keyring, ids, now: clock.now() };
    const { from, to } = handover.envelope;
    await database.write({ role: "delivery" }, (tx) =>
      keepInInbox(tx, context, {
        accountId: input.accountId,
        messageId: input.messageId,
        envelope: { from, to },
        subject: input.identity.subject,
        source: Buffer.concat(handover.octets),
      }),
    );
  }
}
