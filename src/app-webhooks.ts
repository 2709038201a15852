import type { Core } from "./app-core.ts";
import { usualRootsAnd } from "./base/roots.ts";
import { record } from "./core/audit/index.ts";
import type { Acceptance, Party } from "./core/messages/index.ts";
import { tellOfDeath, type Webhook } from "./core/webhooks/index.ts";
import { Gate } from "./edge/webhooks/gate.ts";
import { ParseRelay } from "./edge/webhooks/parse-relay.ts";
import { createPoster, type WebhookPoster } from "./edge/webhooks/post.ts";
import { WebhookRelay } from "./edge/webhooks/relay.ts";
import type { Resolver } from "./mail/dns/resolver.ts";

/** How webhooks are posted to, and who tells their owners of one that has died. */
export interface WebhookOptions {
  /** May webhooks lead into private networks? */
  allowsPrivateWebhooks: boolean;
  /** More roots to trust, PEM. */
  ca: string[] | null;
  systemSender: Party;
  systemAccountId: bigint | null;
}

// Tests at once, of all accounts: they must not take the connections of the relay.
const testsMax = 32;

/** The part of the running service that posts events. */
export interface Webhooks {
  post: WebhookPoster["post"];
  wake(): void;
  stop(): Promise<void>;
}

/** Starts posting events.
 *  @param parts.relays is this one of the processes that follow the log? All can post a test. */
export async function startWebhooks(
  core: Core,
  options: WebhookOptions,
  parts: { resolver: Resolver; acceptance: Acceptance; relays: boolean },
): Promise<Webhooks> {
  const poster = createPoster({
    resolver: parts.resolver,
    allowsPrivate: options.allowsPrivateWebhooks,
    ca: options.ca === null ? null : usualRootsAnd(options.ca),
    real: () => core.clock.real(),
  });
  const onDied = (webhook: Webhook) => {
    tell(core, options, parts.acceptance, webhook).catch((error: unknown) => {
      core.log.warn("webhooks.owner_not_told", { error, webhookId: webhook.id });
    });
  };
  const relay = parts.relays ? new WebhookRelay({ ...core, post: poster.post, onDied }) : null;
  await relay?.start();
  const parse = parts.relays ? new ParseRelay({ ...core, post: poster.post }) : null;
  parse?.start();
  const tests = new Gate(testsMax);
  return {
    post: (message, signal) => tests.pass(() => poster.post(message, signal)),
    wake: () => {
      relay?.wake();
      parse?.wake();
    },
    stop: async () => {
      await relay?.stop();
      await parse?.stop();
      poster.close();
    },
  };
}

async function tell(
  core: Core,
  { systemSender, systemAccountId }: WebhookOptions,
  acceptance: Acceptance,
  webhook: Webhook,
): Promise<void> {
  const { database, keyring, clock, ids, log } = core;
  const { accountId, id: subjectId } = webhook;
  log.info("webhooks.died", { accountId, webhookId: subjectId });
  const id = ids.next(clock.now());
  const entry = { accountId, id, actor: { kind: "service" }, action: "webhook.died", subjectId } as const;
  await database.write({ role: "relay" }, (tx) => record(tx, entry));
  await tellOfDeath({ database, keyring, acceptance, systemSender, systemAccountId }, webhook);
}
