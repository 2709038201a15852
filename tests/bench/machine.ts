import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, tmpdir, totalmem } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { machineCpuSeconds } from "./processes.ts";
import { figure } from "./table.ts";

/** Says what the figures were taken on. */
export async function describeMachine(): Promise<string> {
  const [cpu] = cpus();
  const fileSystem = commandOrEmpty("stat", ["-f", "-c", "%T", tmpdir()]);
  const system = /^PRETTY_NAME="(.*)"/m.exec(fileOrEmpty("/etc/os-release"))?.[1] ?? process.platform;
  const postfix = commandOrEmpty("/usr/sbin/postconf", ["-h", "-d", "mail_version"]);
  const facts = [
    `${availableParallelism()} × ${cpu?.model ?? "unknown processor"}`,
    `${figure(totalmem() / 1024 ** 3)} GB`,
    `${system}, Linux ${release()}, ${fileSystem}`,
    `Node ${process.versions.node} (OpenSSL ${process.versions.openssl})`,
    ...(postfix === "" ? [] : [`Postfix ${postfix}`]),
    new Date().toISOString().slice(0, 10),
  ];
  return facts.join(" · ");
}

// Long enough that one tick of the clock does not count, short enough that nobody minds.
const lookMs = 3000;

/** What others take of the machine while nothing of ours runs: with more than a little, figures say less. */
export async function lookAtOthers(): Promise<string> {
  const before = machineCpuSeconds();
  const startedAt = performance.now();
  await pause(lookMs);
  const cores = ((machineCpuSeconds() - before) * 1000) / (performance.now() - startedAt);
  return `Before it began, others used ${cores.toFixed(2)} of ${availableParallelism()} cores.`;
}

function commandOrEmpty(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

function fileOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
