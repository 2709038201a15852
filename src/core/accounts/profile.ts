import type { Sql, Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { Keyring } from "../keys/index.ts";
import { selectProfile, upsertProfile } from "./store.ts";

/** What a customer says of itself. Nothing here is needed to send; all of it is sealed. */
export interface Profile {
  username: string;
  /** RFC 5646 with an underscore, as Mailjet writes it: en_US. */
  locale: string;
  /** A name of the IANA database. */
  timezone: string;
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
  /** Where invoices go. */
  billingAddress: string;
  birthdayAt: Date | null;
  /** Messages a month. */
  estimatedVolume: number;
  features: string;
}

/** A customer that has not said anything. */
export const emptyProfile: Profile = {
  username: "",
  locale: "en_US",
  timezone: "Etc/UTC",
  firstname: "",
  lastname: "",
  jobTitle: "",
  companyName: "",
  employeeCount: "",
  industry: "",
  website: "",
  phone: "",
  street: "",
  postalCode: "",
  city: "",
  state: "",
  country: "",
  vatNumber: "",
  billingAddress: "",
  birthdayAt: null,
  estimatedVolume: 0,
  features: "",
};

// A hundred times what any of the texts needs.
const profileBytesMax = 64 * 1024;

type Stored = Partial<Omit<Profile, "birthdayAt">> & { birthdayAt?: string | null };

/** Reads an account's profile. Its keys must be loaded. */
export async function readProfile(reader: Sql, keyring: Keyring, accountId: bigint): Promise<Profile> {
  const sealed = await selectProfile(reader, accountId);
  if (sealed === undefined) return emptyProfile;
  const stored = JSON.parse(keyring.openIdentity(placeOf(accountId), sealed).toString()) as Stored;
  const { birthdayAt } = stored;
  return { ...emptyProfile, ...stored, birthdayAt: birthdayAt == null ? null : new Date(birthdayAt) };
}

/** Writes an account's profile. Its keys must be loaded.
 *  @throws Refusal invalid when it is too long */
export async function writeProfile(
  tx: Transaction,
  { keyring, now }: { keyring: Keyring; now: Date },
  accountId: bigint,
  profile: Profile,
): Promise<void> {
  const text = JSON.stringify(profile);
  if (Buffer.byteLength(text) > profileBytesMax) {
    throw new Refusal("invalid", "A profile has room for 64 KB of text.", {});
  }
  const sealed = keyring.sealIdentity(placeOf(accountId), text);
  await upsertProfile(tx, accountId, sealed, now);
}

function placeOf(accountId: bigint): { table: string; accountId: bigint; id: bigint } {
  return { table: "profile", accountId, id: accountId };
}
