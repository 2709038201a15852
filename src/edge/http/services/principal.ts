import type { ApiKeyScope, AuthenticationResult, SessionResult } from "../../../core/accounts/index.ts";
import { allPermissions, type Permission, type Principal } from "../principal.ts";

const permissionsOf: Record<ApiKeyScope, Permission[]> = {
  full: ["send", "read", "manage"],
  send: ["send"],
  read: ["read"],
  manage: ["read", "manage"],
};

/** Core's word on a pair of keys, in the terms of this edge. */
export function principalOf(result: AuthenticationResult): Principal | null {
  if (result.kind === "unknown") return null;
  const { principal } = result;
  const isClosed = result.kind === "closed";
  const permissions = principal.scopes.flatMap((scope) => permissionsOf[scope]);
  return {
    accountId: principal.accountId,
    actor: { kind: "key", id: principal.keyId, isPrimary: principal.isPrimary },
    parentId: principal.parentId,
    isSuspended: result.kind === "suspended",
    readableUntil: isClosed ? result.readableUntil : null,
    permissions: new Set(permissions.filter((permission) => !isClosed || permission === "read")),
  };
}

/** Core's word on a session, in the terms of this edge. */
export function sessionPrincipalOf(result: SessionResult): Principal | null {
  if (result.kind === "unknown") return null;
  const { accountId, id, parentId } = result.session;
  const isSuspended = result.kind === "suspended";
  const actor = { kind: "session", id } as const;
  // A closed account is read with its key pairs.
  return { accountId, actor, parentId, isSuspended, readableUntil: null, permissions: allPermissions };
}
