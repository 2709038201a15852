import type { ApiKeyScope, AuthenticationResult } from "../../../core/accounts/index.ts";
import type { Permission, Principal } from "../principal.ts";

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
  return {
    accountId: principal.accountId,
    keyId: principal.keyId,
    parentId: principal.parentId,
    isPrimary: principal.isPrimary,
    isSuspended: result.kind === "suspended",
    permissions: new Set(principal.scopes.flatMap((scope) => permissionsOf[scope])),
  };
}
