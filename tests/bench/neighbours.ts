import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

// Debian's packages put them here, which is not in everybody's path.
const programs = { postfix: "/usr/sbin/postfix", opendkim: "/usr/sbin/opendkim" };
const patienceMs = 20_000;

/** Installs what we are measured beside, as root with apt-get, or says what is missing.
 *  @throws Error with what to do */
export async function ensureNeighbours(): Promise<void> {
  const missing = Object.entries(programs).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
  const isRoot = process.getuid?.() === 0;
  if (missing.length > 0 && isRoot) {
    console.error(`installing ${missing.join(" and ")} …`);
    // Run level 1: the packages shall not start servers of their own.
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    await run("apt-get", ["update", "-q"], { env }).catch(() => undefined);
    await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...missing], { env }).catch(
      () => undefined,
    );
  }
  const left = Object.entries(programs).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
  if (left.length > 0) {
    throw new Error(`Not installed: ${left.join(", ")}. As root: apt-get install ${left.join(" ")}`);
  }
  if (!isRoot)
    throw new Error("Postfix can be started by root only. Or measure without it: --without-postfix");
}

/** A Postfix of our own beside any that the machine has. */
export interface BenchPostfix {
  port: number;
  /** Its first process, and that of OpenDKIM when it signs. */
  pids: number[];
  version: string;
  stop(): Promise<void>;
}

export interface BenchPostfixOptions {
  /** Where it delivers to; null keeps everything in its HOLD queue, which is as durable and delivers nothing. */
  sinkPort: number | null;
  /** Signs with RSA-2048 for this domain, with OpenDKIM over a unix socket. */
  signsFor: string | null;
  /** Where mail for `proofDomain` goes, to be looked at. */
  proofPort?: number;
}

/** Mail to this domain is looked at instead of counted. */
export const proofDomain = "proof.example.net";

/** Starts Debian's Postfix with Debian's settings, but for ports, folders, and what it does with the mail. */
export async function startBenchPostfix(options: BenchPostfixOptions): Promise<BenchPostfix> {
  const folder = await mkdtemp(join(tmpdir(), "facteur-bench-postfix-"));
  await chmod(folder, 0o755);
  const port = await freePort();
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const signer = options.signsFor === null ? null : await startOpenDkim(folder, options.signsFor);
    if (signer !== null) stops.push(signer.stop);
    await configure(folder, port, { ...options, milter: signer?.socket ?? null });
    const config = join(folder, "config");
    const master = spawn(programs.postfix, ["-c", config, "start-fg"], { stdio: "ignore" });
    stops.push(async () => {
      const ended = once(master, "exit");
      await run(programs.postfix, ["-c", config, "stop"]).catch(() => master.kill());
      await ended;
    });
    await eventually(() => isListening(port), "Postfix did not start.");
    const { stdout } = await run("/usr/sbin/postconf", ["-d", "mail_version"]);
    const version = stdout.split("=")[1]?.trim() ?? "";
    // start-fg waits for the daemon as its child: everything that works is below it.
    return { port, pids: [master.pid ?? 0, ...(signer === null ? [] : [signer.pid])], version, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function configure(
  folder: string,
  port: number,
  { sinkPort, milter, proofPort }: BenchPostfixOptions & { milter: string | null },
): Promise<void> {
  const config = join(folder, "config");
  for (const name of ["config", "queue", "data"]) await mkdir(join(folder, name), { mode: 0o755 });
  await chown(join(folder, "data"), await idOf("-u"), await idOf("-g"));
  const held = { smtpd_client_restrictions: "check_client_access static:HOLD" };
  const signed = { smtpd_milters: `unix:${milter}`, milter_default_action: "tempfail" };
  const main = {
    compatibility_level: "3.6",
    queue_directory: join(folder, "queue"),
    data_directory: join(folder, "data"),
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    myhostname: "bench.example.net",
    mydestination: "",
    mynetworks: "127.0.0.0/8",
    alias_maps: "",
    // Asking the DNS for the client's name would only cost it time.
    smtpd_peername_lookup: "no",
    relayhost: `[127.0.0.1]:${sinkPort ?? 9}`,
    ...(sinkPort === null ? held : {}),
    ...(milter === null ? {} : signed),
    ...(proofPort === undefined
      ? {}
      : { transport_maps: `inline:{ ${proofDomain}=smtp:[127.0.0.1]:${proofPort} }` }),
  };
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(join(config, "main.cf"), lines.join(""));
  await writeFile(join(config, "master.cf"), masterOf(port));
}

/** Debian's master.cf, without chroot and with the services that take part. */
function masterOf(port: number): string {
  const services = [
    [`127.0.0.1:${port}`, "inet", "n", "-", "n", "-", "-", "smtpd"],
    ["pickup", "unix", "n", "-", "n", "60", "1", "pickup"],
    ["cleanup", "unix", "n", "-", "n", "-", "0", "cleanup"],
    ["qmgr", "unix", "n", "-", "n", "300", "1", "qmgr"],
    ["tlsmgr", "unix", "-", "-", "n", "1000?", "1", "tlsmgr"],
    ["rewrite", "unix", "-", "-", "n", "-", "-", "trivial-rewrite"],
    ["bounce", "unix", "-", "-", "n", "-", "0", "bounce"],
    ["defer", "unix", "-", "-", "n", "-", "0", "bounce"],
    ["trace", "unix", "-", "-", "n", "-", "0", "bounce"],
    ["verify", "unix", "-", "-", "n", "-", "1", "verify"],
    ["flush", "unix", "n", "-", "n", "1000?", "0", "flush"],
    ["proxymap", "unix", "-", "-", "n", "-", "-", "proxymap"],
    ["smtp", "unix", "-", "-", "n", "-", "-", "smtp"],
    ["relay", "unix", "-", "-", "n", "-", "-", "smtp"],
    ["error", "unix", "-", "-", "n", "-", "-", "error"],
    ["retry", "unix", "-", "-", "n", "-", "-", "error"],
    ["anvil", "unix", "-", "-", "n", "-", "1", "anvil"],
    ["scache", "unix", "-", "-", "n", "-", "1", "scache"],
    ["postlog", "unix-dgram", "n", "-", "n", "-", "1", "postlogd"],
  ];
  return services.map((fields) => `${fields.join(" ")}\n`).join("");
}

async function startOpenDkim(
  folder: string,
  domain: string,
): Promise<{ socket: string; pid: number; stop: () => Promise<void> }> {
  const key = join(folder, "rsa.key");
  await run("openssl", ["genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key]);
  await chmod(key, 0o600);
  const socket = join(folder, "milter");
  const settings = {
    Mode: "s",
    Domain: domain,
    Selector: "bench",
    KeyFile: key,
    Canonicalization: "relaxed/relaxed",
    OversignHeaders: "From",
    Socket: `local:${socket}`,
    UMask: "000",
    Background: "no",
    Syslog: "no",
    // The folder for temporary files is everybody's.
    RequireSafeKeys: "no",
  };
  const file = join(folder, "opendkim.conf");
  await writeFile(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(""),
  );
  const child = spawn(programs.opendkim, ["-f", "-x", file], { stdio: "ignore" });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  await eventually(async () => existsSync(socket), "OpenDKIM did not start.").catch(async (error) => {
    await stop();
    throw error;
  });
  return { socket, pid: child.pid ?? 0, stop };
}

async function idOf(flag: "-u" | "-g"): Promise<number> {
  return Number((await run("id", [flag, "postfix"])).stdout);
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Whether something listens on a port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Waits for something that takes a moment. @throws Error after twenty seconds */
export async function eventually(isSo: () => Promise<boolean>, complaint: string): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(complaint);
    await pause(20);
  }
}
