import { Refusal } from "../../base/errors.ts";
import { closeAccount, reopenAccount } from "../../core/accounts/index.ts";
import { record } from "../../core/audit/index.ts";
import { findAccount } from "./accounts.ts";
import type { Command, CommandContext } from "./command.ts";

const positionals = [{ name: "ACCOUNT", help: "the account's id, or its owner's address" }];

/** `account close`. */
export const accountClose: Command = {
  name: "account close",
  summary:
    "Closes an account with its sub-accounts: nothing more is sent or changed. For some days it can be read and exported; then everything of it is erased.",
  positionals,
  options: {},
  run: async (context, input) => {
    const { database, clock, figures, systemAccountId, erasure } = context;
    const accountId = await findAccount(context, input.positionals[0] ?? "");
    if (accountId === (await systemAccountId())) {
      throw new Refusal(
        "operator_account",
        "This is the operator's own account, from which the service's own mail is sent. It cannot be closed.",
      );
    }
    const now = clock.now();
    const closing = await database.write({ role: "operator" }, async (tx) => {
      const closed = await closeAccount(tx, { figures: figures.at(now), now }, accountId);
      for (const id of closed.accountIds) await record(tx, entryOf(context, id, "account.closed"));
      return closed;
    });
    const receipt = erasure.subjectOf(accountId).toString("hex");
    const json = {
      accountIds: closing.accountIds.map(String),
      eraseAt: closing.eraseAt.toISOString(),
      receipt,
    };
    const text = [
      `Closed              ${json.accountIds.join(", ")}`,
      `Readable until      ${json.eraseAt}   (facteur account reopen takes it back)`,
      `Number of receipt   ${receipt}`,
    ].join("\n");
    return { json, text };
  },
};

/** `account reopen`. */
export const accountReopen: Command = {
  name: "account reopen",
  summary: "Opens an account again that was closed, as long as it has not been erased.",
  positionals,
  options: {},
  run: async (context, input) => {
    const { database, clock } = context;
    const accountId = await findAccount(context, input.positionals[0] ?? "");
    const opened = await database.write({ role: "operator" }, async (tx) => {
      const ids = await reopenAccount(tx, accountId, clock.now());
      for (const id of ids) await record(tx, entryOf(context, id, "account.reopened"));
      return ids;
    });
    const accountIds = opened.map(String);
    return { json: { accountIds }, text: `Open again: ${accountIds.join(", ")}` };
  },
};

function entryOf({ ids, clock }: CommandContext, accountId: bigint, action: string) {
  return {
    accountId,
    id: ids.next(clock.now()),
    actor: { kind: "operator" } as const,
    action,
    subjectId: null,
  };
}
