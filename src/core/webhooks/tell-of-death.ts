import type { Database } from "../../base/database.ts";
import { openAccount, selectAccount } from "../accounts/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type Acceptance, noticeTo, type Party, type Submission } from "../messages/index.ts";
import { urlPlace, type Webhook } from "./webhook.ts";

/** What telling an owner needs of the service. */
export interface NoticeContext {
  database: Database;
  keyring: Keyring;
  acceptance: Pick<Acceptance, "accept">;
  systemSender: Party;
  /** The operator's own account; null without an operator, in development: then the owner's own sends it. */
  systemAccountId: bigint | null;
}

/** Writes to the owner of an account that a webhook has died. Once, however often it is asked for.
 *  @throws Refusal what a submission may be refused for */
export async function tellOfDeath(context: NoticeContext, webhook: Webhook): Promise<void> {
  const { database, keyring, acceptance, systemAccountId } = context;
  const { accountId, id, revision, sealedUrl } = webhook;
  const owner = await database.read({ role: "relay" }, async (reader) => {
    await keyring.load(reader, [accountId]);
    const row = keyring.has(accountId) ? await selectAccount(reader, accountId) : undefined;
    return row === undefined ? null : openAccount(keyring, row);
  });
  if (owner === null) return;
  const { host } = new URL(keyring.openIdentity(urlPlace(accountId, id), sealedUrl).toString());
  const result = await acceptance.accept({
    accountId: systemAccountId ?? accountId,
    submissions: [noticeOf(context.systemSender, { address: owner.address, host })],
    isSystem: systemAccountId === null,
    isSandbox: false,
    isStrict: false,
    idempotency: {
      key: `\u0000webhook-died/${accountId}/${id}/${revision}`,
      bodyHash: Buffer.from(String(id)),
    },
    answerOf: () => Buffer.alloc(0),
  });
  const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
  if (outcome?.kind === "refused") throw outcome.refusal;
}

// Only the host: the rest of a URL may hold secrets.
function noticeOf(from: Party, { address, host }: { address: string; host: string }): Submission {
  const text = [
    `For a day, ${host} has taken none of the events that were posted to it. Nothing more is posted there.`,
    "Events go to the backup address of their type. Where there is no backup at all they wait: save the address again, or another one, and what happened in the last seven days is posted then. Everything else can be replayed.",
    "The log of the webhook shows what it answered.",
    "",
  ].join("\n\n");
  return noticeTo({ address, name: "" }, from, { subject: `No events reach ${host} any more`, text });
}
