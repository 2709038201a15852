import { Refusal } from "../../../base/errors.ts";
import type { Keyring } from "../../../core/keys/index.ts";
import {
  addSuppressions,
  listSuppressions,
  removeSuppressionById,
  type Suppression,
} from "../../../core/suppressions/index.ts";
import {
  type Address,
  isAddressProblem,
  normaliseForLookup,
  parseAddress,
} from "../../../mail/address/index.ts";
import type { SuppressionApi, SuppressionView } from "../api/services.ts";
import { bounded } from "./api-messages.ts";
import { making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";
import { importSuppressions } from "./suppression-csv.ts";

/** Addresses the account does not send to. */
export function suppressionApi(context: ServiceContext): SuppressionApi {
  const { keyring } = context;
  return {
    listSuppressions: (principal, { beforeId, limit, address }) =>
      readOwn(context, principal, async (reader) => {
        const { accountId } = principal;
        const lookup =
          address === null ? null : keyring.lookup(accountId, normaliseForLookup(parsed(address)));
        const page = { beforeId: bounded(beforeId), limit, lookup };
        return (await listSuppressions(reader, accountId, page)).map((row) => viewOf(keyring, row));
      }),
    addSuppression: (principal, text) =>
      writeOwn(context, principal, async (tx) => {
        const { accountId } = principal;
        const address = parsed(text);
        const lookup = keyring.lookup(accountId, normaliseForLookup(address));
        const { ids, now } = making(context);
        const id = ids.next(now);
        const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address.text);
        const added: Suppression = {
          accountId,
          lookup,
          id,
          cause: "manual",
          source: "api",
          sourceId: null,
          sealed,
          createdAt: now,
        };
        await addSuppressions(tx, [added]);
        const [row = added] = await listSuppressions(tx, accountId, { beforeId: null, limit: 1, lookup });
        if (row.id === id) await note(tx, context, principal, { action: "suppression.added", subjectId: id });
        return viewOf(keyring, row);
      }),
    importSuppressions: (principal, csv) => importSuppressions(context, principal, csv),
    removeSuppression: (principal, id) =>
      writeOwn(context, principal, async (tx) => {
        const isGone = await removeSuppressionById(tx, principal.accountId, id);
        if (isGone) await note(tx, context, principal, { action: "suppression.removed", subjectId: id });
        return isGone;
      }),
  };
}

/** An address of a request.  @throws Refusal invalid_address */
export function parsed(text: string): Address {
  const address = parseAddress(text);
  if (!isAddressProblem(address)) return address;
  throw new Refusal("invalid_address", `"${text}" is not an e-mail address: ${address.message}.`, {
    field: "address",
  });
}

function viewOf(keyring: Keyring, row: Suppression): SuppressionView {
  const { accountId, id, cause, source, createdAt, sourceId, sealed } = row;
  const address = keyring.openIdentity({ table: "suppression", accountId, id }, sealed).toString();
  return { id, address, cause, source, createdAt, sourceId };
}
