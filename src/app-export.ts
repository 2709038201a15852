import type { Core } from "./app-core.ts";
import { allHoldings } from "./app-holdings.ts";
import type { Keyring } from "./core/keys/index.ts";
import { openSubmitted } from "./core/messages/index.ts";
import { exportAccount, type Opener } from "./core/rights/index.ts";
import { urlPlace } from "./core/webhooks/index.ts";

/** Everything that is held of an account, line by line.
 *  @see docs/export.md */
export function exporter({
  database,
  keyring,
  clock,
}: Pick<Core, "database" | "keyring"> & { clock: { now(): Date } }): (
  accountId: bigint,
) => AsyncGenerator<string> {
  const context = {
    database,
    holdings: allHoldings,
    loadKeys: async (...[reader, accountId]: [Parameters<Keyring["load"]>[0], bigint]) => {
      await keyring.load(reader, [accountId]);
    },
    openers: exportOpeners(keyring),
  };
  return (accountId) => exportAccount(context, accountId, clock.now());
}

// A line of JSON, then the message as it would have gone over the wire.
function openInboxEntry(bytes: Buffer): unknown {
  const end = bytes.indexOf(0x0a);
  return { ...JSON.parse(bytes.toString("utf8", 0, end)), source: bytes.subarray(end + 1) };
}

/** How each sealed column that is exported is opened. */
export function exportOpeners(keyring: Keyring): Record<string, Opener> {
  const text =
    (table: string, id: string): Opener =>
    (row, sealed) =>
      keyring.openIdentity({ table, accountId: row.account_id, id: row[id] as bigint }, sealed).toString();
  const json =
    (table: string, id = "id"): Opener =>
    (row, sealed) =>
      JSON.parse(String(text(table, id)(row, sealed)));
  const content =
    (table: string, read: (bytes: Buffer) => unknown): Opener =>
    (row, sealed) => {
      const bytes = keyring.openContent({ table, accountId: row.account_id, id: row.id as bigint }, sealed);
      // Its hour's key is destroyed: nobody can read it any more.
      return bytes === null ? null : read(bytes);
    };
  return {
    "account.sealed": json("account"),
    "account_access.sealed": json("account_access"),
    "api_key.sealed_name": text("api_key", "id"),
    "profile.sealed": json("profile", "account_id"),
    "sender.sealed": json("sender"),
    "consent.sealed": json("consent"),
    "suppression.sealed": text("suppression", "id"),
    "template.sealed": json("template"),
    "template.sealed_content": json("template_content"),
    "message.sealed": json("message"),
    "event.sealed": json("event"),
    "campaign.sealed_name": text("campaign", "id"),
    "content.sealed": content("content", openSubmitted),
    "inbox.sealed": content("inbox", openInboxEntry),
    "parse_post.sealed": content("parse_post", (bytes) => JSON.parse(bytes.toString())),
    "parse_route.sealed_address": text("parse_route.address", "id"),
    "parse_route.sealed_url": text("parse_route.url", "id"),
    "statistic_link_target.sealed_url": text("statistic_link_target", "id"),
    "webhook.sealed_url": (row, sealed) =>
      keyring.openIdentity(urlPlace(row.account_id, row.id as bigint), sealed).toString(),
  };
}
