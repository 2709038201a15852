import { randomBytes } from "node:crypto";
import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type DomainContext, parseDomain } from "./domain.ts";
import {
  clearDefault,
  insertSender,
  type SenderKind,
  type SenderRow,
  type SenderState,
  selectSender,
} from "./sender-store.ts";

/** What is sealed in a sender's row. */
export interface SenderIdentity {
  /** The address, or `*@domain`. */
  address: string;
  name: string;
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
  createdAt: Date;
}

/** How long the link in a confirmation mail works. */
export const confirmationHours = 72;

/** What is asked for when a sender is added. */
export interface SenderWish {
  /** An address, or `*@domain` for all addresses of a domain. */
  address: string;
  name: string;
  kind: SenderKind;
  isDefault: boolean;
  isMeta: boolean;
  state: SenderState;
}

/** Adds a sender. Answers `exists` with the state of the one that is there.
 *  @throws Refusal invalid_address, invalid_domain */
export async function addSender(
  tx: Transaction,
  { keyring, ids, now }: DomainContext,
  accountId: bigint,
  wish: SenderWish,
): Promise<{ kind: "created"; sender: Sender } | { kind: "exists"; sender: Sender }> {
  const { address, domain, isDomainWide } = parseSender(wish.address);
  const lookup = senderLookup(keyring, accountId, address);
  const known = await selectSender(tx, accountId, { lookup });
  if (known !== undefined && known.state !== "deleted") {
    return { kind: "exists", sender: openSender(keyring, known) };
  }
  if (known !== undefined) throw new Refusal("sender_deleted", "This sender was deleted. Ask for its validation.");
  if (wish.isDefault) await clearDefault(tx, accountId);
  const id = ids.next(now);
  const row: SenderRow = {
    accountId,
    id,
    lookup,
    sealed: sealSender(keyring, { accountId, id }, { address, name: wish.name }),
    domain,
    isDomainWide,
    isDefault: wish.isDefault,
    isMeta: wish.isMeta,
    kind: wish.kind,
    state: wish.state,
    fileToken: `${randomBytes(16).toString("hex")}.txt`,
    createdAt: now,
  };
  const isNew = await insertSender(tx, row);
  return { kind: isNew ? "created" : "exists", sender: openSender(keyring, row) };
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

export function sealSender(
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
  identity: SenderIdentity,
): Buffer {
  return keyring.sealIdentity({ table: "sender", ...key }, JSON.stringify(identity));
}

/** Opens a sender's row. The account's keys must be loaded. */
export function openSender(keyring: Keyring, row: SenderRow): Sender {
  const place = { table: "sender", accountId: row.accountId, id: row.id };
  const identity = JSON.parse(keyring.openIdentity(place, row.sealed).toString()) as SenderIdentity;
  const { id, domain, isDomainWide, isDefault, isMeta, kind, state, fileToken, createdAt } = row;
  return { id, domain, isDomainWide, isDefault, isMeta, kind, state, fileToken, createdAt, ...identity };
}
