/** What a column holds, in words of the Data Privacy Vocabulary, as far as retention, export and erasure need it. */
export type Category =
  | "identity" // addresses, names, subjects: sealed with the account's key
  | "content" // bodies, attachments, variables: sealed with the hour's key
  | "credential" // hashes and sealed secrets
  | "pseudonym" // keyed hashes of addresses
  | "usage" // counters, states, times, reply codes
  | "technical"; // ids, leases, versions: no person

/** Whose data it is. */
export type Subject = "recipient" | "customer" | "operator" | "none";

/** How long it stays; the parameter itself lives in core/retention. */
export type RetentionClass =
  | "content" // 6 days (P106)
  | "event" // 13 months (P105)
  | "account" // while the account is open, then at most 3 months (P102)
  | "day" // 24 hours: idempotency answers
  | "session" // a link for an hour; a session until its person signs out, at most a week
  | "log" // 30 days: what the endpoints of customers answered
  | "queue" // until the message has reached a final state, and at most as long as its content
  | "operation"; // as long as the service runs: no person in it

/** One column of the database and why it exists (GDPR art. 30). */
export interface Holding {
  table: string;
  column: string;
  category: Category;
  purpose: string;
  role: "controller" | "processor";
  subject: Subject;
  basis: string;
  retention: RetentionClass;
  /** Part of the access export (GDPR art. 15, 20)? */
  isExported: boolean;
  /** What erasure does with it. */
  erasure: "delete" | "shred" | "keep";
}

type Shared = Omit<Holding, "table" | "column">;

/** Declares several columns of a table that share everything but their names. */
export function holdingsOf(table: string, columns: string[], shared: Shared): Holding[] {
  return columns.map((column) => ({ table, column, ...shared }));
}

/** Columns without a person in them: ids, leases, counters of the service itself. */
export function technicalColumns(table: string, columns: string[], purpose: string): Holding[] {
  return holdingsOf(table, columns, {
    category: "technical",
    purpose,
    role: "controller",
    subject: "none",
    basis: "GDPR art. 6(1)(b)",
    retention: "operation",
    isExported: false,
    erasure: "keep",
  });
}
