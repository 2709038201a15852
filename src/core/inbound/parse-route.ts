import { randomBytes } from "node:crypto";
import { type Sql, type Transaction, violatedConstraint } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { IdSource } from "../../base/ids.ts";
import {
  type Address,
  isAddressProblem,
  normaliseForLookup,
  parseAddress,
} from "../../mail/address/index.ts";
import { selectDomain } from "../domains/index.ts";
import type { Keyring } from "../keys/index.ts";
import {
  deleteParseRoute,
  insertParseRoute,
  type ParseRouteRow,
  releaseParseRoute,
  selectParseRoutes,
  updateParseRoute,
} from "./parse-store.ts";

// More addresses than one program has mail parsed for.
const routesMax = 100;

/** A parse route, opened. */
export interface ParseRoute {
  id: bigint;
  address: string;
  url: string;
  isGenerated: boolean;
  createdAt: Date;
}

/** What changing routes needs. */
export interface ParseRouteContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
  /** Where mail comes in for addresses that are made here; null where the operator has named no domain for it. */
  mailDomain: string | null;
}

/** Makes a route. The URL has been checked. Without an address one is made, one for each account.
 *  @throws Refusal invalid_address, invalid_domain, already_exists, too_many */
export async function addParseRoute(
  tx: Transaction,
  context: ParseRouteContext,
  accountId: bigint,
  { address, url }: { address: string | null; url: string },
): Promise<ParseRoute> {
  const { keyring, ids, now } = context;
  const known = await selectParseRoutes(tx, accountId);
  if (known.length >= routesMax) {
    throw new Refusal("too_many", `An account has at most ${routesMax} parse routes.`);
  }
  const wanted = await addressFor(tx, context, accountId, address);
  if (address === null && known.some(({ isGenerated }) => isGenerated)) throw generatedExists();
  const id = ids.nextSmall(now);
  const route = { id, address: wanted.text, url, isGenerated: address === null, createdAt: now };
  await unlessTaken(insertParseRoute(tx, sealedRow(keyring, accountId, wanted, route)), wanted.text);
  return route;
}

/** Changes where a route's mail is posted to, or its address. What is not named stays; null when there is no such route.
 *  @throws Refusal invalid_address, invalid_domain, already_exists */
export async function changeParseRoute(
  tx: Transaction,
  context: ParseRouteContext,
  { accountId, id }: { accountId: bigint; id: bigint },
  change: { address?: string; url?: string },
): Promise<ParseRoute | null> {
  const { keyring } = context;
  const row = (await selectParseRoutes(tx, accountId)).find((each) => each.id === id);
  if (row === undefined) return null;
  const before = openRoute(keyring, row);
  const isNew = change.address !== undefined && change.address !== before.address;
  const address = await (isNew
    ? addressFor(tx, context, accountId, change.address ?? null)
    : parsed(before.address));
  const after = {
    ...before,
    address: address.text,
    url: change.url ?? before.url,
    isGenerated: before.isGenerated && !isNew,
  };
  await unlessTaken(updateParseRoute(tx, sealedRow(keyring, accountId, address, after)), address.text);
  return after;
}

/** An account's routes, the oldest first; its keys must be loaded. */
export async function listParseRoutes(
  reader: Sql,
  keyring: Keyring,
  accountId: bigint,
): Promise<ParseRoute[]> {
  return (await selectParseRoutes(reader, accountId)).map((row) => openRoute(keyring, row));
}

/** Removes the routes at addresses of a domain that the account gives up: whoever has it next may want them. */
export async function removeRoutesOf(
  tx: Transaction,
  keyring: Keyring,
  accountId: bigint,
  domain: string,
): Promise<void> {
  for (const { id, address, isGenerated } of await listParseRoutes(tx, keyring, accountId)) {
    const at = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
    if (!isGenerated && at === domain) await deleteParseRoute(tx, accountId, id);
  }
}

/** The keyed hash by which a route is found before its account is known. */
export function parseLookup(keyring: Keyring, address: Address): Buffer {
  return keyring.rootLookup(`parse/${normaliseForLookup(address)}`);
}

/** Where a route's mail is posted to. */
export function openUrl(keyring: Keyring, accountId: bigint, routeId: bigint, sealedUrl: Buffer): string {
  return keyring.openIdentity(urlPlace(accountId, routeId), sealedUrl).toString();
}

async function addressFor(
  tx: Transaction,
  context: ParseRouteContext,
  accountId: bigint,
  text: string | null,
): Promise<Address> {
  const { mailDomain } = context;
  if (text === null) {
    if (mailDomain === null) {
      throw new Refusal(
        "invalid_domain",
        "This service has no domain for addresses of its own. Name an address of a domain of yours.",
        { field: "Email", reason: "no_own_domain" },
      );
    }
    return parsed(`p-${BigInt(`0x${randomBytes(8).toString("hex")}`).toString(36)}@${mailDomain}`);
  }
  const address = parsed(text);
  const domain = await selectDomain(tx, accountId, { name: address.domain });
  if (domain?.state !== "verified") {
    throw new Refusal(
      "invalid_domain",
      `Mail for ${address.domain} can come in here once that domain is verified for your account.`,
      { field: "Email", reason: "domain_not_verified" },
    );
  }
  await takeOver(tx, context, address);
  return address;
}

// Whoever has proven a domain decides what its addresses are for: a route that its last owner has left behind gives way.
async function takeOver(
  tx: Transaction,
  { keyring, ids, now }: ParseRouteContext,
  address: Address,
): Promise<void> {
  const lookup = parseLookup(keyring, address);
  const outcome = await releaseParseRoute(tx, { lookup, domain: address.domain, auditId: ids.next(now) });
  if (outcome !== "kept") return;
  throw new Refusal(
    "already_exists",
    `Another account has proven ${address.domain} too, and has a parse route for ${address.text}. Its proof is looked at ` +
      "every day. Take its records out of the DNS of the domain; once they are found missing, the address is yours to add.",
    { field: "Email", reason: "taken" },
  );
}

function parsed(text: string): Address {
  const address = parseAddress(text);
  if (!isAddressProblem(address)) return address;
  throw new Refusal("invalid_address", `"${text}" is not an e-mail address: ${address.message}.`, {
    field: "Email",
    reason: "not_an_address",
  });
}

function sealedRow(keyring: Keyring, accountId: bigint, address: Address, route: ParseRoute): ParseRouteRow {
  const { id, url, isGenerated, createdAt } = route;
  return {
    ...{ accountId, id, isGenerated, createdAt },
    lookup: parseLookup(keyring, address),
    sealedAddress: keyring.sealIdentity(addressPlace(accountId, id), route.address),
    sealedUrl: keyring.sealIdentity(urlPlace(accountId, id), url),
  };
}

function openRoute(keyring: Keyring, row: ParseRouteRow): ParseRoute {
  const { accountId, id, sealedAddress, sealedUrl, isGenerated, createdAt } = row;
  const address = keyring.openIdentity(addressPlace(accountId, id), sealedAddress).toString();
  return { id, address, url: openUrl(keyring, accountId, id, sealedUrl), isGenerated, createdAt };
}

const addressPlace = (accountId: bigint, id: bigint) => ({ table: "parse_route.address", accountId, id });
const urlPlace = (accountId: bigint, id: bigint) => ({ table: "parse_route.url", accountId, id });

// Whose an address is, is nobody else's business: it is only said that it is taken.
async function unlessTaken(work: Promise<void>, address: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    const violated = violatedConstraint(error);
    if (violated === "parse_route_generated") throw generatedExists();
    if (violated !== "parse_route_address") throw error;
    throw new Refusal("already_exists", `${address} has a parse route already.`, {
      field: "Email",
      reason: "taken",
    });
  }
}

function generatedExists(): Refusal {
  return new Refusal(
    "already_exists",
    "Your account has an address made by this service already. Name an address of a domain of yours.",
    { field: "Email", reason: "own_address_exists" },
  );
}
