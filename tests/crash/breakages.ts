import type { Rule } from "./judge.ts";

/** One change of the service's source. */
export interface Change {
  /** Below src/. */
  file: string;
  /** A text that stands in the file once, and what stands there instead. */
  from: string;
  to: string;
}

/** The service with one safeguard taken out: the run must see it. */
export interface Breakage extends Change {
  name: string;
  title: string;
  /** The phase that shows it. */
  phase: string;
  /** Makes a misfortune frequent which the safeguard is there for, and which a short run would hardly meet. */
  misfortune?: Change;
  /** At least one of these rules must be found broken. */
  rules: Rule[];
}

export const breakages: Breakage[] = [
  {
    name: "no-intent",
    title: "no intent is noted before the last octet",
    phase: "service",
    file: "edge/worker/journal.ts",
    from: "this.#write(segment, ...own.map(({ record }) => record));",
    to: "",
    rules: ["twice"],
  },
  {
    name: "begun-is-untouched",
    title: "the recovery lets go of what was begun as if it were not",
    phase: "service",
    file: "edge/worker/recovery.ts",
    from: "const wasBegun = (claim: Claim) => isLost || refused.has(claim.id) || hasIntent(left, claim);",
    to: "const wasBegun = (_claim: Claim) => isLost && refused.size < 0 && left === null;",
    rules: ["twice"],
  },
  {
    name: "all-is-begun",
    title: "the recovery takes everything that was claimed for begun",
    phase: "service",
    file: "edge/worker/recovery.ts",
    from: "const wasBegun = (claim: Claim) => isLost || refused.has(claim.id) || hasIntent(left, claim);",
    to: "const wasBegun = (_claim: Claim) => true;",
    rules: ["too many unknown"],
  },
  {
    name: "unmarked",
    title: "what may have arrived twice is not marked",
    phase: "service",
    file: "core/messages/settle.ts",
    from: 'wasUnknown: s.kind === "unknown",',
    to: "wasUnknown: false,",
    rules: ["twice", "events"],
  },
  {
    name: "early-answer",
    title: "the answer does not wait for the commit",
    phase: "service",
    file: "core/messages/accept.ts",
    from: "const isFirst = await this.#writer.add(group, sizeBytes);",
    to: "const isFirst = true; this.#writer.add(group, sizeBytes).catch(() => {});",
    rules: ["lost"],
  },
  {
    name: "forgetful",
    title: "Idempotency-Keys are not remembered",
    phase: "service",
    file: "core/messages/accept-group.ts",
    from: "const free = await insertIdempotency(tx, firstOfEach(keyed), expired);",
    to: "const free = new Set(expired === null ? [] : firstOfEach(keyed).map(idempotencyName));",
    rules: ["two answers"],
  },
  {
    name: "no-events",
    title: "what became of a message is not added to its history",
    phase: "service",
    file: "core/messages/settle.ts",
    from: "recordEvents(tx, messages.map(eventOf))",
    to: "recordEvents(tx, messages.slice(1).map(eventOf))",
    rules: ["events"],
  },
  {
    name: "unpaid",
    title: "what is accepted is not counted",
    phase: "service",
    file: "core/messages/store.ts",
    from: "set accepted = u.accepted + excluded.accepted",
    to: "set accepted = u.accepted + least(excluded.accepted, 1)",
    rules: ["usage"],
  },
  {
    name: "half-a-call",
    title: "a call of many messages is not one transaction",
    phase: "service",
    file: "core/messages/store.ts",
    from: "${rows.map((r) => r.changedAt)}::timestamptz[])`);\n}\n\n/** Counts",
    to: "${rows.map((r) => r.changedAt)}::timestamptz[]) limit ${rows.length - (rows.length > 40 ? 1 : 0)}`);\n}\n\n/** Counts",
    rules: ["lost"],
  },
  {
    name: "unfenced",
    title: "an outcome is written whoever holds the row by now",
    phase: "stall",
    file: "core/delivery/queue.ts",
    from: "and d.claimed_by = f.node_id and d.claim_epoch = f.epoch\n    returning d.id`);\n  return new Set(rows",
    to: "returning d.id`);\n  return new Set(rows",
    rules: ["overwritten"],
  },
  {
    name: "liar",
    title: '"not taken" is said of what a broken connection has stored',
    phase: "postgres",
    file: "core/messages/accept-group.ts",
    from: "doubts === 0 ? isCommitUnknown(error) : await isStillInDoubt(context, groups, error);",
    to: "false;",
    misfortune: {
      file: "base/postgres-session.ts",
      from: "// PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, not with an error.",
      to: 'if (process.uptime() > 5 && Math.random() < 0.02) throw new DatabaseUnavailable("The answer is lost.", { commitUnknown: true });',
    },
    rules: ["refused and stored"],
  },
];
