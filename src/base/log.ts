import { type DestinationStream, destination, pino } from "pino";
import { redact } from "./redact.ts";

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

export interface LogOptions {
  level: LogLevel;
  stream?: DestinationStream;
  /** Told which fields of an event had to be masked, so that whoever develops the code mends it. */
  onMasked?: (event: string, fields: string[]) => void;
  /** Milliseconds, for the instant of each line and the limit on warnings. */
  now?: () => number;
}

// One warning of a kind is news, ten in a minute are a state; more would bury the other lines.
const warningsPerWindowMax = 10;
const windowMs = 60_000;
// Events are names in the source, not data; more of them than this at once means that one was built from data.
const eventsMax = 1_000;

/** Structured lines of JSON on standard error, or wherever `stream` leads. What looks like an address or a secret is
 *  masked, whoever wrote it: the last line of defence, not the first. Warnings that repeat are counted, not repeated. */
export function createLog(options: LogOptions): Log {
  const now = options.now ?? Date.now;
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: "event",
      timestamp: () => `,"at":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.stream ?? destination({ fd: 2, sync: false }),
  );
  const write = (level: "error" | "warn" | "info" | "debug", event: string, fields: LogFields) => {
    if (!logger.isLevelEnabled(level)) return;
    const printable = redact(fields) as LogFields;
    logger[level](printable, event);
    if (options.onMasked) reportMasked(options.onMasked, { event, fields, printable });
  };
  const admit = warningLimit(now, (event, count) => write("warn", "log.repeated", { of: event, count }));
  return {
    error: (event, fields = {}) => write("error", event, fields),
    warn: (event, fields = {}) => {
      if (admit(event)) write("warn", event, fields);
    },
    info: (event, fields = {}) => write("info", event, fields),
    debug: (event, fields = {}) => write("debug", event, fields),
  };
}

/** For development and tests: a log that says, beside the line, which of its fields should not have been there. */
export function createStrictLog(options: Omit<LogOptions, "onMasked">): Log {
  const log: Log = createLog({
    ...options,
    onMasked: (event, fields) => {
      if (event !== "log.masked") log.warn("log.masked", { of: event, fields });
    },
  });
  return log;
}

function reportMasked(
  onMasked: (event: string, fields: string[]) => void,
  line: { event: string; fields: LogFields; printable: LogFields },
): void {
  const masked = Object.keys(line.fields).filter((name) => {
    const text = JSON.stringify(line.printable[name]) ?? "";
    return /\[(address|secret|ip)\]/.test(text);
  });
  if (masked.length > 0) onMasked(line.event, masked);
}

/** Answers whether a warning may be written; those held back are counted and told with the first one after the window. */
function warningLimit(now: () => number, tell: (event: string, count: number) => void) {
  const windows = new Map<string, { since: number; count: number }>();
  return (event: string): boolean => {
    const at = now();
    const window = windows.get(event);
    if (window !== undefined && at - window.since < windowMs) {
      window.count += 1;
      return window.count <= warningsPerWindowMax;
    }
    if (window !== undefined && window.count > warningsPerWindowMax)
      tell(event, window.count - warningsPerWindowMax);
    if (windows.size >= eventsMax) windows.clear();
    windows.set(event, { since: at, count: 1 });
    return true;
  };
}
