import { sql, type Transaction } from "../../base/database.ts";
import { idAt } from "../../base/ids.ts";
import { createAccount, selectAccountsByAddress } from "../accounts/index.ts";
import { addSender, approveDomain } from "../domains/index.ts";
import { canaryWord } from "./canary.ts";
import type { ProbeContext } from "./probe.ts";

/** Two accounts that belong to nobody: `first` sends canaries and owns a domain, `second` tries to get at them. */
export interface SyntheticAccounts {
  first: bigint;
  second: bigint;
  /** Addresses of theirs; the part before the @ is sealed wherever it is stored, like everybody's. */
  firstAddress: string;
  secondAddress: string;
  /** A domain that only `first` may send from. */
  domain: string;
}

// RFC 2606: names that lead nowhere.
const addressDomain = "canary.facteur.example";
const ownedDomain = "owned.facteur.example";

/** Finds the synthetic accounts, or makes them. */
export async function ensureSynthetic(context: ProbeContext): Promise<SyntheticAccounts> {
  const { database } = context;
  const word = canaryWord(context.keyring);
  const firstAddress = `${word}-first@${addressDomain}`;
  const secondAddress = `${word}-second@${addressDomain}`;
  return database.write({ role: "operator" }, async (tx) => {
    // The command and the service may come at the same moment.
    await tx.run(sql`select pg_advisory_xact_lock(hashtext('synthetic accounts'))`);
    const first = await ensureAccount(tx, context, firstAddress, true);
    const second = await ensureAccount(tx, context, secondAddress, false);
    await context.keyring.load(tx, [first, second]);
    return { first, second, firstAddress, secondAddress, domain: ownedDomain };
  });
}

// A probe takes seconds: what is older was left by one that is over.
const consentKeptMs = 3_600_000;

/** Takes away what a probe has had two readers of the synthetic account agree to and take back, and what others have left
 *  behind. Nobody's history is shortened: there is no such reader, and no other account is asked. */
export async function forgetSyntheticConsents(
  { database, keyring, clock }: ProbeContext,
  accountId: bigint,
  addresses: readonly string[],
): Promise<void> {
  const lookups = addresses.map((address) => keyring.lookup(accountId, address));
  const until = idAt(new Date(clock.now().getTime() - consentKeptMs));
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      delete from consent c using account a
      where c.account_id = ${accountId} and a.id = c.account_id and a.is_synthetic
        and (c.lookup = any(${lookups}::bytea[]) or c.id < ${until})`),
  );
}

async function ensureAccount(
  tx: Transaction,
  { keyring, ids, clock, senders }: ProbeContext,
  address: string,
  ownsDomain: boolean,
): Promise<bigint> {
  const [known] = await selectAccountsByAddress(tx, keyring.rootLookup(address));
  if (known !== undefined) return known.id;
  const context = { keyring, ids, now: clock.now() };
  const name = canaryWord(keyring);
  const { account } = await createAccount(tx, context, { address, name, parentId: null, isSynthetic: true });
  const wish = { address, name, kind: "unknown", isDefault: true, state: "active" } as const;
  await addSender(tx, context, account.id, wish);
  if (ownsDomain) await approveDomain(tx, context, account.id, ownedDomain);
  // Nobody asks the DNS about names that cannot be there.
  await tx.run(sql`update domain set next_check_at = 'infinity' where account_id = ${account.id}`);
  senders.forget(account.id);
  return account.id;
}
