import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import { FreshAnswers } from "../../base/fresh-answers.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import { createSigner, type Signer } from "../../mail/dkim/signer.ts";
import { selectAccount } from "../accounts/index.ts";
import type { Keyring } from "../keys/index.ts";
import { openDomainKeys } from "./domain.ts";
import { senderLookup } from "./sender.ts";
import { hasMetaSender, type Rights, selectRights } from "./sender-store.ts";
import { type DomainRow, selectDomain } from "./store.ts";

// How old an answer may be: a sender or domain taken away stops working everywhere within seconds.
const answerMsMax = 2000;
const signerMsMax = 10_000;
const entriesMax = 20_000;

/** May an account send from an address? */
export type SenderVerdict =
  | { kind: "allowed"; senderId: bigint; isDomainVerified: boolean; isBulk: boolean }
  | { kind: "inactive" }
  | { kind: "unknown" };

/** Answers who may send from where, and with which keys, from memory where it is fresh enough. */
export class SenderBook {
  readonly #database: Database;
  readonly #keyring: Keyring;
  readonly #clock: Clock;
  readonly #verdicts = new FreshAnswers<string, SenderVerdict>(answerMsMax, entriesMax);
  readonly #signers = new FreshAnswers<string, Signer[] | null>(signerMsMax, entriesMax);

  constructor(database: Database, keyring: Keyring, clock: Clock) {
    this.#database = database;
    this.#keyring = keyring;
    this.#clock = clock;
  }

  /** A verified domain allows every address in it; otherwise the address itself must be an active sender. What the
   *  account may not by itself, it may where its parent shares a sender with all its sub-accounts. */
  verdict(accountId: bigint, address: string): Promise<SenderVerdict> {
    const name = `${accountId}/${address}`;
    return this.#verdicts.get(name, this.#clock.real(), () => this.#readVerdict(accountId, address));
  }

  /** The signers of a verified domain of the account, or of its parent where that shares a sender of it; null when there
   *  is none (any more). */
  signers(accountId: bigint, domain: string): Promise<Signer[] | null> {
    const name = `${accountId}/${domain}`;
    return this.#signers.get(name, this.#clock.real(), async (before) => {
      const row = await this.#readDomain(accountId, domain);
      if (row === null) return null;
      // The key objects are made anew only when a key has changed: parsing costs as much as two signatures.
      const known = (await before) ?? [];
      return hasSameKeys(known, row) ? known : this.#signersOf(row);
    });
  }

  /** Forgets what is known of an account, after a change made here. */
  forget(accountId: bigint): void {
    const isMeant = (name: string) => name.startsWith(`${accountId}/`);
    this.#verdicts.forget(isMeant);
    this.#signers.forget(isMeant);
  }

  async #readVerdict(accountId: bigint, text: string): Promise<SenderVerdict> {
    const address = parseAddress(text);
    if (isAddressProblem(address)) return { kind: "unknown" };
    const { domain } = address;
    return this.#database.read({ role: "accept" }, async (reader) => {
      const rightsOf = async (id: bigint) => {
        await this.#keyring.load(reader, [id]);
        const lookup = senderLookup(this.#keyring, id, normaliseForLookup(address));
        const wideLookup = senderLookup(this.#keyring, id, `*@${domain}`);
        return selectRights(reader, { accountId: id, lookup, wideLookup, domain });
      };
      const own = ownVerdict(await rightsOf(accountId));
      if (own.kind === "allowed" && own.isDomainVerified) return own;
      const parentId = (await selectAccount(reader, accountId))?.parentId ?? null;
      if (parentId === null) return own;
      const shared = sharedVerdict(await rightsOf(parentId));
      return shared.kind === "allowed" && (own.kind !== "allowed" || shared.isDomainVerified) ? shared : own;
    });
  }

  async #readDomain(accountId: bigint, name: string): Promise<DomainRow | null> {
    return this.#database.read({ role: "accept" }, async (reader) => {
      const own = await selectDomain(reader, accountId, { name });
      const parentId = own?.state === "verified" ? null : (await selectAccount(reader, accountId))?.parentId;
      const isShared = parentId != null && (await hasMetaSender(reader, parentId, name));
      const row = isShared ? await selectDomain(reader, parentId, { name }) : own;
      if (row?.state !== "verified") return null;
      await this.#keyring.load(reader, [row.accountId]);
      return row;
    });
  }

  #signersOf(row: DomainRow): Signer[] {
    return openDomainKeys(this.#keyring, row).map((key) => createSigner({ domain: row.name, ...key }));
  }
}

function hasSameKeys(signers: Signer[], row: DomainRow): boolean {
  return signers[0]?.selector === row.selector && signers.length === (row.ed25519 === null ? 1 : 2);
}

function ownVerdict({ senders, domainId }: Rights): SenderVerdict {
  const wide = senders.find((sender) => sender.isDomainWide);
  const exact = senders.find((sender) => !sender.isDomainWide);
  const active = exact?.state === "active" ? exact : undefined;
  // Deleting the sender of a whole domain takes the right to all of it back, however well the domain is verified.
  if (domainId !== null && wide?.state !== "deleted") {
    const senderId = active?.id ?? wide?.id ?? domainId;
    return { kind: "allowed", senderId, isDomainVerified: true, isBulk: isBulk(active ?? wide) };
  }
  if (active !== undefined) {
    const isDomainVerified = domainId !== null;
    return { kind: "allowed", senderId: active.id, isDomainVerified, isBulk: isBulk(active) };
  }
  return { kind: senders.some((sender) => sender.state === "inactive") ? "inactive" : "unknown" };
}

// Of a parent's rights, those it shares: its verified domain alone gives its sub-accounts nothing.
function sharedVerdict({ senders, domainId }: Rights): SenderVerdict {
  const shared = senders.filter((sender) => sender.isMeta && sender.state === "active");
  const exact = shared.find((sender) => !sender.isDomainWide);
  const sender = exact ?? (domainId === null ? undefined : shared[0]);
  if (sender === undefined) return { kind: "unknown" };
  const isDomainVerified = domainId !== null;
  return { kind: "allowed", senderId: sender.id, isDomainVerified, isBulk: isBulk(sender) };
}

// Mailjet's EmailType: what its owner says an address is used for.
function isBulk(sender: Rights["senders"][number] | undefined): boolean {
  return sender?.kind === "bulk";
}
