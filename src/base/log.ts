import { type DestinationStream, destination, pino } from "pino";

/** What may stand beside an event: ids, counts, states. Never an address, a name, a subject, a body or a secret. */
export type LogFields = Record<string, unknown>;

/** error: someone must act now. warn: look this week. info: a state changed. debug: for the one who looks for a fault. */
export interface Log {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

export type LogLevel = "error" | "warn" | "info" | "debug" | "silent";

// What looks like an address is masked, whoever wrote it: the last line of defence, not the first.
const addressLike = /[^\s"'<>@,;:]+@[^\s"'<>@,;:]+/g;

/** Structured lines of JSON on standard error, or wherever `stream` leads. */
export function createLog(options: { level: LogLevel; stream?: DestinationStream }): Log {
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: "event",
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.stream ?? destination({ fd: 2, sync: false }),
  );
  const write =
    (level: "error" | "warn" | "info" | "debug") =>
    (event: string, fields: LogFields = {}): void => {
      if (logger.isLevelEnabled(level)) logger[level](printable(fields), event);
    };
  return { error: write("error"), warn: write("warn"), info: write("info"), debug: write("debug") };
}

function printable(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printableValue(value)]));
}

function printableValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return value.replace(addressLike, "[address]");
  if (value instanceof Error) return `${value.name}: ${value.message}`.replace(addressLike, "[address]");
  return value;
}
