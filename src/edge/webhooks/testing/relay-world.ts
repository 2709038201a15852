import type { Cleanup } from "../../../../tests/support/database.ts";
import { testPoster } from "../../../../tests/support/webhook-consumer.ts";
import { openWorld, type World } from "../../../../tests/support/world.ts";
import { type EventKind, type MessageEvent, recordEvents } from "../../../core/events/index.ts";
import {
  type SubscriptionRow,
  type SubscriptionWish,
  selectWebhook,
  subscribe,
  type Webhook,
} from "../../../core/webhooks/index.ts";
import type { PosterOptions } from "../post.ts";
import { WebhookRelay } from "../relay.ts";

/** A world with a relay that can be stopped and begun again. */
export interface RelayWorld extends World {
  /** A clock whose real time moves, so that leases and looks do. */
  died: Webhook[];
  warnings: string[];
  /** @param real the machine's time, which moves by itself unless told */
  startRelay(options?: Partial<PosterOptions>, real?: () => number): Promise<WebhookRelay>;
  subscribe(accountId: bigint, wish: Partial<SubscriptionWish> & { url: string }): Promise<SubscriptionRow>;
  webhookOf(row: SubscriptionRow): Promise<Webhook>;
  /** Something happens to messages, in this order. */
  happen(accountId: bigint, events: { messageId: bigint; kind: EventKind }[]): Promise<MessageEvent[]>;
}

export async function openRelayWorld(t: Cleanup): Promise<RelayWorld> {
  const world = await openWorld(t);
  const { database, keyring, clock, ids } = world;
  const died: Webhook[] = [];
  const warnings: string[] = [];
  const relays: WebhookRelay[] = [];
  t.after(async () => {
    for (const relay of relays) await relay.stop();
  });
  return {
    ...world,
    died,
    warnings,
    startRelay: async (options, real = () => performance.now() + performance.timeOrigin) => {
      const poster = testPoster(t, options);
      const relay = new WebhookRelay({
        database,
        keyring,
        // Leases and looks need time that moves by itself; everything else is as the test says.
        clock: { now: () => clock.now(), real },
        ids,
        log: quiet(warnings),
        nodeId: 1,
        post: poster.post,
        onDied: (webhook) => died.push(webhook),
      });
      relays.push(relay);
      await relay.start();
      return relay;
    },
    subscribe: (accountId, wish) =>
      database.write({ role: "request", accountId }, async (tx) => {
        await keyring.load(tx, [accountId]);
        const context = { keyring, ids, now: clock.now() };
        const usual = { eventType: "sent", isBackup: false, isMailjet: true, format: "mailjet" } as const;
        return subscribe(tx, context, { accountId, ...usual, ...wish });
      }),
    webhookOf: async ({ accountId, webhookId }) => {
      const scope = { role: "request", accountId } as const;
      const found = await database.read(scope, (reader) => selectWebhook(reader, accountId, webhookId));
      if (found === undefined) throw new Error("The webhook is gone.");
      return found;
    },
    happen: async (accountId, events) => {
      const rows = events.map(({ messageId, kind }): MessageEvent => {
        const id = ids.next(clock.now());
        const bare = { reason: null, replyCode: kind === "sent" ? 250 : null, enhanced: null, sealed: null };
        return { accountId, id, messageId, kind, ...bare, ...(kind === "opened" ? { reading } : {}) };
      });
      await database.write({ role: "delivery" }, (tx) => recordEvents(tx, rows));
      return rows;
    },
  };
}

const reading = { campaignId: null, verdict: "people", link: null, position: null } as const;

function quiet(warnings: string[]) {
  const keep = (event: string) => void warnings.push(event);
  return { error: keep, warn: keep, info() {}, debug() {} };
}
