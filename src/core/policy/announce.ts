import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { openAccount, selectAccount } from "../accounts/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type Acceptance, noticeTo, type Party, type Submission } from "../messages/index.ts";
import { policyNotice } from "./notice-words.ts";
import { documentOf, holdsFrom, type PolicyVersion } from "./version.ts";
import { insertAnnounced, insertNotice, selectPolicyVersions, selectUntold } from "./version-store.ts";

/** What telling owners needs of the service. */
export interface AnnouncementContext {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  acceptance: Pick<Acceptance, "accept">;
  systemSender: Party;
  /** The operator's own account; null without an operator, in development: then the owner's own sends it. */
  systemAccountId: bigint | null;
  /** Where people reach the service, without a slash at its end. */
  publicUrl: () => string;
}

// Written to at the same time: they share commits, and a second of delivery for others is not felt.
const pageOfOwners = 50;

/** Writes to the owners of accounts about each version that they have not heard of. When all have been written to, the
 *  version counts as announced, and holds from its day on. Until then an owner whose account was closed meanwhile and is
 *  open again hears of it, too. Answers how many mails were handed over.
 *  @param signal ends it between two pages when the service stops; the next start goes on */
export async function announcePolicy(context: AnnouncementContext, signal?: AbortSignal): Promise<number> {
  const { database, clock } = context;
  const versions = await database.read({ role: "relay" }, selectPolicyVersions);
  let told = 0;
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1];
    if (before === undefined) continue;
    const from = holdsFrom(version, documentOf(before).figures.noticeDays);
    if (from !== null && from <= clock.now()) continue;
    for (;;) {
      if (signal?.aborted === true) return told;
      const owners = await database.read({ role: "relay" }, (reader) =>
        selectUntold(reader, version, pageOfOwners),
      );
      if (owners.length === 0) break;
      await Promise.all(owners.map((accountId) => tell(context, { accountId, before, version })));
      told += owners.length;
    }
    if (version.announcedAt !== null) continue;
    await database.write({ role: "relay" }, (tx) => insertAnnounced(tx, version.number, clock.now()));
  }
  return told;
}

interface Telling {
  accountId: bigint;
  before: PolicyVersion;
  version: PolicyVersion;
}

async function tell(context: AnnouncementContext, telling: Telling): Promise<void> {
  const { accountId, version } = telling;
  const outcome = await outcomeOf(context, telling);
  await context.database.write({ role: "relay" }, (tx) =>
    insertNotice(tx, { accountId, version: version.number, outcome, at: context.clock.now() }),
  );
}

async function outcomeOf(context: AnnouncementContext, telling: Telling): Promise<"accepted" | "refused"> {
  const { database, keyring, acceptance, systemAccountId } = context;
  const { accountId, version } = telling;
  const owner = await database.read({ role: "relay" }, async (reader) => {
    await keyring.load(reader, [accountId]);
    const row = keyring.has(accountId) ? await selectAccount(reader, accountId) : undefined;
    return row === undefined ? null : openAccount(keyring, row);
  });
  // It has been erased since it was looked for.
  if (owner === null) return "refused";
  const result = await acceptance.accept({
    accountId: systemAccountId ?? accountId,
    submissions: [noticeOf(context, telling, owner.address)],
    isSystem: systemAccountId === null,
    isSandbox: false,
    isStrict: false,
    // A process that ended between the mail and its note does not write twice.
    idempotency: { key: `\u0000policy/${version.number}/${accountId}`, bodyHash: version.hash },
    answerOf: () => Buffer.alloc(0),
  });
  const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
  if (outcome?.kind !== "refused") return "accepted";
  // What lies with the owner's address will not pass; anything else may the next time.
  if (outcome.refusal.code.startsWith("invalid_")) return "refused";
  throw new Refusal(outcome.refusal.code, outcome.refusal.message);
}

function noticeOf(context: AnnouncementContext, { before, version }: Telling, address: string): Submission {
  const old = documentOf(before);
  // A mail that is late says so: the version does not hold before the day it names.
  const announcedAt = version.announcedAt ?? context.clock.now();
  const words = policyNotice({
    before: old,
    document: documentOf(version),
    effectiveAt: holdsFrom({ ...version, announcedAt }, old.figures.noticeDays) ?? version.effectiveAt,
    url: `${context.publicUrl()}/privacy/versions/${version.number}`,
  });
  return noticeTo({ address, name: "" }, context.systemSender, words);
}
