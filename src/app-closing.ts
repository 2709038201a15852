import path from "node:path";
import type { Core } from "./app-core.ts";
import { accountTables } from "./app-holdings.ts";
import { notify } from "./base/database.ts";
import { openAccount, selectAccount } from "./core/accounts/index.ts";
import { openSender, selectSenders } from "./core/domains/index.ts";
import { dayOf, erasedChannel, resealAccountKeys } from "./core/keys/index.ts";
import { forgetRecipients } from "./core/messages/index.ts";
import { type ErasureContext, eraseDueAccounts } from "./core/retention/index.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "./mail/address/index.ts";

type ErasingCore = Pick<Core, "database" | "keyring" | "dataFolder">;

/** Joins what erasing an account needs.
 *  @param systemAccountId the operator's own account, from which the service's own mail is sent */
export function erasureOf(core: ErasingCore, systemAccountId: () => Promise<bigint | null>): ErasureContext {
  const { database, keyring, dataFolder } = core;
  return {
    database,
    tables: accountTables,
    subjectOf: (accountId) => keyring.rootHash("erasure", accountId.toString()),
    ledgerFile: path.join(dataFolder, "erasures"),
    forgetKeys: async (accountId) => {
      keyring.forget(accountId);
      await database.write({ role: "retention" }, (tx) => notify(tx, erasedChannel, accountId.toString()));
    },
    removeTraces: async (accountId) => {
      const systemId = await systemAccountId();
      if (systemId !== null && systemId !== accountId) await removeServiceMail(core, systemId, accountId);
    },
  };
}

// Confirmations of senders and notices to the owner lie in the operator's account, addressed to people of this one.
async function removeServiceMail(
  { database, keyring }: ErasingCore,
  systemId: bigint,
  accountId: bigint,
): Promise<void> {
  const addresses = await database.read({ role: "request", accountId }, async (reader) => {
    await keyring.load(reader, [accountId]);
    // Its key is destroyed already: a run that was cut off has been here before.
    if (!keyring.has(accountId)) return [];
    const account = await selectAccount(reader, accountId);
    const senders = await selectSenders(reader, accountId);
    const owner = account === undefined ? [] : [openAccount(keyring, account).address];
    return [...owner, ...senders.map((sender) => openSender(keyring, sender).address)];
  });
  await database.write({ role: "retention" }, async (tx) => {
    await keyring.load(tx, [systemId]);
    if (!keyring.has(systemId)) return;
    const lookups = addresses.flatMap((text) => {
      const address = parseAddress(text);
      return isAddressProblem(address) ? [] : [keyring.lookup(systemId, normaliseForLookup(address))];
    });
    await forgetRecipients(tx, systemId, lookups);
  });
}

/** What has to be done for accounts without anybody asking: keys are sealed under each new day, accounts whose time is
 *  over are erased. */
export function accountKeeper(core: Core, erasure: ErasureContext): () => Promise<void> {
  const { database, keyring, clock, log } = core;
  let sealedOn = 0;
  return async () => {
    const now = clock.now();
    try {
      for (const { subject } of await eraseDueAccounts(erasure, now)) log.info("account.erased", { subject });
    } finally {
      const today = dayOf(now);
      if (today > sealedOn) {
        await resealAccountKeys(database, keyring, now);
        sealedOn = today;
      }
    }
  };
}
