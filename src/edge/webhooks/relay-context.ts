import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Log } from "../../base/log.ts";
import type { Following } from "../../core/events/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import type { PostOutcome, Webhook } from "../../core/webhooks/index.ts";
import type { WebhookPost } from "./post.ts";

/** What the relay works with. */
export interface RelayContext {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  log: Log;
  /** @param isTry whether it is back: these wait in a row of their own */
  post: (message: WebhookPost, isTry: boolean) => Promise<PostOutcome>;
  /** Null as soon as another process may follow the log. */
  following: () => Following | null;
  isStopping: () => boolean;
  /** A webhook has died: whoever owns it should know. */
  onDied: (webhook: Webhook) => void;
}
