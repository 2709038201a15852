import { Refusal } from "../../../base/errors.ts";
import type { ExportApi } from "../api/services.ts";
import { isOwner } from "../principal.ts";
import { note, type ServiceContext, writeOwn } from "./context.ts";

/** Everything that is held of an account, for its owner: also when it is closed, until it is erased. */
export function exportApi(context: ServiceContext): ExportApi {
  return {
    exportAccount: async (principal) => {
      if (!isOwner(principal.actor)) {
        throw new Refusal(
          "forbidden",
          "Everything of an account is taken out with its first key pair, or signed in to the dashboard.",
        );
      }
      // Before the first line: whoever breaks off has read what came until then.
      await writeOwn(context, principal, (tx) =>
        note(tx, context, principal, { action: "account.exported", subjectId: null }),
      );
      return context.exportAccount(principal.accountId);
    },
  };
}
