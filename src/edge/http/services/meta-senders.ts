import { Refusal } from "../../../base/errors.ts";
import {
  openSender,
  resealSender,
  type Sender,
  selectSender,
  updateSender,
} from "../../../core/domains/index.ts";
import type { MetaSenderRecord, MetaSenderServices } from "../mailjet/resources/account-services.ts";
import type { Change } from "../mailjet/resources/page.ts";
import type { Principal } from "../principal.ts";
import { changes, note, requireMaster, type ServiceContext, writeOwn } from "./context.ts";
import { createSender, type DomainNumbers, readSenders, unchanged } from "./senders.ts";

/** Mailjet's `metasender`: senders of the main account that its sub-accounts may use, too. Such a sender is an ordinary
 *  one with a description. */
export function metaSenderServices(context: ServiceContext): MetaSenderServices {
  return {
    listMetaSenders: async (principal) => {
      const { senders, domains } = await readSenders(context, principal);
      return senders
        .filter((sender) => sender.description !== undefined && sender.state !== "deleted")
        .map((sender) => recordOf(sender, domains));
    },
    createMetaSender: (principal, wish) => createMetaSender(context, principal, wish),
    updateMetaSender: (principal, id, change) => changeMetaSender(context, principal, id, change),
  };
}

async function createMetaSender(
  context: ServiceContext,
  principal: Principal,
  { address, description }: { address: string; description: string },
): ReturnType<MetaSenderServices["createMetaSender"]> {
  requireMaster(principal, "share senders with sub-accounts");
  const wish = { address, description, name: "", kind: "unknown", isDefault: false } as const;
  const creation = await createSender(context, principal, wish);
  if (creation.kind === "invalid-address") return creation;
  const { sender, domains } = creation;
  if (creation.kind === "created") return { kind: "created", sender: recordOf(sender, domains) };
  if (sender.description !== undefined || sender.state === "deleted") return { kind: "exists" };
  // The account uses the address itself already: now it is shared.
  const shared = await writeOwn(context, principal, async (tx) => {
    const { accountId } = principal;
    const sealed = resealSender(context.keyring, accountId, sender, { description });
    await updateSender(tx, { accountId, id: sender.id }, { ...unchanged, sealed, isMeta: true });
    await note(tx, context, principal, { action: "meta_sender.created", subjectId: sender.id });
    return { ...sender, description, isMeta: true };
  });
  return { kind: "created", sender: recordOf(shared, domains) };
}

async function changeMetaSender(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
  change: { description?: string; isEnabled?: boolean },
): Promise<Change<MetaSenderRecord>> {
  requireMaster(principal, "share senders with sub-accounts");
  const { accountId } = principal;
  const { domains } = await readSenders(context, principal);
  return writeOwn(context, principal, async (tx) => {
    const row = await selectSender(tx, accountId, { id });
    const sender = row === undefined ? undefined : openSender(context.keyring, row);
    if (sender?.description === undefined || sender.state === "deleted") return { kind: "unknown" };
    const old = recordOf(sender, domains);
    if (!changes(old, change)) return { kind: "unchanged" };
    const { description = sender.description, isEnabled = sender.isMeta } = change;
    if (change.isEnabled && sender.state !== "active") {
      throw new Refusal("sender_inactive", "This sender is not confirmed yet. Confirm it, then share it.");
    }
    const sealed = resealSender(context.keyring, accountId, sender, { description });
    await updateSender(tx, { accountId, id }, { ...unchanged, sealed, isMeta: isEnabled });
    await note(tx, context, principal, { action: "meta_sender.changed", subjectId: id });
    tx.onCommit(() => context.senders.forget(accountId));
    return { kind: "changed", value: recordOf({ ...sender, description, isMeta: isEnabled }, domains) };
  });
}

function recordOf(sender: Sender, domains: DomainNumbers): MetaSenderRecord {
  return {
    id: sender.id,
    address: sender.address,
    description: sender.description ?? "",
    createdAt: sender.createdAt,
    filename: sender.isDomainWide ? sender.fileToken : "",
    isEnabled: sender.isMeta && sender.state === "active",
    domainId: domains.get(sender.domain) ?? null,
  };
}
