import type { Principal } from "../../principal.ts";
import type { Change } from "./page.ts";

/** A key pair without its secret, of which only a hash is stored. */
export interface ApiKeyRecord {
  id: bigint;
  publicKey: string;
  name: string;
  createdAt: Date;
  isActive: boolean;
  /** The pair of the account itself, not of a sub-account. */
  isMaster: boolean;
  trackHost: string;
}

/** Key pairs of an account and of its sub-accounts. */
export interface KeyServices {
  listApiKeys(principal: Principal): Promise<ApiKeyRecord[]>;
  /** Opens a sub-account; this is the only time its secret is shown. */
  createSubAccountKey(
    principal: Principal,
    name: string,
    isActive: boolean,
  ): Promise<{ key: ApiKeyRecord; secret: string }>;
  updateApiKey(
    principal: Principal,
    id: bigint,
    change: { name?: string; isActive?: boolean },
  ): Promise<Change<ApiKeyRecord>>;
}

/** What another user may do with a key. */
export interface KeyAccessRecord {
  id: bigint;
  keyId: bigint;
  userId: bigint;
  realUserId: bigint | null;
  subAccountId: bigint | null;
  /** Areas, separated by commas; "" for all. */
  areas: string;
  customName: string;
  createdAt: Date;
  lastActivityAt: Date | null;
  isActive: boolean;
}

/** Sharing of keys with other users. */
export interface KeyAccessServices {
  listKeyAccesses(principal: Principal): Promise<KeyAccessRecord[]>;
  grantKeyAccess(
    principal: Principal,
    grant: { keyId: bigint; userId: bigint; areas: string; customName: string; isActive: boolean },
  ): Promise<KeyAccessRecord>;
  updateKeyAccess(
    principal: Principal,
    id: bigint,
    change: { areas?: string; customName?: string; isActive?: boolean },
  ): Promise<Change<KeyAccessRecord>>;
  /** False when there is no such grant. */
  revokeKeyAccess(principal: Principal, id: bigint): Promise<boolean>;
}

/** What a look at the DNS found, in Mailjet's words. */
export type DkimStatus = "OK" | "Error" | "Not checked";
export type SpfStatus = DkimStatus | "Not found";

/** A sending domain and the records its owner is asked to publish. */
export interface DomainRecord {
  id: bigint;
  domain: string;
  dkimRecordName: string;
  dkimRecordValue: string;
  dkimStatus: DkimStatus;
  spfRecordValue: string;
  spfStatus: SpfStatus;
  ownershipToken: string;
  ownershipRecordName: string;
  isCheckInProgress: boolean;
  lastCheckAt: Date | null;
  /** The domain has an active sender. */
  hasActiveSender: boolean;
}

/** What a look at the DNS has just found. */
export interface DomainCheck {
  dkimStatus: DkimStatus;
  dkimErrors: string[];
  dkimRecordCurrentValue: string;
  spfStatus: SpfStatus;
  spfErrors: string[];
  spfRecordsCurrentValues: string[];
}

/** Sending domains. */
export interface DomainServices {
  listDomains(principal: Principal): Promise<DomainRecord[]>;
  /** Looks now; null when the account has no such domain. */
  checkDomain(principal: Principal, id: bigint): Promise<DomainCheck | null>;
  /** The domain of the return path, if the account has one of its own. */
  listReturnPaths(principal: Principal): Promise<{ applicationId: string; domain: string }[]>;
}

/** An address, or all addresses of a domain ("*@domain"), that an account may send from. */
export interface SenderRecord {
  id: bigint;
  address: string;
  name: string;
  category: "transactional" | "bulk" | "unknown";
  createdAt: Date;
  domainId: bigint | null;
  /** What to put on the domain's web server to prove ownership; "" for a single address. */
  filename: string;
  isDefault: boolean;
  status: "Active" | "Inactive" | "Deleted";
}

/** What is known after a sender was asked to be validated. */
export type SenderValidation =
  | { kind: "asked"; method: "ActivationEmail" | "DNS" | "File" | "Domain" }
  | { kind: "failed"; dnsError: string; fileError: string; globalError: string }
  | { kind: "already-active" }
  | { kind: "unknown" };

/** Senders of an account. */
export interface SenderServices {
  /** All of them, the deleted ones too. */
  listSenders(principal: Principal): Promise<SenderRecord[]>;
  createSender(
    principal: Principal,
    sender: { address: string; name: string; category: SenderRecord["category"]; isDefault: boolean },
  ): Promise<
    | { kind: "created"; sender: SenderRecord }
    | { kind: "exists"; status: SenderRecord["status"] }
    | { kind: "invalid-address" }
  >;
  updateSender(
    principal: Principal,
    id: bigint,
    change: { name?: string; category?: SenderRecord["category"]; isDefault?: boolean },
  ): Promise<Change<SenderRecord>>;
  /** False when there is no such sender. */
  removeSender(principal: Principal, id: bigint): Promise<boolean>;
  validateSender(principal: Principal, id: bigint): Promise<SenderValidation>;
}

/** A sender that all keys of an account may use. */
export interface MetaSenderRecord {
  id: bigint;
  address: string;
  description: string;
  createdAt: Date;
  filename: string;
  isEnabled: boolean;
  domainId: bigint | null;
}

/** Senders for all keys. */
export interface MetaSenderServices {
  listMetaSenders(principal: Principal): Promise<MetaSenderRecord[]>;
  createMetaSender(
    principal: Principal,
    sender: { address: string; description: string },
  ): Promise<
    { kind: "created"; sender: MetaSenderRecord } | { kind: "exists" } | { kind: "invalid-address" }
  >;
  updateMetaSender(
    principal: Principal,
    id: bigint,
    change: { description?: string; isEnabled?: boolean },
  ): Promise<Change<MetaSenderRecord>>;
}

/** The person who logs in. */
export interface UserRecord {
  id: bigint;
  address: string;
  username: string;
  locale: string;
  timezone: string;
  createdAt: Date;
  lastLoginAt: Date | null;
  apiKeysMax: number;
  isActivated: boolean;
}

/** Who the customer is and where invoices go. */
export interface ProfileRecord {
  id: bigint;
  userId: bigint;
  firstname: string;
  lastname: string;
  jobTitle: string;
  companyName: string;
  employeeCount: string;
  industry: string;
  website: string;
  phone: string;
  street: string;
  postalCode: string;
  city: string;
  state: string;
  country: string;
  vatNumber: string;
  /** A rate as a fraction of one. */
  vatRate: number;
  billingAddress: string;
  birthdayAt: Date | null;
  estimatedVolume: number;
  features: string;
}

/** What of a profile its owner may change. */
export type ProfileChange = Partial<Omit<ProfileRecord, "id" | "userId" | "vatRate">>;

/** The account's own data. */
export interface ProfileServices {
  readUser(principal: Principal): Promise<UserRecord>;
  updateUser(
    principal: Principal,
    change: { address?: string; username?: string; locale?: string; timezone?: string },
  ): Promise<Change<UserRecord>>;
  readProfile(principal: Principal): Promise<ProfileRecord>;
  updateProfile(principal: Principal, change: ProfileChange): Promise<Change<ProfileRecord>>;
}
