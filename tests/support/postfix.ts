import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { eventually, freePort, isListening } from "./neighbour.ts";
import type { ThrowawayCertificate } from "./tls.ts";

const run = promisify(execFile);

/** A running Postfix that delivers everything for `example.net` into one maildir, and relays what its settings let it. */
export interface Postfix {
  readonly port: number;
  /** What Postfix has logged so far. */
  log(): string;
  /** Returns once the log has such a line, or fails the test with the whole log. */
  logged(line: RegExp): Promise<void>;
  /** The messages in the maildir, oldest first, once there are `count`. */
  messages(count: number): Promise<string[]>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PostfixOptions {
  readonly tls: ThrowawayCertificate;
  /** Lines for main.cf, which win over the usual ones. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts Debian's Postfix from a configuration of its own, on a free port; `await using` stops it and leaves
 *  nothing behind. Installs the package when it is missing; where that is impossible, says what is. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  await ensureInstalled();
  const folder = await mkdtemp(join(tmpdir(), "facteur-postfix-"));
  const port = await freePort();
  await configure(folder, port, options);
  await run("postfix", ["-c", join(folder, "config"), "check"]);
  const master = spawn("postfix", ["-c", join(folder, "config"), "start-fg"], { stdio: "ignore" });
  const logFile = join(folder, "log");
  const log = (): string => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");

  const logged = (line: RegExp): Promise<void> =>
    eventually(
      async () => line.test(log()),
      () => `Postfix never logged ${line}. It logged:\n${log()}`,
    );
  const messages = async (count: number): Promise<string[]> => {
    const fresh = join(folder, "mail", "box", "new");
    const names = async (): Promise<string[]> => (existsSync(fresh) ? (await readdir(fresh)).sort() : []);
    await eventually(
      async () => (await names()).length >= count,
      () => `Fewer than ${count} messages. Log:\n${log()}`,
    );
    return Promise.all((await names()).map((name) => readFile(join(fresh, name), "utf8")));
  };
  const stop = async (): Promise<void> => {
    if (master.exitCode === null && master.signalCode === null) {
      const ended = once(master, "exit");
      await run("postfix", ["-c", join(folder, "config"), "stop"]).catch(() => master.kill());
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const postfix = { port, log, logged, messages, stop, [Symbol.asyncDispose]: stop };
  try {
    await eventually(
      () => isListening(port),
      () => `Postfix did not start. It logged:\n${log()}`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return postfix;
}

async function ensureInstalled(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error("Postfix cannot be started: it needs root, and this test does not run as root.");
  if (existsSync("/usr/sbin/postfix")) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "-y", "--no-install-recommends", "postfix"], { env });
  } catch (error) {
    throw new Error(
      "Postfix is missing, and `apt-get install postfix` failed. Install Debian's package postfix.",
      { cause: error },
    );
  }
}

async function configure(folder: string, port: number, { tls, settings }: PostfixOptions): Promise<void> {
  const config = join(folder, "config");
  const mail = join(folder, "mail");
  // Postfix gives up root: its own user must get through to the queue and the maildir.
  await chmod(folder, 0o755);
  for (const name of ["config", "queue", "data", "mail"]) await mkdir(join(folder, name), { mode: 0o755 });
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "postfix"])).stdout)),
  );
  for (const name of ["data", "mail"]) await chown(join(folder, name), uid ?? 0, gid ?? 0);
  await writeFile(join(config, "key.pem"), tls.key, { mode: 0o600 });
  await writeFile(join(config, "cert.pem"), tls.cert);
  const main = {
    compatibility_level: "3.6",
    queue_directory: join(folder, "queue"),
    data_directory: join(folder, "data"),
    maillog_file: join(folder, "log"),
    maillog_file_prefixes: folder,
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    myhostname: "mx.example.net",
    mydestination: "",
    mynetworks: "",
    alias_maps: "",
    smtpd_peername_lookup: "no",
    smtpd_relay_restrictions: "reject_unauth_destination",
    virtual_mailbox_domains: "example.net",
    virtual_mailbox_base: mail,
    virtual_mailbox_maps: "static:box/",
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    virtual_minimum_uid: "1",
    smtpd_tls_security_level: "may",
    smtpd_tls_cert_file: join(config, "cert.pem"),
    smtpd_tls_key_file: join(config, "key.pem"),
    smtpd_tls_loglevel: "1",
    smtpd_tls_received_header: "yes",
    smtputf8_enable: "yes",
    ...settings,
  };
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(join(config, "main.cf"), lines.join(""));
  await writeFile(join(config, "master.cf"), masterOf(port));
}

/** Only the services that are needed to receive, to deliver into a maildir, and to relay. */
function masterOf(port: number): string {
  const services = [
    [`127.0.0.1:${port}`, "inet", "n", "-", "n", "-", "-", "smtpd"],
    ["cleanup", "unix", "n", "-", "n", "-", "0", "cleanup"],
    ["qmgr", "unix", "n", "-", "n", "300", "1", "qmgr"],
    ["rewrite", "unix", "-", "-", "n", "-", "-", "trivial-rewrite"],
    ["bounce", "unix", "-", "-", "n", "-", "0", "bounce"],
    ["defer", "unix", "-", "-", "n", "-", "0", "bounce"],
    ["trace", "unix", "-", "-", "n", "-", "0", "bounce"],
    ["tlsmgr", "unix", "-", "-", "n", "1000?", "1", "tlsmgr"],
    ["proxymap", "unix", "-", "-", "n", "-", "-", "proxymap"],
    ["anvil", "unix", "-", "-", "n", "-", "1", "anvil"],
    ["virtual", "unix", "-", "n", "n", "-", "-", "virtual"],
    ["relay", "unix", "-", "-", "n", "-", "-", "smtp"],
    ["smtp", "unix", "-", "-", "n", "-", "-", "smtp"],
    ["postlog", "unix-dgram", "n", "-", "n", "-", "1", "postlogd"],
  ];
  return services.map((fields) => `${fields.join(" ")}\n`).join("");
}
