import { randomBytes } from "node:crypto";
import type { Sql, Transaction } from "../../base/database.ts";
import type { Keyring } from "../keys/index.ts";
import { openSender, type Sender } from "./sender.ts";
import {
  type SenderRow,
  selectSender,
  selectSenderByConfirmation,
  setConfirmation,
  takeConfirmation,
} from "./sender-store.ts";

/** How long the link in a confirmation mail works: over a weekend. */
export const confirmationHours = 72;

// Whoever asks again within it gets no second mail: a stranger's mailbox must not be filled by asking often.
const pauseMinutes = 10;
// 256 bits: nothing to guess.
const tokenBytes = 32;
const hourMs = 3_600_000;

/** What a confirmation link carries. The account and the sender only say where to look; the token is the right. */
export interface ConfirmationLink {
  accountId: bigint;
  senderId: bigint;
  token: string;
}

/** Makes a link for a sender. Nothing knows of it before `expectConfirmation`. */
export function makeConfirmation(key: { accountId: bigint; senderId: bigint }): ConfirmationLink {
  return { ...key, token: randomBytes(tokenBytes).toString("base64url") };
}

/** The link as one word: what stands behind the last slash. */
export function writeConfirmation({ accountId, senderId, token }: ConfirmationLink): string {
  return `${accountId.toString(36)}.${senderId.toString(36)}.${token}`;
}

const form = /^([0-9a-z]{1,13})\.([0-9a-z]{1,13})\.([\w-]{43})$/;
const idMax = 2n ** 63n - 1n;

/** Reads what `writeConfirmation` wrote; null for anything else. */
export function readConfirmation(word: string): ConfirmationLink | null {
  const [, account, sender, token] = form.exec(word) ?? [];
  if (account === undefined || sender === undefined || token === undefined) return null;
  const accountId = fromBase36(account);
  const senderId = fromBase36(sender);
  const link = { accountId, senderId, token };
  const isCanonical = accountId <= idMax && senderId <= idMax && writeConfirmation(link) === word;
  return isCanonical ? link : null;
}

/** Was a confirmation mail sent so recently that another one would only be a nuisance? */
export function isConfirmationFresh(
  { confirmExpiresAt }: Pick<SenderRow, "confirmExpiresAt">,
  now: Date,
): boolean {
  if (confirmExpiresAt === null) return false;
  const sentAtMs = confirmExpiresAt.getTime() - confirmationHours * hourMs;
  return now.getTime() - sentAtMs < pauseMinutes * 60_000;
}

/** From now on the link works, and none that was sent before. Only its hash is kept. */
export async function expectConfirmation(
  tx: Transaction,
  keyring: Keyring,
  link: ConfirmationLink,
  now: Date,
): Promise<void> {
  const { accountId, senderId: id } = link;
  const expiresAt = new Date(now.getTime() + confirmationHours * hourMs);
  await setConfirmation(tx, { accountId, id }, hashOf(keyring, link), expiresAt);
}

/** The sender a link is for, without changing anything; null when the link does not work (any more). */
export async function lookAtConfirmation(
  reader: Sql,
  keyring: Keyring,
  link: ConfirmationLink,
  now: Date,
): Promise<Sender | null> {
  const { accountId, senderId: id } = link;
  const row = await selectSenderByConfirmation(reader, { accountId, id }, hashOf(keyring, link), now);
  if (row === undefined) return null;
  await keyring.load(reader, [accountId]);
  return openSender(keyring, row);
}

/** Makes the sender of a link active. Works once; answers null when the link does not work (any more). */
export async function confirmSender(
  tx: Transaction,
  keyring: Keyring,
  link: ConfirmationLink,
  now: Date,
): Promise<Sender | null> {
  const { accountId, senderId: id } = link;
  if (!(await takeConfirmation(tx, { accountId, id }, hashOf(keyring, link), now))) return null;
  await keyring.load(tx, [accountId]);
  const row = await selectSender(tx, accountId, { id });
  return row === undefined ? null : openSender(keyring, row);
}

function hashOf(keyring: Keyring, { accountId, senderId, token }: ConfirmationLink): Buffer {
  return keyring.rootHash("sender confirmation", `${accountId}/${senderId}/${token}`);
}

function fromBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
