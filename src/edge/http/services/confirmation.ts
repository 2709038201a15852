import { openAccount, selectAccount } from "../../../core/accounts/index.ts";
import {
  expectConfirmation,
  isConfirmationFresh,
  makeConfirmation,
  type Sender,
  writeConfirmation,
  writeConfirmationMail,
} from "../../../core/domains/index.ts";
import { noticeTo } from "../../../core/messages/index.ts";
import type { Principal } from "../principal.ts";
import { readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** Where the pages that confirm senders stand. */
export const confirmationPath = "/confirm-sender/";

/** Asks the owner of an address whether it may be a sender. Asked again soon, the mail on its way must do.
 *  @throws Refusal busy, account_suspended, quota_exceeded */
export async function askForConfirmation(
  context: ServiceContext,
  principal: Principal,
  sender: Sender,
): Promise<void> {
  const { keyring, clock, publicUrl, acceptance } = context;
  if (isConfirmationFresh(sender, clock.now())) return;
  const { accountId } = principal;
  const link = makeConfirmation({ accountId, senderId: sender.id });
  const mail = writeConfirmationMail({
    address: sender.address,
    accountName: await nameOf(context, principal),
    serviceName: new URL(publicUrl).host,
    link: `${publicUrl}${confirmationPath}${writeConfirmation(link)}`,
  });
  // From the operator's own account, so that the customer cannot read the link in a test inbox of its own. Without an
  // operator (in development) the customer's inbox is where a developer looks for it.
  const { systemAccountId } = context;
  const result = await acceptance.accept({
    accountId: systemAccountId ?? accountId,
    submissions: [
      noticeTo({ address: sender.address, name: "" }, context.systemSender, { ...mail, priority: 3 }),
    ],
    isSystem: systemAccountId === null,
    isSandbox: false,
    isStrict: false,
    idempotency: null,
    answerOf: () => Buffer.alloc(0),
  });
  const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
  if (outcome?.kind === "refused") throw outcome.refusal;
  // After the mail, not before: a link that nobody was sent must not stop the next one.
  await writeOwn(context, principal, (tx) => expectConfirmation(tx, keyring, link, clock.now()));
}

async function nameOf(context: ServiceContext, principal: Principal): Promise<string> {
  return readOwn(context, principal, async (reader) => {
    const row = await selectAccount(reader, principal.accountId);
    return row === undefined ? "" : openAccount(context.keyring, row).name;
  });
}
