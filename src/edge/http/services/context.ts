import type { CertificateFolder } from "../../../base/certificate-folder.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Database, Sql, Transaction } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import type { FiguresInForce } from "../../../base/figures.ts";
import type { Holding } from "../../../base/holdings.ts";
import type { IdSource } from "../../../base/ids.ts";
import { record } from "../../../core/audit/index.ts";
import type { WarmUp } from "../../../core/delivery/index.ts";
import type { OperatorNames, SenderBook } from "../../../core/domains/index.ts";
import type { Keyring } from "../../../core/keys/index.ts";
import type { Acceptance, Party } from "../../../core/messages/index.ts";
import type { LinkHostState, TrackingMode } from "../../../core/tracking/index.ts";
import type { PostOutcome } from "../../../core/webhooks/index.ts";
import type { Resolver } from "../../../mail/dns/resolver.ts";
import type { InstallationView } from "../api/services.ts";
import { isOwner, type Principal } from "../principal.ts";

/** What the services of the HTTP interfaces stand on. */
export interface ServiceContext {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  figures: FiguresInForce;
  senders: SenderBook;
  /** Remembers nothing: whoever has just changed a record wants to see it. */
  resolver: Resolver;
  operatorNames: OperatorNames;
  acceptance: Acceptance;
  /** Who the service's own mail comes from. */
  systemSender: Party;
  /** The operator's own account, on whose behalf that mail is sent; null without an operator (in development). */
  systemAccountId: bigint | null;
  /** What the operator lets be known of readers at most. */
  trackingLimit: TrackingMode;
  /** May webhooks lead into private networks? */
  allowsPrivateWebhooks: boolean;
  /** Where mail comes in for addresses that are made here; null where the operator has named no domain for it. */
  mailDomain: string | null;
  /** Posts to a webhook, within seconds, whatever it answers. */
  postWebhook: (message: { url: URL; headers: Record<string, string>; body: Buffer }) => Promise<PostOutcome>;
  /** Where people reach the service, without a slash at its end. */
  publicUrl: string;
  /** Where links in mails begin, without a slash at its end. */
  linksUrl: string;
  /** Looks whether a host of a customer leads here. */
  lookAtLinkHost: (host: string) => Promise<LinkHostState>;
  /** How the certificates of customers' link hosts stand; null where this process has none. */
  linkCertificates: () => ReturnType<CertificateFolder["state"]> | null;
  installation: Omit<InstallationView, "publicUrl">;
  /** Everything that is held of an account, line by line. */
  exportAccount: (accountId: bigint) => AsyncIterable<string>;
  /** Every column that the modules declare. */
  holdings: readonly Holding[];
  /** Addresses to send from that are new. */
  warmUps: WarmUp[];
  /** Messages a day for accounts without a limit of their own; Infinity is none. */
  dayQuotaDefault: number;
}

/** Reads as the account that asks: the database shows nothing else. */
export function readOwn<T>(
  { database, keyring }: ServiceContext,
  { accountId }: Principal,
  work: (reader: Sql) => Promise<T>,
): Promise<T> {
  return database.read({ role: "request", accountId }, async (reader) => {
    await keyring.load(reader, [accountId]);
    return work(reader);
  });
}

/** Writes as the account that asks. */
export function writeOwn<T>(
  { database, keyring }: ServiceContext,
  { accountId }: Principal,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return database.write({ role: "request", accountId }, async (tx) => {
    await keyring.load(tx, [accountId]);
    return work(tx);
  });
}

/** What making things needs, at this moment. */
export function making({ keyring, ids, clock }: ServiceContext): {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
} {
  return { keyring, ids, now: clock.now() };
}

/** Notes a change of set-up in the transaction that makes it. */
export async function note(
  tx: Transaction,
  { ids, clock }: ServiceContext,
  { accountId, actor }: Principal,
  change: { action: string; subjectId: bigint | null },
): Promise<void> {
  await record(tx, { accountId, id: ids.next(clock.now()), actor, ...change });
}

/** Is this who may act on sub-accounts and on the account itself? */
export function isMaster({ actor, parentId }: Principal): boolean {
  return isOwner(actor) && parentId === null;
}

/** @throws Refusal forbidden for everybody else */
export function requireMaster(principal: Principal, deed: string): void {
  if (isMaster(principal)) return;
  throw new Refusal("forbidden", `Only the primary key pair of the main account may ${deed}.`);
}

/** Does a change say anything new? */
export function changes<T extends object>(old: T, change: Partial<T>): boolean {
  return (Object.keys(change) as (keyof T)[]).some((name) => !isSame(old[name], change[name]));
}

function isSame(left: unknown, right: unknown): boolean {
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, index) => value === right[index]);
  }
  return left === right;
}
