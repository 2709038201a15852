export { type Access, changeAccess, grantAccess, openAccess } from "./access.ts";
export { deleteAccess, selectAccess, selectAccesses } from "./access-store.ts";
export { type Account, changeAccount, createAccount, openAccount } from "./account.ts";
export {
  type ApiKeyScope,
  type AuthenticationResult,
  Authenticator,
  apiKeyScopes,
  type CreatedKey,
  createApiKey,
  type Principal,
} from "./api-key.ts";
export { type Closing, closeAccount, reopenAccount } from "./close.ts";
export type { CreateContext } from "./context.ts";
export { openKeyName, sealKeyName } from "./key-name.ts";
export { holdings as accountHoldings } from "./privacy.ts";
export { emptyProfile, type Profile, readProfile, writeProfile } from "./profile.ts";
export {
  type Session,
  type SessionResult,
  Sessions,
  type SignInResult,
  sessionDaysMax,
  sessionExpiry,
  sessionIdleHours,
} from "./session.ts";
export { deleteSession, deleteSignIns, type SessionRow, selectSession } from "./session-store.ts";
export { makeSignInLink, type SignInLink, signInLinkHours } from "./sign-in-link.ts";
export {
  listSmtpRefusals,
  noteSmtpRefusal,
  type SmtpRefusal,
} from "./smtp-refusal.ts";
export { type SmtpRefusalKind, smtpRefusalKinds } from "./smtp-refusal-store.ts";
export {
  type AccountRow,
  type AccountState,
  type ApiKeyChange,
  type ApiKeyRow,
  accountsExist,
  deleteApiKey,
  selectAccount,
  selectAccounts,
  selectAccountsByAddress,
  selectApiKeys,
  selectFamily,
  selectServed,
  subAccountsMax,
  updateApiKey,
} from "./store.ts";
export { createSubAccount } from "./sub-account.ts";
