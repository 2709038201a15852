import { Refusal } from "../../../base/errors.ts";
import {
  addDomain,
  addSender,
  clearDefault,
  type DomainRow,
  openSender,
  resealSender,
  type Sender,
  type SenderWish,
  selectDomain,
  selectDomains,
  selectSender,
  selectSenders,
  updateSender,
} from "../../../core/domains/index.ts";
import type {
  SenderRecord,
  SenderServices,
  SenderValidation,
} from "../mailjet/resources/account-services.ts";
import type { Change } from "../mailjet/resources/page.ts";
import type { Principal } from "../principal.ts";
import { askForConfirmation } from "./confirmation.ts";
import { changes, making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";
import { checkNow } from "./domains.ts";

/** Mailjet's `sender`: addresses, and whole domains, that the account may send from. */
export function senderServices(context: ServiceContext): SenderServices {
  return {
    listSenders: async (principal) => {
      const { senders, domains } = await readSenders(context, principal);
      return senders.map((sender) => recordOf(sender, domains));
    },
    createSender: async (principal, { category, ...rest }) => {
      const outcome = await createSender(context, principal, { ...rest, kind: category });
      switch (outcome.kind) {
        case "created":
          return { kind: "created", sender: recordOf(outcome.sender, outcome.domains) };
        case "exists":
          return { kind: "exists", status: statusOf(outcome.sender) };
        case "invalid-address":
          return outcome;
      }
    },
    updateSender: (principal, id, change) => changeSender(context, principal, id, change),
    removeSender: (principal, id) => removeSender(context, principal, id),
    validateSender: (principal, id) => validateSender(context, principal, id),
  };
}

/** Numbers of the account's domains, by name. */
export type DomainNumbers = ReadonlyMap<string, bigint>;

/** All senders of the account, the deleted ones too, opened. */
export async function readSenders(
  context: ServiceContext,
  principal: Principal,
): Promise<{ senders: Sender[]; domains: DomainNumbers }> {
  const { accountId } = principal;
  return readOwn(context, principal, async (reader) => {
    const [rows, domains] = await Promise.all([
      selectSenders(reader, accountId),
      selectDomains(reader, accountId),
    ]);
    return { senders: rows.map((row) => openSender(context.keyring, row)), domains: numbersOf(domains) };
  });
}

/** What came of the wish for a new sender. */
export type Creation =
  | { kind: "created" | "exists"; sender: Sender; domains: DomainNumbers }
  | { kind: "invalid-address" };

/** Adds a sender and, unless its domain speaks for it, asks the owner of its address by mail.
 *  @throws Refusal too_many, busy, account_suspended, quota_exceeded */
export async function createSender(
  context: ServiceContext,
  principal: Principal,
  wish: SenderWish,
): Promise<Creation> {
  const { accountId } = principal;
  const creation = await writeOwn(context, principal, async (tx): Promise<Creation> => {
    const outcome = await addSender(tx, making(context), accountId, wish);
    const domain = await selectDomain(tx, accountId, { name: outcome.sender.domain });
    const { id: subjectId } = outcome.sender;
    if (outcome.kind === "created")
      await note(tx, context, principal, { action: "sender.created", subjectId });
    return { ...outcome, domains: numbersOf(domain === undefined ? [] : [domain]) };
  }).catch(asInvalidAddress);
  context.senders.forget(accountId);
  if (creation.kind === "created" && needsMail(creation.sender)) {
    await askForConfirmation(context, principal, creation.sender);
  }
  return creation;
}

function asInvalidAddress(error: unknown): Creation {
  const isInvalid = error instanceof Refusal && /^invalid_(address|domain)$/.test(error.code);
  if (isInvalid) return { kind: "invalid-address" };
  throw error;
}

// All addresses of a domain have no mailbox that could be asked: its DNS speaks for them.
function needsMail(sender: Sender): boolean {
  return sender.state === "inactive" && !sender.isDomainWide;
}

function numbersOf(domains: DomainRow[]): DomainNumbers {
  return new Map(domains.map((domain) => [domain.name, domain.id]));
}

function recordOf(sender: Sender, domains: DomainNumbers): SenderRecord {
  return {
    id: sender.id,
    address: sender.address,
    name: sender.name,
    category: sender.kind,
    createdAt: sender.createdAt,
    domainId: domains.get(sender.domain) ?? null,
    filename: sender.isDomainWide ? sender.fileToken : "",
    isDefault: sender.isDefault,
    status: statusOf(sender),
  };
}

function statusOf({ state }: Sender): SenderRecord["status"] {
  return state === "active" ? "Active" : state === "inactive" ? "Inactive" : "Deleted";
}

/** A change of a sender that changes nothing yet. */
export const unchanged = { sealed: null, kind: null, isDefault: null, isMeta: null, state: null };

async function changeSender(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
  change: Parameters<SenderServices["updateSender"]>[2],
): Promise<Change<SenderRecord>> {
  const { keyring, senders } = context;
  const { accountId } = principal;
  return writeOwn(context, principal, async (tx) => {
    const row = await selectSender(tx, accountId, { id });
    if (row === undefined) return { kind: "unknown" };
    const sender = openSender(keyring, row);
    const domain = await selectDomain(tx, accountId, { name: sender.domain });
    const old = recordOf(sender, numbersOf(domain === undefined ? [] : [domain]));
    if (!changes(old, change)) return { kind: "unchanged" };
    const { name, category = null, isDefault = null } = change;
    if (isDefault) await clearDefault(tx, accountId);
    const sealed = name === undefined ? null : resealSender(keyring, accountId, sender, { name });
    await updateSender(tx, { accountId, id }, { ...unchanged, sealed, kind: category, isDefault });
    await note(tx, context, principal, { action: "sender.changed", subjectId: id });
    tx.onCommit(() => senders.forget(accountId));
    return { kind: "changed", value: { ...old, ...change } };
  });
}

async function removeSender(context: ServiceContext, principal: Principal, id: bigint): Promise<boolean> {
  const { accountId } = principal;
  return writeOwn(context, principal, async (tx) => {
    const row = await selectSender(tx, accountId, { id });
    if (row === undefined || row.state === "deleted") return false;
    // The row stays: it says that the address was taken back, and a later wish finds it.
    await updateSender(tx, row, { ...unchanged, state: "deleted", isDefault: false, isMeta: false });
    await note(tx, context, principal, { action: "sender.deleted", subjectId: id });
    tx.onCommit(() => context.senders.forget(accountId));
    return true;
  });
}

async function validateSender(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
): Promise<SenderValidation> {
  const revived = await reviveSender(context, principal, id);
  if (!("sender" in revived)) return revived;
  const { sender } = revived;
  if (!sender.isDomainWide) {
    await askForConfirmation(context, principal, sender);
    return { kind: "asked", method: "ActivationEmail" };
  }
  const domain = await checkNow(context, principal, { name: sender.domain });
  if (domain?.state === "verified") return { kind: "asked", method: "DNS" };
  return {
    kind: "failed",
    dnsError: domain?.report.ownership.advice ?? "",
    fileError: "A file on the web server is not looked for: publish the DNS record.",
    globalError: "The domain could not be validated.",
  };
}

// A deleted sender that is asked for again waits as a new one does; where its domain is verified, nobody has to wait.
async function reviveSender(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
): Promise<SenderValidation | { sender: Sender }> {
  const { accountId } = principal;
  return writeOwn(context, principal, async (tx) => {
    const row = await selectSender(tx, accountId, { id });
    if (row === undefined) return { kind: "unknown" };
    if (row.state === "active") return { kind: "already-active" };
    const domain = await addDomain(tx, making(context), accountId, row.domain);
    const state = domain.state === "verified" ? "active" : "inactive";
    if (state !== row.state) {
      await updateSender(tx, row, { ...unchanged, state });
      await note(tx, context, principal, { action: `sender.${state}`, subjectId: id });
      tx.onCommit(() => context.senders.forget(accountId));
    }
    if (state === "active") return { kind: "asked", method: row.isDomainWide ? "DNS" : "Domain" };
    return { sender: openSender(context.keyring, { ...row, state }) };
  });
}
