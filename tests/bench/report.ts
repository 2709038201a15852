import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Goal } from "./options.ts";
import { table } from "./table.ts";

const file = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a run has found. */
export interface Report {
  machine: string;
  command: string;
  goals: Goal[];
  sections: string[];
}

/** What was asked for and what was measured, met or not. */
export function goalsTable(goals: readonly Goal[]): string {
  const words = new Map([
    [true, "met"],
    [false, "**not met**"],
    [null, "not measured"],
  ]);
  const rows = goals.map(({ goal, measured, isMet }) => [goal, measured, words.get(isMet) ?? ""]);
  return table(["goal", "measured", ""], rows);
}

/** Writes docs/benchmarks.md: what the parts mean, which goals are met, and all figures of this run. */
export async function writeReport({ machine, command, goals, sections }: Report): Promise<void> {
  const parts = [
    introduction,
    `${machine}. Commit ${commit()}. \`${command}\``,
    `## Goals\n\n${goalsTable(goals)}`,
    ...sections.map((section) => section.trim()),
    meaning,
  ];
  await writeFile(file, `${parts.join("\n\n")}\n`);
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
    const changed = git("status", "--porcelain", "--", "src", "db", "tests/bench") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? " with changes" : ""}`;
  } catch {
    return "unknown";
  }
}

const introduction = `# Benchmarks

What Facteur costs and how fast it is, beside Debian's Postfix (with OpenDKIM) on the same machine, in the same run. This
page is written by \`npm run bench -- --write\`; nobody edits it by hand. Anybody can repeat it: \`npm run bench\` prints the
same tables, \`npm run bench -- --help\` says what can be chosen. Postfix, OpenDKIM and their test programs are installed
with apt-get when they are missing and we are root; without root, \`--without-postfix\` measures Facteur alone. On a machine that
has other work to do the figures say little: each part tells what others used of it.`;

const meaning = `## What each part means

- All messages are 10 KB (10,240 octets of text), as \`smtp-source -l 10240\` makes them. Everything runs on one machine: load
  generator, server, PostgreSQL and the destination share its cores. Rounds alternate between the servers, the first is not
  counted, and ratios are those of the medians: one run's figures are comparable, those of two machines are not.
- **Accept**: until the answer says that a message is taken, which is after the commit is on disk. Calls of 50 messages that
  share their content (Globals, own variables), of 50 messages with 10 KB of their own each, and of one message. Postfix
  takes them over SMTP into its HOLD queue, with an fsync for each. Latency counts from the moment a call was due.
- **Openings and clicks**: 100 connections that stay open ask for pictures and links of 16 accounts, each the next one when it
  is answered, which is after the commit. What was answered is compared with what is counted. The log is at \`warn\`.
- **Webhooks**: events that happened at one moment, from the first request to the last one, posted by the running service to a
  program in a process of its own that answers 200 at once; grouped ones come up to 100 in a request. The service makes its
  statistics of the same events meanwhile, and their processor time is in the figures. Beside it, an account
  whose neighbours' programs refuse connections or never answer, with as many events waiting for them.
- **On disk before the answer**: one request under strace.
- **End to end**: from the first call until the last message has arrived at \`smtp-sink\`, Postfix' own test server: API,
  commit, queue, composing, DKIM with RSA-2048, SMTP. The signature is checked to be there before the rounds.
- **Processor time** is that of the service and its PostgreSQL with all their threads and processes, from \`/proc\`; the load
  generator and the destination are left out. It is compared with one bare RSA-2048 signature of OpenSSL in the same run,
  below which nobody who signs can go.
- **Where the processor's time goes** is the same by thread and process. With \`--places\` it names functions.
- **Memory**: proportional set sizes, which add up: what is shared counts once. The queue waits behind a slow destination
  while the worker works on it. \`--large\` goes up to a million messages.
- **Start-up**: from the start of the process until it is ready. Warm is with database and keys there.
- **Claim**: what a worker's claim of 500 costs with little and with much queued. \`--large\` goes up to ten million rows.
- **Purge**: removing a day of content and a week of events, by size. Constant means: it writes no more log for ten times
  the rows.
- **Statistics**: what the dashboard asks, over the sums that so many events make in 400 days (\`--events\`), each question
  three times a round after a first one; and how many events one process adds up in a second.`;
