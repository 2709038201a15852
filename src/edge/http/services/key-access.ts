import { Refusal } from "../../../base/errors.ts";
import {
  type Access,
  changeAccess,
  deleteAccess,
  grantAccess,
  openAccess,
  selectAccess,
  selectAccesses,
} from "../../../core/accounts/index.ts";
import type {
  KeyAccessRecord,
  KeyAccessServices,
  KeyServices,
} from "../mailjet/resources/account-services.ts";
import { changes, making, note, readOwn, requireMaster, type ServiceContext, writeOwn } from "./context.ts";

/** Mailjet's `apikeyaccess`: with whom the account shares which key. */
export function keyAccessServices(
  context: ServiceContext,
  keys: Pick<KeyServices, "listApiKeys">,
): KeyAccessServices {
  const { keyring } = context;
  return {
    listKeyAccesses: async (principal) => {
      const rows = await readOwn(context, principal, (reader) => selectAccesses(reader, principal.accountId));
      return rows.map((row) => recordOf(openAccess(keyring, row)));
    },
    grantKeyAccess: async (principal, grant) => {
      requireMaster(principal, "share key pairs");
      const known = await keys.listApiKeys(principal);
      if (!known.some((key) => key.id === grant.keyId)) {
        throw new Refusal("invalid", "The account has no such key pair.", { field: "APIKeyID" });
      }
      return writeOwn(context, principal, async (tx) => {
        const access = await grantAccess(tx, making(context), principal.accountId, grant);
        await note(tx, context, principal, { action: "key_access.granted", subjectId: access.id });
        return recordOf(access);
      });
    },
    updateKeyAccess: async (principal, id, change) => {
      requireMaster(principal, "change who shares key pairs");
      return writeOwn(context, principal, async (tx) => {
        const row = await selectAccess(tx, principal.accountId, id);
        if (row === undefined) return { kind: "unknown" };
        const old = openAccess(keyring, row);
        if (!changes(old, change)) return { kind: "unchanged" };
        const access = { ...old, ...change };
        await changeAccess(tx, keyring, principal.accountId, access);
        await note(tx, context, principal, { action: "key_access.changed", subjectId: id });
        return { kind: "changed", value: recordOf(access) };
      });
    },
    revokeKeyAccess: async (principal, id) => {
      requireMaster(principal, "change who shares key pairs");
      return writeOwn(context, principal, async (tx) => {
        const isGone = await deleteAccess(tx, principal.accountId, id);
        if (isGone) await note(tx, context, principal, { action: "key_access.revoked", subjectId: id });
        return isGone;
      });
    },
  };
}

function recordOf(access: Access): KeyAccessRecord {
  // When a person last used a key is not kept.
  return { ...access, realUserId: null, subAccountId: null, lastActivityAt: null };
}
