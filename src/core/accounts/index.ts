export { type Account, type CreateContext, createAccount, openAccount } from "./account.ts";
export {
  type ApiKeyScope,
  type AuthenticationResult,
  Authenticator,
  apiKeyScopes,
  type CreatedKey,
  createApiKey,
  type Principal,
} from "./api-key.ts";
export { holdings as accountHoldings } from "./privacy.ts";
export {
  type AccountRow,
  type AccountState,
  type ApiKeyChange,
  type ApiKeyRow,
  accountsExist,
  insertAccount,
  selectAccount,
  selectAccounts,
  selectAccountsByAddress,
  selectApiKeys,
  selectFamily,
  selectProfile,
  updateAccountState,
  updateApiKey,
  upsertProfile,
} from "./store.ts";
