import { listSmtpRefusals } from "../../../core/accounts/index.ts";
import type { SmtpRefusalApi } from "../api/services.ts";
import { readOwn, type ServiceContext } from "./context.ts";

/** What programs were refused by SMTP, read from core. */
export function smtpRefusalApi(context: ServiceContext): SmtpRefusalApi {
  const { keyring, clock } = context;
  return {
    listSmtpRefusals: (principal) =>
      readOwn(context, principal, (reader) =>
        listSmtpRefusals(reader, keyring, { accountId: principal.accountId, now: clock.now() }),
      ),
  };
}
