import { readdirSync, readFileSync } from "node:fs";
import { type Database, sql } from "../../src/base/database.ts";

/** Processor seconds so far, by who spent them. */
export type Spenders = Map<string, number>;

/** Who spends the processor's time: the threads of the service by what they do, the processes of PostgreSQL by whom they
 *  work for. Those that have ended meanwhile are missing; under load none does. */
export async function spendersOf(
  { service, postgres }: { service: number; postgres: number },
  database: Database,
): Promise<Spenders> {
  const spenders: Spenders = new Map();
  const add = (name: string, seconds: number) => spenders.set(name, (spenders.get(name) ?? 0) + seconds);
  for (const thread of readdirSync(`/proc/${service}/task`)) {
    const { name, seconds } = readStat(`/proc/${service}/task/${thread}`);
    add(Number(thread) === service ? "service: main thread" : threadName(name), seconds);
  }
  const roles = await rolesOf(database);
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!(pid > 0)) continue;
    const { parent, seconds } = readStat(`/proc/${pid}`);
    if (parent === postgres) add(roles.get(pid) ?? "PostgreSQL: other", seconds);
  }
  return spenders;
}

/** What was spent between two looks. */
export function spentBetween(before: Spenders, after: Spenders): Spenders {
  return new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
}

function threadName(name: string): string {
  if (name.startsWith("V8Worker")) return "service: V8 (collector, compiler)";
  if (name.startsWith("libuv")) return "service: thread pool (signatures, journal)";
  return "service: other threads";
}

async function rolesOf(database: Database): Promise<Map<number, string>> {
  const rows = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ pid: number; name: string; type: string }>(sql`
      select a.pid, a.application_name as name, a.backend_type as type from pg_stat_activity a`),
  );
  return new Map(
    rows.map(({ pid, name, type }) => [
      pid,
      type === "client backend" ? `PostgreSQL: ${name.replace(/^facteur /, "role ")}` : `PostgreSQL: ${type}`,
    ]),
  );
}

// proc_pid_stat(5): the name stands in parentheses, the parent is the 2nd field behind it. The time is in schedstat, in
// nanoseconds, where stat has hundredths of a second.
function readStat(folder: string): { name: string; parent: number; seconds: number } {
  try {
    const stat = readFileSync(`${folder}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [nanoseconds] = readFileSync(`${folder}/schedstat`, "utf8").split(" ");
    return {
      name: stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")),
      parent: Number(fields[1]),
      seconds: Number(nanoseconds) / 1e9,
    };
  } catch {
    return { name: "", parent: 0, seconds: 0 }; // it has ended
  }
}
