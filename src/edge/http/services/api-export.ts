import { Refusal } from "../../../base/errors.ts";
import type { ExportApi } from "../api/services.ts";
import { isOwner } from "../principal.ts";
import type { ServiceContext } from "./context.ts";

/** Everything that is held of an account, for its owner: also when it is closed, until it is erased. */
export function exportApi({ exportAccount }: ServiceContext): ExportApi {
  return {
    exportAccount: ({ actor, accountId }) => {
      if (isOwner(actor)) return exportAccount(accountId);
      throw new Refusal(
        "forbidden",
        "Everything of an account is taken out with its first key pair, or signed in to the dashboard.",
      );
    },
  };
}
