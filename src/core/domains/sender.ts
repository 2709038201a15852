import { randomBytes } from "node:crypto";
import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import type { Keyring } from "../keys/index.ts";
import { addDomain, type DomainContext, parseDomain } from "./domain.ts";
import {
  clearDefault,
  countSenders,
  insertSender,
  type SenderKind,
  type SenderRow,
  type SenderState,
  selectSender,
  sendersMax,
} from "./sender-store.ts";

// As long as a name in a header may be; lists of senders are read as a whole.
const nameCharactersMax = 255;

/** What is sealed in a sender's row. */
export interface SenderIdentity {
  /** The address, or `*@domain`. */
  address: string;
  name: string;
  /** What a sender that sub-accounts may use is for; absent for all others. */
  description?: string;
}

/** A sender as its readers see it. */
export interface Sender extends SenderIdentity {
  id: bigint;
  domain: string;
  isDomainWide: boolean;
  isDefault: boolean;
  isMeta: boolean;
  kind: SenderKind;
  state: SenderState;
  fileToken: string;
  confirmExpiresAt: Date | null;
  createdAt: Date;
}

/** What is asked for when a sender is added. */
export interface SenderWish {
  /** An address, or `*@domain` for all addresses of a domain. */
  address: string;
  name: string;
  kind: SenderKind;
  isDefault: boolean;
  /** Set for a sender that the account shares with its sub-accounts. */
  description?: string;
  /** Active when somebody vouches for it, such as the operator for the address of an account's owner. */
  state?: SenderState;
}

/** Adds a sender, and its domain when that is new. A sender of a verified domain is active at once, any other one waits
 *  for its confirmation. Answers `exists` with the one that is there; deleted ones are there, too.
 *  @throws Refusal invalid, invalid_address, invalid_domain, too_many */
export async function addSender(
  tx: Transaction,
  context: DomainContext,
  accountId: bigint,
  wish: SenderWish,
): Promise<{ kind: "created" | "exists"; sender: Sender }> {
  const { keyring, ids, now } = context;
  const { address, domain, isDomainWide } = parseSender(wish.address);
  const lookup = senderLookup(keyring, accountId, address);
  const known = await selectSender(tx, accountId, { lookup });
  if (known !== undefined) return { kind: "exists", sender: openSender(keyring, known) };
  if ((await countSenders(tx, accountId)) >= sendersMax) {
    throw new Refusal(
      "too_many",
      `An account has at most ${sendersMax} senders. Use one for a whole domain.`,
    );
  }
  const { state } = await addDomain(tx, context, accountId, domain);
  if (wish.isDefault) await clearDefault(tx, accountId);
  const id = ids.nextSmall(now);
  const { name, description } = wish;
  const earned = state === "verified" ? "active" : "inactive";
  const identity = { address, name, ...(description === undefined ? {} : { description }) };
  const row: SenderRow = {
    accountId,
    id,
    lookup,
    sealed: sealSender(keyring, { accountId, id }, identity),
    domain,
    isDomainWide,
    isDefault: wish.isDefault,
    isMeta: description !== undefined,
    kind: wish.kind,
    state: wish.state ?? earned,
    fileToken: `${randomBytes(16).toString("hex")}.txt`,
    confirmExpiresAt: null,
    createdAt: now,
  };
  if (await insertSender(tx, row)) return { kind: "created", sender: openSender(keyring, row) };
  // Somebody else has added it since the look above.
  return {
    kind: "exists",
    sender: openSender(keyring, (await selectSender(tx, accountId, { lookup })) ?? row),
  };
}

/** Reads an address or `*@domain`.
 *  @throws Refusal invalid_address, invalid_domain */
export function parseSender(text: string): { address: string; domain: string; isDomainWide: boolean } {
  const trimmed = text.trim();
  if (trimmed.startsWith("*@")) {
    const domain = parseDomain(trimmed.slice(2));
    return { address: `*@${domain}`, domain, isDomainWide: true };
  }
  const address = parseAddress(trimmed);
  if (isAddressProblem(address)) {
    throw new Refusal("invalid_address", `"${text}" is not an e-mail address: ${address.message}.`, {
      field: "Email",
      reason: address.message,
    });
  }
  return { address: normaliseForLookup(address), domain: address.domain, isDomainWide: false };
}

/** The keyed hash a sender is found by. */
export function senderLookup(keyring: Keyring, accountId: bigint, address: string): Buffer {
  return keyring.lookup(accountId, `sender/${address}`);
}

function sealSender(
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
  identity: SenderIdentity,
): Buffer {
  if (Math.max(identity.name.length, identity.description?.length ?? 0) > nameCharactersMax) {
    throw new Refusal("invalid", `A sender's name has at most ${nameCharactersMax} characters.`, {
      field: "Name",
    });
  }
  return keyring.sealIdentity({ table: "sender", ...key }, JSON.stringify(identity));
}

/** Seals a sender's identity with a change in it.
 *  @throws Refusal invalid for a name that is too long */
export function resealSender(
  keyring: Keyring,
  accountId: bigint,
  sender: Sender,
  change: Partial<Omit<SenderIdentity, "address">>,
): Buffer {
  const { address, name, description } = { ...sender, ...change };
  const identity = { address, name, ...(description === undefined ? {} : { description }) };
  return sealSender(keyring, { accountId, id: sender.id }, identity);
}

/** Opens a sender's row. The account's keys must be loaded. */
export function openSender(keyring: Keyring, row: SenderRow): Sender {
  const place = { table: "sender", accountId: row.accountId, id: row.id };
  const identity = JSON.parse(keyring.openIdentity(place, row.sealed).toString()) as SenderIdentity;
  const { accountId: _accountId, lookup: _lookup, sealed: _sealed, ...plain } = row;
  return { ...plain, ...identity };
}
