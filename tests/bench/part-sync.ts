import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "../../src/base/database.ts";
import { type BenchService, startBenchService } from "./facteur.ts";
import type { BenchOptions, PartResult } from "./options.ts";

const program = "/usr/bin/strace";
const calls = "fdatasync,fsync,write,writev,sendto,sendmsg";
const attachMs = 1500;
const textBytes = 60;

/** One call of the system, in the order of time. */
interface Call {
  at: number;
  text: string;
}

/** Shows with strace that a request is answered after the database's log is on disk. */
export async function benchSync(options: BenchOptions): Promise<PartResult> {
  const goal = "the sync comes before the answer (strace)";
  if (!existsSync(program)) {
    return {
      text: "Not shown: strace is not installed.",
      goals: [{ goal, measured: "not shown", isMet: null }],
    };
  }
  const bench = await startBenchService(null, options.env);
  try {
    await bench.load({ kind: "single", calls: 50, connections: 1, rate: null });
    const trace = await traced(bench);
    const answer = trace.findIndex(({ text }) => text.includes("HTTP/1.1 200"));
    // What PostgreSQL says last before it: the transaction is committed. Between that and what it said before lies the sync.
    const said = trace.flatMap(({ text }, index) =>
      index < answer && /^postgres +(?:sendto|sendmsg|write)\(/.test(text) ? [index] : [],
    );
    const [commit = -1, before = -1] = said.reverse();
    const sync = trace.findLastIndex(
      ({ text }, index) => index > before && index < commit && /^postgres.*f(data)?sync\(/.test(text),
    );
    const isMet = sync !== -1;
    const shown = [sync, commit, answer].flatMap((index) => trace[index] ?? []);
    const begin = shown[0]?.at ?? 0;
    const lines = shown.map(({ at, text }) => `${((at - begin) * 1000).toFixed(2).padStart(7)} ms  ${text}`);
    const text = [
      "One request, as the kernel saw it (the process, then the call):",
      ["```text", ...lines, "```"].join("\n"),
    ];
    return { text: text.join("\n\n"), goals: [{ goal, measured: isMet ? "yes" : "no", isMet }] };
  } finally {
    await bench.stop();
  }
}

async function traced(bench: BenchService): Promise<Call[]> {
  const folder = await mkdtemp(join(tmpdir(), "facteur-bench-strace-"));
  try {
    const file = join(folder, "trace");
    const backends = await acceptBackends(bench);
    const pids = [bench.service.pid, ...backends].flatMap((pid) => ["-p", String(pid)]);
    const args = ["-f", "-ttt", "-s", "40", "-e", `trace=${calls}`, "-o", file, ...pids];
    const child = spawn(program, args, { stdio: "ignore" });
    await pause(attachMs);
    await bench.load({ kind: "single", calls: 1, connections: 1, rate: null });
    await pause(attachMs);
    child.kill("SIGINT");
    await once(child, "exit");
    return parse(await readFile(file, "utf8"), new Set(backends));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function acceptBackends({ database }: BenchService): Promise<number[]> {
  const rows = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ pid: number }>(sql`
      select a.pid from pg_stat_activity a where a.application_name = 'facteur accept'`),
  );
  return rows.map(({ pid }) => pid);
}

// A line is `pid time call`; one that was interrupted by another process's is `<unfinished ...>` and later `resumed`:
// the first says when a write began, the second when a sync was done.
function parse(text: string, backends: ReadonlySet<number>): Call[] {
  return text.split("\n").flatMap((line) => {
    const [, pid = "", at = "", call = ""] = /^(\d+) +([\d.]+) (.*)$/.exec(line) ?? [];
    const isSyncBegun = /f(data)?sync\(.*<unfinished/.test(call);
    if (call === "" || isSyncBegun) return [];
    const who = backends.has(Number(pid)) ? "postgres" : "facteur ";
    const what = call.replace(/<\.\.\. (\w+) resumed>/, "$1(…").slice(0, textBytes + 20);
    return [{ at: Number(at), text: `${who}  ${what}` }];
  });
}
