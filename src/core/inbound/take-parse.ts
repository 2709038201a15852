import type { Sql } from "../../base/database.ts";
import type { Address } from "../../mail/address/index.ts";
import { fieldValue, readFields } from "../../mail/header/read-fields.ts";
import { findAnswered } from "../messages/index.ts";
import { type PayloadFacts, parsePayload } from "./parse-payload.ts";
import { parseLookup } from "./parse-route.ts";
import {
  insertParsePosts,
  type ParseRouteRow,
  selectParseRouteByLookup,
  selectWaiting,
} from "./parse-store.ts";
import type { InboundContext } from "./take-report.ts";

/** A route that an address leads to, and the address as it was named. */
export interface ParseTarget {
  accountId: bigint;
  routeId: bigint;
  recipient: string;
}

/** The route of an address; null when it has none. */
export async function findParseTarget(
  { database, keyring }: Pick<InboundContext, "database" | "keyring">,
  address: Address,
): Promise<ParseTarget | null> {
  const row = await database.read(
    { role: "inbound" },
    (reader): Promise<ParseRouteRow | undefined> =>
      selectParseRouteByLookup(reader, parseLookup(keyring, address), address.domain),
  );
  return row === undefined ? null : { accountId: row.accountId, routeId: row.id, recipient: address.text };
}

/** A mail for parse routes. */
export interface ParseMail {
  octets: Buffer;
  /** Of the envelope; "" for nobody. */
  sender: string;
  targets: readonly ParseTarget[];
  added: PayloadFacts["added"];
  /** The name of this server. */
  by: string;
}

// What waits for one account, because its program is away or slow: anybody may write to an address, and one that takes
// nothing must not fill the disk for all.
const waitingMailsMax = 10_000;
const waitingBytesMax = 1024 * 1024 * 1024;

/** Stores a mail for each of its routes, sealed with the key of this hour. When it has answered true, they are on disk.
 *  False when too much waits for one of the accounts; then nothing was stored. */
export async function takeParseMail(
  { database, keyring, ids }: InboundContext,
  { octets, sender, targets, added, by }: ParseMail,
  now: Date,
): Promise<boolean> {
  const accountIds = [...new Set(targets.map(({ accountId }) => accountId))];
  const rows: Parameters<typeof insertParsePosts>[1] = [];
  const { answered, isFull } = await database.read({ role: "inbound" }, async (reader) => {
    await keyring.load(reader, accountIds);
    const found = new Map<bigint, Awaited<ReturnType<typeof answeredBy>>>();
    for (const accountId of accountIds)
      found.set(accountId, await answeredBy(reader, keyring, { accountId, octets }));
    const waiting = await selectWaiting(reader, accountIds, waitingMailsMax);
    const isOver = waiting.some(({ mails, bytes }) => mails >= waitingMailsMax || bytes >= waitingBytesMax);
    return { answered: found, isFull: isOver };
  });
  if (isFull) return false;
  for (const { accountId, routeId, recipient } of targets) {
    const facts = answered.get(accountId) ?? { customId: "", eventPayload: "" };
    const payload = await parsePayload(octets, { sender, recipient, now, added, by, ...facts });
    const id = ids.next(now);
    const sealed = keyring.sealContent({ table: "parse_post", accountId, id }, payload);
    rows.push({ accountId, id, routeId, sealed });
  }
  await database.write({ role: "inbound" }, async (tx) => {
    // One at a time: together they would be copied once more, as one message to the database.
    for (const row of rows) await insertParsePosts(tx, [row], now);
  });
  return true;
}

// How many messages a reply may name: threads of years name hundreds.
const answeredMax = 20;

/** What the account's own program has attached to the message that this one answers. */
async function answeredBy(
  reader: Sql,
  keyring: InboundContext["keyring"],
  { accountId, octets }: { accountId: bigint; octets: Buffer },
): Promise<{ customId: string; eventPayload: string }> {
  const header = readFields(octets);
  if ("badLine" in header) return { customId: "", eventPayload: "" };
  const named = ["in-reply-to", "references"].flatMap((lowerName) => {
    const field = header.fields.find(({ name }) => name.toLowerCase() === lowerName);
    return field === undefined ? [] : [...fieldValue(octets, field).matchAll(/<([^<>\s]{1,300})>/g)];
  });
  const messageIds = named.map(([, id = ""]) => id).slice(0, answeredMax);
  const found = await findAnswered(reader, keyring, accountId, messageIds);
  return { customId: found?.customId ?? "", eventPayload: found?.eventPayload ?? "" };
}
