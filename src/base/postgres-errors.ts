/** PostgreSQL refused a statement. Holds no value of a row or parameter: its own texts do (`Key (address)=(…)`),
 *  and what an error holds ends in a log. */
export class DatabaseError extends Error {
  /** SQLSTATE, PostgreSQL's manual, appendix A. */
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  /** Where in the statement the error is, in characters from 1. */
  readonly position: number | undefined;
  /** The statement, with $1 where values were. */
  readonly query: string | undefined;

  constructor(report: ServerReport, query?: string) {
    super(`${withoutValues(report)} (SQLSTATE ${report.code})`);
    this.name = "DatabaseError";
    this.code = report.code;
    this.constraint = report.constraint;
    this.table = report.table;
    this.position = report.position === undefined ? undefined : Number(report.position);
    this.query = query;
  }
}

/** PostgreSQL cannot be reached, or has no room for more work now. Nothing is wrong with the request. */
export class DatabaseUnavailable extends Error {
  /** The connection broke while COMMIT was under way: the transaction may have happened. */
  readonly commitUnknown: boolean;

  constructor(message: string, options: { commitUnknown?: boolean } = {}) {
    super(message);
    this.name = "DatabaseUnavailable";
    this.commitUnknown = options.commitUnknown ?? false;
  }
}

/** Whether the caller should answer "busy, try again": the server is away, full, stopping, or too slow. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof DatabaseUnavailable ||
    (error instanceof DatabaseError && (isTransient(error.code) || isStalePlan(error)))
  );
}

/** The name of the constraint that a statement would have broken, so that a caller can say what is the matter. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof DatabaseError && error.code.startsWith("23") ? error.constraint : undefined;
}

/** Whether the same transaction may succeed when it is run again from its start. */
export function isRetriable(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === "40001" || error.code === "40P01");
}

/** What the driver hands over when the server answers with an error. */
export type ServerReport = {
  message: string;
  code: string;
  constraint?: string | undefined;
  table?: string | undefined;
  position?: string | undefined;
};

/** Whether this error is an answer of the server (as opposed to a broken connection). */
export function isServerReport(error: unknown): error is ServerReport {
  const code = (error as { code?: unknown }).code;
  const severity = (error as { severity?: unknown }).severity;
  return error instanceof Error && typeof code === "string" && severity !== undefined;
}

/** Whether the connection failed, as opposed to a defect such as a value that cannot be read. */
export function isConnectionLoss(error: unknown): boolean {
  const { message, syscall } = error as { message?: string; syscall?: string };
  return syscall !== undefined || driverLosses.test(message ?? "");
}

// The driver has no codes for these.
const driverLosses =
  /^(Connection terminated|Query read timeout|Client (has encountered|was closed)|timeout )/;

/** Whether the server closes the connection after this error, or refused to open it. */
export function endsSession(code: string): boolean {
  return code.startsWith("08") || code.startsWith("57P") || code === "53300" || code === "25P03";
}

/** Whether a statement was prepared before a migration changed what it returns. */
export function isStalePlan(error: { code: string; message: string }): boolean {
  return error.code === "0A000" && error.message.startsWith("cached plan");
}

// Classes 08 connection, 53 resources, 57P the server stops or starts; 40 a conflict that outlived its retries;
// 55P03 and 57014 a lock or a statement that took longer than its limit.
function isTransient(code: string): boolean {
  return /^(08|40|53|57P)/.test(code) || code === "55P03" || code === "57014" || code === "25P03";
}

// Class 22 (data exception) quotes the offending value in its message. Elsewhere quotes hold names.
function withoutValues(report: ServerReport): string {
  return report.code.startsWith("22") ? report.message.replace(/".*"/gs, '"…"') : report.message;
}
