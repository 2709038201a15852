import { Refusal } from "../../base/errors.ts";
import {
  type Account,
  type ApiKeyScope,
  apiKeyScopes,
  createAccount,
  createApiKey,
  openAccount,
  selectAccount,
  selectAccounts,
  selectAccountsByAddress,
} from "../../core/accounts/index.ts";
import { addSender } from "../../core/domains/index.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import type { Command, CommandContext } from "./command.ts";

const pageSize = 500;

/** `account create`: an account with its key pair. Its own address may be sent from at once, into the test inbox. */
export const accountCreate: Command = {
  name: "account create",
  summary: "Creates an account and prints its API key. The secret is shown this once and stored nowhere.",
  positionals: [],
  options: {
    email: { value: "ADDRESS", help: "the address of its owner", isRequired: true },
    name: { value: "NAME", help: "what the account is called" },
  },
  run: async (context, { options }) => {
    const made = await createOwnedAccount(context, {
      address: options.email ?? "",
      name: options.name ?? "",
    });
    const json = {
      accountId: made.account.id.toString(),
      email: made.account.address,
      apiKey: made.key.publicKey,
      secretKey: made.key.secretKey,
    };
    const text = [
      `Account     ${json.accountId}`,
      `API key     ${json.apiKey}`,
      `Secret key  ${json.secretKey}   (shown this once)`,
    ].join("\n");
    return { json, text };
  },
};

/** An account with its key pair, just made. */
export type OwnedAccount = Awaited<ReturnType<typeof createAccount>>;

/** Creates an account whose owner's address is an active sender: the operator vouches for it. */
export async function createOwnedAccount(
  context: Pick<CommandContext, "database" | "keyring" | "ids" | "clock">,
  wish: { address: string; name: string },
): Promise<OwnedAccount> {
  const { database, keyring, ids, clock } = context;
  return database.write({ role: "operator" }, async (tx) => {
    const now = clock.now();
    const made = await createAccount(tx, { keyring, ids, now }, { ...wish, parentId: null });
    await addSender(tx, { keyring, ids, now }, made.account.id, {
      address: made.account.address,
      name: wish.name,
      kind: "unknown",
      isDefault: true,
      state: "active",
    });
    return made;
  });
}

/** `account list`. */
export const accountList: Command = {
  name: "account list",
  summary: "Lists all accounts.",
  positionals: [],
  options: {},
  run: async ({ database, keyring }) => {
    const accounts: ReturnType<typeof jsonOf>[] = [];
    let afterId = 0n;
    for (;;) {
      const place = afterId;
      const rows = await database.read({ role: "operator" }, async (reader) => {
        const page = await selectAccounts(reader, place, pageSize);
        await keyring.load(
          reader,
          page.map((row) => row.id),
        );
        return page;
      });
      for (const row of rows) {
        if (row.isSynthetic) continue; // of the probes, nobody's
        if (!keyring.has(row.id)) continue; // its key was destroyed: nothing of it can be shown
        accounts.push(jsonOf(openAccount(keyring, row)));
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) break;
      afterId = last.id;
    }
    const text = accounts.map((a) => `${a.accountId}  ${a.state.padEnd(9)}  ${a.email}`).join("\n");
    return { json: { accounts }, text: text === "" ? "There is no account yet." : text };
  },
};

function jsonOf({ id, address, name, state, parentId }: Account) {
  return { accountId: id.toString(), email: address, name, state, parentId: parentId?.toString() ?? null };
}

/** `apikey create`. */
export const apiKeyCreate: Command = {
  name: "apikey create",
  summary: "Creates a key pair for an account. The secret is shown this once and stored nowhere.",
  positionals: [],
  options: {
    account: { value: "ACCOUNT", help: "the account's id, or its owner's address", isRequired: true },
    name: { value: "NAME", help: "what the key is called" },
    scope: { value: "SCOPE", help: `${apiKeyScopes.join(", ")}; several with commas (default full)` },
  },
  run: async (context, { options }) => {
    const accountId = await findAccount(context, options.account ?? "");
    const scopes = readScopes(options.scope ?? "full");
    const { database, keyring, ids, clock } = context;
    const key = await database.write({ role: "operator" }, async (tx) => {
      await keyring.load(tx, [accountId]);
      const wish = { accountId, name: options.name ?? "", scopes, isPrimary: false };
      return createApiKey(tx, { keyring, ids, now: clock.now() }, wish);
    });
    const json = {
      accountId: accountId.toString(),
      apiKey: key.publicKey,
      secretKey: key.secretKey,
      scopes,
    };
    return { json, text: `API key     ${key.publicKey}\nSecret key  ${key.secretKey}   (shown this once)` };
  },
};

/** The account of an id or an owner's address.
 *  @throws Refusal account_unknown, account_ambiguous */
export async function findAccount(context: CommandContext, text: string): Promise<bigint> {
  const { database } = context;
  if (/^\d{1,19}$/.test(text)) {
    const row = await database.read({ role: "operator" }, (reader) => selectAccount(reader, BigInt(text)));
    if (row !== undefined) return row.id;
  }
  const [first, second] = await ownedBy(context, text);
  if (first === undefined) {
    throw new Refusal("account_unknown", `There is no account "${text}". "facteur account list" shows them.`);
  }
  if (second !== undefined) {
    throw new Refusal(
      "account_ambiguous",
      `Several accounts have the owner "${text}". Give the account's id instead.`,
    );
  }
  return first;
}

/** The first account that has an owner's address; null when there is none. */
export async function findOwnedAccount(
  context: Pick<CommandContext, "database" | "keyring">,
  address: string,
): Promise<bigint | null> {
  return (await ownedBy(context, address))[0] ?? null;
}

async function ownedBy(
  { database, keyring }: Pick<CommandContext, "database" | "keyring">,
  text: string,
): Promise<bigint[]> {
  const address = parseAddress(text);
  if (isAddressProblem(address)) return [];
  const lookup = keyring.rootLookup(normaliseForLookup(address));
  const rows = await database.read({ role: "operator" }, (reader) => selectAccountsByAddress(reader, lookup));
  return rows.filter((row) => row.parentId === null).map((row) => row.id);
}

function readScopes(text: string): ApiKeyScope[] {
  const scopes = text.split(",").map((scope) => scope.trim());
  const unknown = scopes.find((scope) => !apiKeyScopes.some((known) => known === scope));
  if (unknown !== undefined) {
    throw new Refusal("invalid_scope", `"${unknown}" is not a scope. There are ${apiKeyScopes.join(", ")}.`);
  }
  return scopes as ApiKeyScope[];
}
