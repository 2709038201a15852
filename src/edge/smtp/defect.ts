import type { Log } from "../../base/log.ts";

/** Logs a defect. No message of the error: it may quote what somebody wrote. */
export function logDefect(log: Log, error: unknown): void {
  if (!(error instanceof Error)) {
    log.error("smtp.defect", { error: typeof error });
    return;
  }
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  log.error("smtp.defect", { error: error.name, stack: frames.map((line) => line.trim()) });
}
