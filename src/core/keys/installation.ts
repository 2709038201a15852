import type { Database } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { Keyring } from "./keyring.ts";
import { insertInstallation, selectFirstSealedOn, selectInstallation, updateClockOffset } from "./store.ts";

/** Binds the database to the keys at hand on the first start, and refuses other keys ever after: a service that
 *  sealed new rows with a second key would lose the first ones quietly.
 *  @throws Refusal wrong_root_key, wrong_content_keys, wrong_account_keys, account_keys_destroyed */
export async function claimInstallation(database: Database, keyring: Keyring): Promise<void> {
  await database.write({ role: "operator" }, (tx) =>
    insertInstallation(tx, {
      rootCheck: keyring.rootCheck(),
      ratchetId: keyring.ratchetId,
      accountChainId: keyring.accountChainId,
    }),
  );
  const found = await database.read({ role: "operator" }, selectInstallation);
  if (found === undefined || !found.rootCheck.equals(keyring.rootCheck())) {
    throw new Refusal(
      "wrong_root_key",
      "This database was written with another root key. Start with the secrets folder (or FACTEUR_ROOT_KEY) it was created with.",
    );
  }
  if (!found.ratchetId.equals(keyring.ratchetId)) {
    throw new Refusal(
      "wrong_content_keys",
      "This database's message content is sealed with other content keys. Copy secrets/content.keys from a running node of this installation into this data folder.",
    );
  }
  if (found.accountChainId === null || !found.accountChainId.equals(keyring.accountChainId)) {
    throw new Refusal(
      "wrong_account_keys",
      "The keys of this database's accounts are sealed with another chain. Copy secrets/account.keys from a running node of this installation into this data folder.",
    );
  }
  await refuseOldCopy(database, keyring);
}

// Started on it, the service would find accounts without keys, and nothing would ever open them again.
async function refuseOldCopy(database: Database, keyring: Keyring): Promise<void> {
  const needed = await database.read({ role: "operator" }, selectFirstSealedOn);
  if (needed === null || needed >= keyring.firstAccountDay) return;
  throw new Refusal(
    "account_keys_destroyed",
    "This database is a copy from a time whose account keys have been destroyed since, as the privacy policy promises for accounts that were closed. Restore a newer one, with the secrets/account.keys of its time or older.",
  );
}

/** Processes of an installation tell each other on this channel that the clock was advanced. */
export const clockChannel = "facteur_clock";

/** Processes of an installation tell each other on this channel that an account was erased, by its number. */
export const erasedChannel = "facteur_erased";

/** How far the clock of this installation has been advanced, in milliseconds (development only). */
export async function clockOffsetMs(database: Database): Promise<number> {
  const found = await database.read({ role: "operator" }, selectInstallation);
  return Number(found?.clockOffsetMs ?? 0n);
}

/** Advances the clock of every process of this installation to at least `offsetMs` ahead of real time. */
export async function raiseClockOffset(database: Database, offsetMs: number): Promise<void> {
  await database.write({ role: "operator" }, (tx) => updateClockOffset(tx, BigInt(offsetMs)));
}
