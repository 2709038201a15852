import type { Database } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import { dateOf } from "../../base/ids.ts";
import type { Keyring } from "../keys/index.ts";
import { openUrl } from "./parse-route.ts";
import { claimParsePosts, deleteParsePost, type ParsePostRow, postponeParsePost } from "./parse-store.ts";

/** A mail to be posted now; `payload` null when the key of its hour, or its route, is gone. */
export interface ParsePost {
  accountId: bigint;
  id: bigint;
  routeId: bigint;
  attempts: number;
  request: { url: string; payload: Buffer } | null;
}

// Whoever died with a mail in hand delays it by this: longer than a request may take.
const claimSeconds = 60;
// Until it is tried again, by the attempts made: a restart passes in a minute, an outage in hours.
const waitSeconds = [30, 60, 120, 300, 600, 1800];
const waitSecondsMax = 3600;
const dayMs = 86_400_000;

/** What posting needs. */
interface PostsContext {
  database: Database;
  keyring: Keyring;
  figures: FiguresInForce;
}

/** Takes what is due. @param busy routes that have enough under way */
export async function claimDuePosts(
  { database, keyring }: Omit<PostsContext, "figures">,
  { now, limit, busy }: { now: Date; limit: number; busy: readonly bigint[] },
): Promise<ParsePost[]> {
  const until = new Date(now.getTime() + claimSeconds * 1000);
  return database.write({ role: "relay" }, async (tx) => {
    const rows = await claimParsePosts(tx, { now, until, limit, busy });
    await keyring.load(
      tx,
      rows.map(({ accountId }) => accountId),
    );
    return rows.map((row) => openPost(keyring, row));
  });
}

/** Writes what came of a post. Answers what becomes of the mail. */
export async function settlePost(
  { database, figures }: Omit<PostsContext, "keyring">,
  post: Pick<ParsePost, "accountId" | "id" | "attempts">,
  outcome: "taken" | "refused" | "useless",
  now: Date,
): Promise<"posted" | "again" | "given_up"> {
  const age = now.getTime() - dateOf(post.id).getTime();
  const waitMs = 1000 * (waitSeconds[post.attempts - 1] ?? waitSecondsMax);
  // A day before its key ceases to exist.
  const lastMs = (figures.at(now).contentDays - 1) * dayMs;
  const isOver = outcome === "useless" || age + waitMs > lastMs;
  await database.write({ role: "relay" }, (tx) =>
    outcome === "taken" || isOver
      ? deleteParsePost(tx, post)
      : postponeParsePost(tx, post, new Date(now.getTime() + waitMs)),
  );
  if (outcome === "taken") return "posted";
  return isOver ? "given_up" : "again";
}

function openPost(keyring: Keyring, row: ParsePostRow & { sealedUrl: Buffer | null }): ParsePost {
  const { accountId, id, routeId, attempts, sealed, sealedUrl } = row;
  const plain = { accountId, id, routeId, attempts, request: null };
  if (sealedUrl === null || !keyring.has(accountId)) return plain;
  const payload = keyring.openContent({ table: "parse_post", accountId, id }, sealed);
  return payload === null
    ? plain
    : { ...plain, request: { url: openUrl(keyring, accountId, routeId, sealedUrl), payload } };
}
