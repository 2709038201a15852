import {
  deleteSignIns,
  makeSignInLink,
  selectAccounts,
  sessionDaysMax,
  sessionIdleHours,
} from "../../core/accounts/index.ts";
import { record } from "../../core/audit/index.ts";
import { findAccount } from "./accounts.ts";
import type { Command, CommandContext } from "./command.ts";

const account = { value: "ACCOUNT", help: "the account's id, or its owner's address", isRequired: true };

type LinkContext = Pick<CommandContext, "database" | "keyring" | "ids" | "clock" | "publicUrl">;

/** `sign-in`. */
export const signIn: Command = {
  name: "sign-in",
  summary: "Makes a link that signs somebody in to the dashboard of an account, once and within the hour.",
  positionals: [],
  options: { account },
  run: async (context, { options }) => {
    const accountId = await findAccount(context, options.account ?? "");
    const { signInUrl, expiresAt } = await makeLink(context, accountId);
    const text = [
      "Whoever opens this link is in the account, with everything it may do:",
      "",
      `  ${signInUrl}`,
      "",
      `It works once, until ${expiresAt.toISOString()}. The session ends after ${sessionIdleHours} hours without use, and`,
      `after ${sessionDaysMax} days in any case.`,
    ].join("\n");
    return { json: { accountId: accountId.toString(), signInUrl, expiresAt: expiresAt.toISOString() }, text };
  },
};

/** `sign-out`. */
export const signOut: Command = {
  name: "sign-out",
  summary:
    "Ends every session of an account and takes back its links. It holds on every node within seconds.",
  positionals: [],
  options: { account },
  run: async (context, { options }) => {
    const { database, ids, clock } = context;
    const accountId = await findAccount(context, options.account ?? "");
    const ended = await database.write({ role: "operator" }, async (tx) => {
      const entry = { accountId, id: ids.next(clock.now()), action: "sessions.ended", subjectId: null };
      await record(tx, { ...entry, actor: { kind: "operator" } });
      return deleteSignIns(tx, accountId);
    });
    const { sessions, links } = ended;
    const text = `Sessions ended    ${sessions}\nLinks taken back  ${links}`;
    return { json: { accountId: accountId.toString(), ...ended }, text };
  },
};

/** A link for an account, complete with where the service is. */
export async function makeLink(
  { database, keyring, ids, clock, publicUrl }: LinkContext,
  accountId: bigint,
): Promise<{ signInUrl: string; expiresAt: Date }> {
  const now = clock.now();
  const link = await database.write({ role: "operator" }, async (tx) => {
    const entry = { accountId, id: ids.next(now), action: "sign_in_link.created", subjectId: null };
    await record(tx, { ...entry, actor: { kind: "operator" } });
    return makeSignInLink(tx, { keyring, ids, now }, accountId);
  });
  // Behind "#": what stands there is sent to no server, and is in no log and no Referer.
  return { signInUrl: `${publicUrl}/dashboard/#sign-in=${link.token}`, expiresAt: link.expiresAt };
}

/** The account a developer begins with: the first one that is there and open. Null when there is none. */
export async function firstOpenAccount({
  database,
}: Pick<CommandContext, "database">): Promise<bigint | null> {
  const rows = await database.read({ role: "operator" }, (reader) =>
    selectAccounts(reader, 0n, accountsLookedAt),
  );
  return rows.find((row) => !row.isSynthetic && row.state === "active")?.id ?? null;
}

// The first ones are those of the probes and of the first start; an account that is not among so many has been closed.
const accountsLookedAt = 100;
