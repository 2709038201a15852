import { sql, type Transaction } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { type Figures, FiguresInForce } from "../../../base/figures.ts";
import { idAt } from "../../../base/ids.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { publishPolicy } from "../publish.ts";
import { readRegister } from "../register.ts";
import {
  documentOf,
  figuresOf,
  holdingVersions,
  type PolicyVersion,
  policyHash,
  tellingDaysMax,
} from "../version.ts";
import { selectPolicyVersions } from "../version-store.ts";

const dayMs = 86_400_000;
const endOfTimeMs = 8.64e15;

/** Recalculates every version of the policy, tries to publish one too early and one in time, and to change one that is
 *  there. What it tries is undone. */
export function policyVersionsProbe(context: ProbeContext): Probe {
  const { database, clock, figures } = context;
  return {
    name: "policy-versions",
    everyMinutes: 60,
    run: async () => {
      const findings = new Findings();
      const versions = await database.read({ role: "operator" }, selectPolicyVersions);
      findings.check(versions.length > 0, "there is no version of the policy");
      for (const [index, version] of versions.entries()) checkVersion(version, versions[index - 1], findings);
      checkTelling(versions, findings);
      await checkNotices(context, versions, findings);
      checkFigures(figures, versions, clock.now(), findings);
      await undone(context, (tx) => tryToPublish(tx, clock.now(), findings));
      const isKept = (statement: string) => undone(context, (tx) => refuses(tx, statement));
      findings.check(await isKept("update policy_version set document = '{}'"), "a version can be changed");
      findings.check(await isKept("delete from policy_version"), "a version can be removed");
      const { noticeDays } = figures.at(clock.now());
      return findings.finding(
        `${versions.length} versions have the hash of what they say, and none can be changed or removed. One that is published less than ${noticeDays} days ahead is refused; one in time leaves the figures as they are until its day, and changes them on it. Owners were written to before.`,
      );
    },
  };
}

function checkVersion(version: PolicyVersion, before: PolicyVersion | undefined, findings: Findings): void {
  const { number, publishedAt, effectiveAt, hash } = version;
  findings.check(policyHash(version).equals(hash), `version ${number} is not what was published`);
  if (before === undefined) return;
  const noticeMs = documentOf(before).figures.noticeDays * dayMs;
  const isInTime = effectiveAt.getTime() - publishedAt.getTime() >= noticeMs;
  findings.check(isInTime, `version ${number} was not announced long enough before`);
  findings.check(number === before.number + 1, `version ${number} follows version ${before.number}`);
}

// Published is not yet known: the time of notice counts from the last mail, less the day that writing them may take.
function checkTelling(versions: readonly PolicyVersion[], findings: Findings): void {
  for (const { version, from } of holdingVersions(versions)) {
    const before = versions.find(({ number }) => number === version.number - 1);
    if (before === undefined || version.announcedAt === null) continue;
    const noticeMs = (documentOf(before).figures.noticeDays - tellingDaysMax) * dayMs;
    const isInTime = from.getTime() - version.announcedAt.getTime() >= noticeMs;
    findings.check(isInTime, `version ${version.number} holds too soon after its owners were written to`);
  }
}

// Whoever had an account when the version was published was written to about it. One that was closed then and is open again
// hears of it while it does not hold yet, but may not have at this moment.
async function checkNotices(
  { database }: ProbeContext,
  versions: readonly PolicyVersion[],
  findings: Findings,
): Promise<void> {
  for (const { number, publishedAt, announcedAt } of versions.slice(1)) {
    if (announcedAt === null) continue;
    const row = await database.read({ role: "operator" }, (reader) =>
      reader.row<{ count: bigint }>(sql`
        select count(*) as count from account a
        where a.state <> 'closed' and not a.is_synthetic and a.parent_id is null and a.created_at <= ${publishedAt}
          and not exists (select from policy_notice n where n.account_id = a.id and n.version = ${number})
          and not exists (select from audit r where r.account_id = a.id and r.action = 'account.reopened'
            and r.id >= ${idAt(announcedAt)})`),
    );
    findings.check(row?.count === 0n, `${row?.count} owners were not written to about version ${number}`);
  }
}

// What keeps and removes data must follow what is published, not what came with the release.
function checkFigures(
  inForce: FiguresInForce,
  versions: readonly PolicyVersion[],
  now: Date,
  findings: Findings,
): void {
  const published = new FiguresInForce();
  published.follow(figuresOf(versions));
  // All changes of either, those to come among them.
  const changes = [inForce, published].flatMap((figures) => figures.changesUntil(new Date(endOfTimeMs)));
  for (const instant of [now, ...changes.map(({ at }) => at)]) {
    const isFollowed = sameFigures(inForce.at(instant), published.at(instant));
    findings.check(
      isFollowed,
      `the figures of ${instant.toISOString()} are not those of the version in force`,
    );
  }
}

async function tryToPublish(tx: Transaction, now: Date, findings: Findings): Promise<void> {
  const versions = await selectPolicyVersions(tx);
  const last = versions.at(-1);
  if (last === undefined) return;
  const { figures } = documentOf(last);
  const contentDays = figures.contentDays === 1 ? 2 : figures.contentDays - 1;
  const reason = { en: "A trial.", fr: "Un essai.", de: "Ein Versuch." };
  const publish = (effectiveAt: Date) =>
    publishPolicy(tx, readRegister(), { figures: { contentDays }, reason }, { effectiveAt, now });
  const noticed = now.getTime() + figures.noticeDays * dayMs;
  const early = await codeOf(publish(new Date(noticed - 1)));
  findings.check(early === "policy_too_early", "a version is published less than its notice ahead");
  const { version } = await publish(new Date(Math.max(noticed, last.effectiveAt.getTime() + 1)));
  const [before, after] = [new FiguresInForce(), new FiguresInForce()];
  // The last version may never come to hold: its owners may still be written to.
  before.follow(figuresOf(versions));
  after.follow(figuresOf([...versions, { ...version, announcedAt: now }]));
  const justBefore = new Date(version.effectiveAt.getTime() - 1);
  const isLeft = sameFigures(after.at(justBefore), before.at(justBefore));
  findings.check(isLeft, "a version changes figures before its day");
  const isChanged = after.at(version.effectiveAt).contentDays === contentDays;
  findings.check(isChanged, "a version changes nothing on its day");
}

async function codeOf(publishing: Promise<unknown>): Promise<string | null> {
  try {
    await publishing;
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

async function refuses(tx: Transaction, statement: string): Promise<boolean> {
  await tx.run(sql`savepoint trial`);
  const done = await tx.run(sql.script(statement)).then(
    () => true,
    () => false,
  );
  await tx.run(sql`rollback to savepoint trial`);
  return !done;
}

class Undone<T> extends Error {
  readonly result: T;

  constructor(result: T) {
    super("What was tried is undone.");
    this.result = result;
  }
}

/** Does something in a transaction that is never committed. */
async function undone<T>({ database }: ProbeContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await database.write({ role: "operator" }, async (tx): Promise<T> => {
      throw new Undone(await work(tx));
    });
  } catch (error) {
    if (error instanceof Undone) return error.result as T;
    throw error;
  }
}

const sameFigures = (a: Figures, b: Figures) =>
  JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b));
