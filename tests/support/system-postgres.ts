import { execFileSync, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Cleanup } from "./database.ts";

/** A server that is not ours: reached over TCP with a password, or by its superuser through its socket. */
export type SystemPostgres = { version: string; port: number; socketDir: string; superuser: string };

const versionMin = 15;
const programsFolder = "/usr/lib/postgresql"; // Debian and Ubuntu keep each version in a folder of its own
const startSecondsMax = 20;
const nobody = { uid: 65534, gid: 65534 };

/** Lines of pg_hba.conf: whoever reaches the socket is trusted, over TCP a password is asked for. */
export const accessRules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";

/** Starts the oldest PostgreSQL from 15 on that the system has, on data that are thrown away. Installs Debian's
 *  when there is none; fails with what to do when it cannot. */
export async function systemPostgres(t: Cleanup): Promise<SystemPostgres> {
  const version = installedVersion() ?? installVersion();
  const folder = mkdtempSync(join(tmpdir(), "facteur-system-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const ids = process.getuid?.() === 0 ? nobody : undefined;
  if (ids) for (const path of [folder, data]) chownSync(path, ids.uid, ids.gid);
  const bin = join(programsFolder, version, "bin");
  const options = { cwd: folder, env: { PATH: "/usr/bin:/bin", LC_ALL: "C" }, ...ids };
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "admin", "-A", "trust", "-E", "UTF8", "--no-sync"], {
    ...options,
    stdio: "pipe",
  });
  writeFileSync(join(data, "pg_hba.conf"), accessRules);
  const port = await freePort();
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${folder}`,
    "fsync=off",
  ];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    {
      ...options,
      stdio: "ignore",
    },
  );
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  t.after(async () => {
    server.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await untilReady(join(data, "postmaster.pid"));
  return { version, port, socketDir: folder, superuser: "admin" };
}

function installedVersion(): string | undefined {
  if (!existsSync(programsFolder)) return undefined;
  const versions = readdirSync(programsFolder).filter((name) =>
    existsSync(join(programsFolder, name, "bin", "postgres")),
  );
  return versions.filter((name) => Number(name) >= versionMin).sort((a, b) => Number(a) - Number(b))[0];
}

function installVersion(): string {
  try {
    const noCluster = "/etc/postgresql-common/createcluster.conf"; // else the package would start a server of its own
    if (!existsSync(noCluster)) {
      mkdirSync("/etc/postgresql-common", { recursive: true });
      writeFileSync(noCluster, "create_main_cluster = false\n");
    }
    const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: "pipe" } as const;
    const wait = ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"];
    execFileSync("apt-get", ["update", "-qq", ...wait], options);
    execFileSync(
      "apt-get",
      ["install", "-y", "-qq", "--no-install-recommends", ...wait, "postgresql"],
      options,
    );
  } catch (error) {
    throw needed((error as Error).message);
  }
  return installedVersion() ?? fail();
}

function fail(): never {
  throw needed("the system's package is too old");
}

function needed(reason: string): Error {
  return new Error(
    `This test needs PostgreSQL ${versionMin} or newer of the system: apt-get install postgresql. (${reason})`,
  );
}

/** A port of the loopback address that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady(note: string): Promise<void> {
  const end = performance.now() + startSecondsMax * 1000;
  while (!(existsSync(note) && readFileSync(note, "utf8").includes("\nready"))) {
    if (performance.now() > end) throw new Error("The system's PostgreSQL did not start.");
    await pause(20);
  }
}
