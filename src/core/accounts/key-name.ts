import type { Keyring } from "../keys/index.ts";
import type { ApiKeyRow } from "./store.ts";

type Key = Pick<ApiKeyRow, "accountId" | "id">;

/** Opens what a key pair is called. The account's keys must be loaded. */
export function openKeyName(
  keyring: Keyring,
  { accountId, id, sealedName }: Key & Pick<ApiKeyRow, "sealedName">,
): string {
  return keyring.openIdentity({ table: "api_key", accountId, id }, sealedName).toString();
}

/** Seals what a key pair is called. */
export function sealKeyName(keyring: Keyring, { accountId, id }: Key, name: string): Buffer {
  return keyring.sealIdentity({ table: "api_key", accountId, id }, name);
}
