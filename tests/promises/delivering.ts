import { setTimeout as pause } from "node:timers/promises";
import { sql } from "../../src/base/database.ts";
import type { Delivery } from "../../src/core/delivery/index.ts";
import { compose, keepInInbox, MessageLoader } from "../../src/core/messages/index.ts";
import type { World } from "../support/world.ts";

/** Delivers into the test inbox whatever is queued, until it is disposed of: loaded and composed as the worker does it.
 *  @param change a violation, done to every message before it is kept */
export function deliverInto(
  world: World,
  change: (source: string) => string = (same) => same,
): AsyncDisposable {
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      await deliverQueued(world, change);
      await pause(20);
    }
  };
  const working = work();
  return {
    [Symbol.asyncDispose]: () => {
      isOver = true;
      return working;
    },
  };
}

async function deliverQueued(
  { database, keyring, links }: World,
  change: (source: string) => string,
): Promise<void> {
  const loader = new MessageLoader(keyring, links);
  await database.write({ role: "operator" }, async (tx) => {
    const rows = await tx.rows<Delivery>(sql`
      delete from delivery d returning d.lane, d.id, d.account_id as "accountId", d.content_id as "contentId",
        d.part_id as "partId", d.route, d.band, d.due_at as "dueAt", d.expires_at as "expiresAt", d.attempts,
        d.is_bulk as "isBulk", d.is_repeat as "isRepeat"`);
    const claimed = rows.map((row) => ({
      ...row,
      claim: { lane: row.lane, id: row.id, nodeId: 1, epoch: 1n },
    }));
    for (const item of await loader.load(tx, claimed)) {
      const composed = item.kind === "ready" ? compose(item.input) : null;
      if (composed?.kind !== "composed") continue;
      const { accountId, id: messageId } = item.delivery;
      const source = Buffer.from(change(composed.message.octets.toString("latin1")), "latin1");
      const envelope = { from: "", to: "" };
      await keepInInbox(tx, { keyring }, { accountId, messageId, envelope, subject: "", source });
    }
  });
}
