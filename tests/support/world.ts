import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ManualClock } from "../../src/base/clock.ts";
import type { Database } from "../../src/base/database.ts";
import { FiguresInForce } from "../../src/base/figures.ts";
import { IdSource } from "../../src/base/ids.ts";
import { type CreatedKey, createAccount, type Principal } from "../../src/core/accounts/index.ts";
import { approveDomain, SenderBook } from "../../src/core/domains/index.ts";
import { dayOf, Keyring, openChains } from "../../src/core/keys/index.ts";
import {
  Acceptance,
  StandardRules,
  type Submission,
  type SubmissionContent,
} from "../../src/core/messages/index.ts";
import { ensurePartitions, firstReadableHour } from "../../src/core/retention/index.ts";
import { ReaderLinks } from "../../src/core/tracking/index.ts";
import { type Cleanup, testDatabase } from "./database.ts";

/** When a world begins, unless told: a Monday. */
export const worldStart = new Date("2026-11-23T10:00:00Z");

/** Core on a database of its own, without edges: nothing is delivered unless the test does it. */
export interface World {
  database: Database;
  keyring: Keyring;
  clock: ManualClock;
  ids: IdSource;
  figures: FiguresInForce;
  senders: SenderBook;
  acceptance: Acceptance;
  /** Makes the links in mails, which begin with https://mail.example.org. */
  links: ReaderLinks;
  /** Lanes that got new rows. */
  queued: Set<number>[];
  /** Makes the partitions that the clock's time needs. */
  ensurePartitions(): Promise<void>;
  /** Opens an account and answers who its primary key is. */
  account(name?: string, parentId?: bigint): Promise<Principal & CreatedKey>;
  /** Approves a sending domain by the operator's word. */
  approve(accountId: bigint, domain: string): Promise<void>;
  /** Accepts a message; answers the ids of its recipients in the order To, Cc, Bcc. */
  send(accountId: bigint, wish: SendWish): Promise<bigint[]>;
}

/** A submission, as far as a test cares. */
export type SendWish = Partial<Omit<Submission, "content" | "to" | "cc" | "bcc">> & {
  from: string;
  to: string[];
  cc?: string[];
  bcc?: string[];
  content?: Partial<SubmissionContent>;
};

export async function openWorld(t: Cleanup): Promise<World> {
  const { database } = await testDatabase(t);
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-world-"));
  t.after(async () => rmSync(folder, { recursive: true, force: true }));
  const clock = new ManualClock(worldStart);
  const figures = new FiguresInForce();
  const first = { content: firstReadableHour(worldStart, figures), accounts: dayOf(worldStart) };
  const keyring = new Keyring(Buffer.alloc(32, 7), openChains(folder, first));
  const ids = new IdSource(1);
  await ensurePartitions({ database, clock });
  const senders = new SenderBook(database, keyring, clock);
  const links = new ReaderLinks(keyring, () => "https://mail.example.org");
  const queued: Set<number>[] = [];
  const makePartitions = () => ensurePartitions({ database, clock }).then(() => undefined);
  const acceptance = new Acceptance({
    database,
    keyring,
    clock,
    ids,
    figures,
    rules: new StandardRules({ database, keyring, senders }),
    dayQuotaDefault: 100_000,
    onQueued: (lanes) => queued.push(lanes),
    ensurePartitions: makePartitions,
  });
  const parts = {
    database,
    keyring,
    clock,
    ids,
    figures,
    senders,
    acceptance,
    links,
    queued,
    ensurePartitions: makePartitions,
  };
  return { ...parts, account: openAccount(parts), approve: approve(parts), send: send(parts) };
}

type Parts = Omit<World, "account" | "approve" | "send">;

function openAccount({ database, keyring, ids, clock }: Parts): World["account"] {
  return async (name = "Example", parentId) => {
    const context = { keyring, ids, now: clock.now() };
    const wish = { address: "owner@example.org", name, parentId: parentId ?? null };
    const { account, key } = await database.write({ role: "operator" }, (tx) =>
      createAccount(tx, context, wish),
    );
    return {
      ...key,
      accountId: account.id,
      parentId: account.parentId,
      keyId: key.id,
      scopes: ["full"],
      isPrimary: true,
    };
  };
}

function approve({ database, keyring, ids, clock, senders }: Parts): World["approve"] {
  return async (accountId, domain) => {
    const context = { keyring, ids, now: clock.now() };
    await database.write({ role: "operator" }, async (tx) => {
      await keyring.load(tx, [accountId]);
      await approveDomain(tx, context, accountId, domain);
    });
    senders.forget(accountId);
  };
}

function send({ acceptance }: Parts): World["send"] {
  return async (accountId, wish) => {
    const result = await acceptance.accept({
      accountId,
      submissions: [submissionOf(wish)],
      isSandbox: false,
      isStrict: false,
      idempotency: null,
      answerOf: () => Buffer.alloc(0),
    });
    const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
    if (outcome?.kind !== "accepted") throw outcome?.refusal ?? new Error("The message was not taken.");
    const { to, cc, bcc } = outcome.submission;
    return [...to, ...cc, ...bcc].map((recipient) => recipient.id);
  };
}

function submissionOf({ from, to, cc = [], bcc = [], content, ...rest }: SendWish): Submission {
  const party = (address: string) => ({ address, name: "" });
  return {
    content: { ...plainContent, from: party(from), ...content },
    to: to.map(party),
    cc: cc.map(party),
    bcc: bcc.map(party),
    variables: {},
    customId: "",
    eventPayload: "",
    ...rest,
  };
}

const plainContent: SubmissionContent = {
  from: null,
  sender: null,
  replyTo: null,
  subject: "Hello",
  text: "Hello there",
  html: null,
  template: null,
  usesTemplateLanguage: false,
  templateErrorReporting: null,
  deliversDespiteTemplateError: false,
  attachments: [],
  inlined: [],
  headers: [],
  trackOpens: "account_default",
  trackClicks: "account_default",
  urlTags: "",
  priority: 2,
  customCampaign: "",
  deduplicatesCampaign: false,
  monitoringCategory: "",
  contactsListId: null,
};
