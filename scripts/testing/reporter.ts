import { writeSync } from "node:fs";
import { inspect } from "node:util";

/** What a test process tells the one that started it, a line of JSON each. */
export type Told =
  | { kind: "passed"; name: string }
  | { kind: "skipped"; name: string }
  | { kind: "failed"; name: string; line: number | null; text: string }
  | { kind: "remark"; text: string }
  | { kind: "complete" };

/** The pipe the lines go to. Not stdout: what a test prints there may stop in the middle of a line. */
export const toldThrough = 3;

interface Event {
  type: string;
  data: {
    name?: string;
    message?: string;
    line?: number;
    file?: string;
    skip?: string | boolean;
    todo?: string | boolean;
    details?: { type?: string; error?: Error & { failureType?: string } };
  };
}

function toldOf({ type, data }: Event): Told | null {
  const name = data.name ?? "";
  const error = data.details?.error;
  if (type === "test:summary") return { kind: "complete" };
  // An exception after its test had ended, above all: it fails the file, and no test.
  if (type === "test:diagnostic" && /^(Error|Warning):/.test(data.message ?? ""))
    return { kind: "remark", text: data.message ?? "" };
  if (type === "test:pass") {
    if (data.skip || data.todo)
      return { kind: "skipped", name: typeof data.skip === "string" ? `${name} (${data.skip})` : name };
    return data.details?.type === "suite" ? null : { kind: "passed", name };
  }
  // A suite or test that is red only because of those below it: they have been told already.
  if (type !== "test:fail" || error?.failureType === "subtestsFailed") return null;
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? withoutNode(cause.stack ?? cause.message) : inspect(cause);
  return { kind: "failed", name, line: data.line ?? null, text };
}

/** Lines of the runner itself say nothing about the failure. */
const withoutNode = (stack: string) =>
  stack
    .split("\n")
    .filter((line) => !line.includes("(node:internal/") && !line.includes("at node:internal/"))
    .join("\n");

/** The reporter `node --test-reporter` loads in the test process; node takes it from the default export only. */
// biome-ignore lint/correctness/useYield: it has its own pipe; node would mix what it yields into stdout.
async function* reporter(events: AsyncIterable<Event>): AsyncGenerator<never> {
  for await (const event of events) {
    const told = toldOf(event);
    if (told !== null) writeSync(toldThrough, `${JSON.stringify(told)}\n`);
  }
}

// biome-ignore lint/style/noDefaultExport: the form node asks of a reporter.
export default reporter;
