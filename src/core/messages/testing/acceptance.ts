import type { Cleanup } from "../../../../tests/support/database.ts";
import { openWorld, type World } from "../../../../tests/support/world.ts";
import { type Database, type Query, sql, type Transaction } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import {
  Acceptance,
  type AcceptOptions,
  type AcceptOutcome,
  type AcceptRequest,
  type AcceptResult,
  type AcceptRules,
} from "../accept.ts";
import type { AcceptedRecipient } from "../prepare.ts";
import { submissionOf } from "./contents.ts";

/** Anybody may send from example.org, nobody from elsewhere; there are no templates. */
export const anySender: AcceptRules = {
  async senderRight(_accountId, { from }) {
    if (from?.address.endsWith("@example.org")) return { senderId: null, staysInInbox: false };
    throw new Refusal("sender_not_allowed", "Not from here.");
  },
  mayHaveReports: async (_accountId, address) => address.endsWith("@example.org"),
  resolveTemplate: async (_accountId, content) => content,
};

/** Acceptance on a database of its own, with one account. */
export interface Accepting extends Omit<World, "acceptance" | "send"> {
  accountId: bigint;
  /** Another acceptance on the same database, as in another process. */
  acceptance(change?: Partial<AcceptOptions>): Acceptance;
  accept(request?: Partial<AcceptRequest>, acceptance?: Acceptance): Promise<AcceptResult>;
  rows(query: Query): Promise<Record<string, unknown>[]>;
}

export async function openAccepting(t: Cleanup, change: Partial<AcceptOptions> = {}): Promise<Accepting> {
  const world = await openWorld(t);
  const { database, keyring, clock, ids, figures } = world;
  const { accountId } = await world.account();
  const acceptance = (more: Partial<AcceptOptions> = {}) =>
    new Acceptance({
      ...{ database, keyring, clock, ids, figures, rules: anySender },
      ...{ dayQuotaDefault: 1000, onQueued: () => {} },
      ensurePartitions: world.ensurePartitions,
      ...change,
      ...more,
    });
  const first = acceptance();
  return {
    ...world,
    accountId,
    acceptance,
    accept: (request = {}, by = first) => by.accept(requestOf(accountId, request)),
    rows: (query) =>
      database.read({ role: "operator" }, (reader) => reader.rows<Record<string, unknown>>(query)),
  };
}

export function requestOf(accountId: bigint, change: Partial<AcceptRequest> = {}): AcceptRequest {
  return {
    accountId,
    submissions: [submissionOf()],
    isSandbox: false,
    isStrict: false,
    idempotency: null,
    answerOf: (outcomes) => Buffer.from(idsIn(outcomes).join()),
    ...change,
  };
}

/** Who was accepted, submission by submission: To, Cc, Bcc. */
export function recipientsOf(result: AcceptResult): AcceptedRecipient[][] {
  if (result.kind === "replayed") throw new Error("The request was replayed.");
  return result.outcomes.map((outcome) => {
    if (outcome.kind === "refused") return [];
    const { to, cc, bcc } = outcome.submission;
    return [...to, ...cc, ...bcc];
  });
}

function idsIn(outcomes: AcceptOutcome[]): bigint[] {
  return recipientsOf({ kind: "answered", outcomes, answer: Buffer.alloc(0) }).flatMap((each) =>
    each.map(({ id }) => id),
  );
}

/** The same database, but what it writes ends as the test says. */
export function writingOtherwise(
  database: Database,
  write: (work: (tx: Transaction) => Promise<unknown>) => Promise<unknown>,
): Database {
  return new Proxy(database, {
    get(target, name) {
      if (name === "write" || name === "writeAtOnce")
        return (_scope: unknown, work: (tx: Transaction) => Promise<unknown>) => write(work);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** How many rows each table holds that accepting writes to. */
export const countsQuery = sql`
  select (select count(*) from content) as contents, (select count(*) from message) as messages,
    (select count(*) from delivery) as deliveries, (select count(*) from event) as events,
    (select count(*) from idempotency) as answers, (select count(*) from campaign) as campaigns,
    (select count(*) from campaign_recipient) as recipients,
    (select coalesce(sum(u.accepted), 0)::bigint from usage_day u) as counted`;
