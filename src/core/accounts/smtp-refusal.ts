import type { Sql, Transaction } from "../../base/database.ts";
import { dateOf, idAt } from "../../base/ids.ts";
import type { Keyring } from "../keys/index.ts";
import type { CreateContext } from "./context.ts";
import { insertSmtpRefusal, type SmtpRefusalKind, selectSmtpRefusals } from "./smtp-refusal-store.ts";

// As many as a person looks at while setting a program up.
const rowsMax = 20;

// How long a refusal is shown and kept: who sets a program up looks at once.
const smtpRefusalHours = 1;

/** What a program was refused under a key of the account. */
export interface SmtpRefusal {
  id: bigint;
  keyId: bigint;
  kind: SmtpRefusalKind;
  at: Date;
  /** The reply as the program has heard it. */
  code: number;
  status: string;
  text: string;
}

/** Notes a refusal for the owner of the key: the reply, and nothing of where the program is or what secret it has said. */
export async function noteSmtpRefusal(
  tx: Transaction,
  { keyring, ids, now }: CreateContext,
  { accountId, ...refusal }: Omit<SmtpRefusal, "id" | "at"> & { accountId: bigint },
): Promise<void> {
  await keyring.load(tx, [accountId]);
  if (!keyring.has(accountId)) return;
  const id = ids.next(now);
  const { keyId, kind, code, status, text } = refusal;
  const place = { table: "smtp_refusal", accountId, id };
  const sealed = keyring.sealIdentity(place, JSON.stringify({ status, text }));
  await insertSmtpRefusal(tx, { accountId, id, keyId, kind, code, sealed }, rowsMax);
}

/** The refusals of the last hour, newest first. The account's keys must be loaded. */
export async function listSmtpRefusals(
  reader: Sql,
  keyring: Keyring,
  { accountId, now }: { accountId: bigint; now: Date },
): Promise<SmtpRefusal[]> {
  const fromId = idAt(new Date(now.getTime() - smtpRefusalHours * 3_600_000));
  const rows = await selectSmtpRefusals(reader, accountId, { fromId, limit: rowsMax });
  return rows.map(({ id, keyId, kind, code, sealed }) => {
    const plain = keyring.openIdentity({ table: "smtp_refusal", accountId, id }, sealed).toString();
    return {
      id,
      keyId,
      kind,
      code,
      at: dateOf(id),
      ...(JSON.parse(plain) as { status: string; text: string }),
    };
  });
}
