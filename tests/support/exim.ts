import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually, freePort, isListening } from "./neighbour.ts";

const run = promisify(execFile);

/** A running Exim: it delivers what is for `example.net` into one maildir, and everything else where it is told to. */
export interface Exim {
  readonly port: number;
  log(): string;
  /** The messages in the maildir, oldest first, once there are `count`. */
  messages(count: number): Promise<string[]>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where Exim hands everything on that is not for itself. */
export interface SmartHost {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Where Exim hands on what is not for itself: all of it to a smart host, or mail for some domains to ports of this
 *  machine. */
export type EximWay = SmartHost | { readonly ports: Readonly<Record<string, number>> };

/** Starts Debian's Exim from a configuration of its own. It is unpacked, not installed, since it and Postfix exclude each
 *  other; the user it is compiled for exists only where it runs, in a namespace with an /etc of its own. Needs root. */
export async function startExim(way: EximWay): Promise<Exim> {
  if (process.getuid?.() !== 0)
    throw new Error("Exim cannot be started: it needs root, and this test does not run as root.");
  const folder = await mkdtemp(join(tmpdir(), "facteur-exim-"));
  await chmod(folder, 0o755);
  const program = await unpack(folder);
  const port = await freePort();
  await configure(folder, { program, port, way });
  const script = 'mount --bind "$1" /etc && exec "$2" -bdf -q1s';
  const child = spawn("unshare", ["-m", "sh", "-c", script, "sh", join(folder, "etc"), program], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (bytes: Buffer) => {
    complaints += bytes.toString();
  });
  const logFile = join(folder, "log", "mainlog");
  const log = (): string => `${complaints}${existsSync(logFile) ? readFileSync(logFile, "utf8") : ""}`;
  const messages = async (count: number): Promise<string[]> => {
    const fresh = join(folder, "mail", "new");
    const names = async (): Promise<string[]> => (existsSync(fresh) ? (await readdir(fresh)).sort() : []);
    await eventually(
      async () => (await names()).length >= count,
      () => `Fewer than ${count} messages. Exim logged:\n${log()}`,
    );
    return Promise.all((await names()).map((name) => readFile(join(fresh, name), "utf8")));
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      () => isListening(port),
      () => `Exim did not start. It said:\n${log()}`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, log, messages, stop, [Symbol.asyncDispose]: stop };
}

async function unpack(folder: string): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "-y", "--no-install-recommends", "libidn12"], { env });
    await run("apt-get", ["download", "exim4-daemon-light"], { env, cwd: folder });
  } catch (error) {
    throw new Error("Debian's package exim4-daemon-light could not be fetched with apt-get.", {
      cause: error,
    });
  }
  const names = await readdir(folder);
  const archive = names.find((name) => name.endsWith(".deb")) ?? "";
  await run("dpkg", ["-x", join(folder, archive), join(folder, "root")]);
  return join(folder, "root", "usr", "sbin", "exim4");
}

interface Terms {
  program: string;
  port: number;
  way: EximWay;
}

async function configure(folder: string, terms: Terms): Promise<void> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "mail"])).stdout)),
  );
  for (const name of ["spool", "log", "mail"]) {
    await mkdir(join(folder, name));
    await chown(join(folder, name), uid ?? 0, gid ?? 0);
  }
  const etc = join(folder, "etc");
  await cp("/etc", etc, { recursive: true, verbatimSymlinks: true });
  const users = await readFile("/etc/passwd", "utf8");
  await writeFile(
    join(etc, "passwd"),
    `${users}Debian-exim:x:${uid}:${gid}::/nonexistent:/usr/sbin/nologin\n`,
  );
  await writeFile(join(etc, "group"), `${await readFile("/etc/group", "utf8")}Debian-exim:x:${gid}:\n`);
  await mkdir(join(etc, "exim4"), { recursive: true });
  await writeFile(join(etc, "exim4", "exim4.conf"), settingsOf(folder, terms));
}

/** How mail for others is handed on, in three parts of the configuration. */
function partsOf(way: EximWay): { routers: string; transports: string; authenticators: string } {
  return "ports" in way ? relaying(way.ports) : submitting(way);
}

function relaying(ports: Readonly<Record<string, number>>): ReturnType<typeof partsOf> {
  const ways = Object.entries(ports).map(([domain, port], index) => ({ domain, port, name: `way${index}` }));
  return {
    routers: ways
      .map(
        ({ domain, name }) => `${name}:
  driver = manualroute
  domains = ${domain}
  transport = ${name}
  route_list = * 127.0.0.1 byname
  self = send`,
      )
      .join("\n"),
    transports: ways
      .map(
        ({ port, name }) => `${name}:
  driver = smtp
  port = ${port}
  tls_verify_hosts =
  tls_try_verify_hosts =`,
      )
      .join("\n"),
    authenticators: "",
  };
}

// RFC 4954 without TLS is right on loopback only, where this is.
function submitting({ port, user, password }: SmartHost): ReturnType<typeof partsOf> {
  return {
    routers: `others:
  driver = manualroute
  domains = !example.net
  transport = submission
  route_list = * 127.0.0.1 byname
  self = send`,
    transports: `submission:
  driver = smtp
  port = ${port}
  hosts_require_auth = *
  hosts_require_tls = *
  tls_verify_hosts =
  tls_try_verify_hosts =`,
    authenticators: `plain:
  driver = plaintext
  public_name = PLAIN
  client_send = ^${user}^${password}`,
  };
}

function settingsOf(folder: string, { program, port, way }: Terms): string {
  const { routers, transports, authenticators } = partsOf(way);
  return `
exim_path = ${program}
exim_user = mail
exim_group = mail
never_users =
primary_hostname = exim.example.net
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
qualify_domain = example.net
acl_smtp_rcpt = take
acl_smtp_data = accept
begin acl
take:
  deny domains = example.net
       local_parts = nobody
       message = 550 5.1.1 nobody is unknown here
  accept
begin routers
full:
  driver = redirect
  domains = example.net
  local_parts = full
  allow_fail
  data = :fail: mailbox is full
own:
  driver = accept
  domains = example.net
  transport = box
${routers}
begin transports
box:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  user = mail
  group = mail
${transports}
begin retry
* * F,10m,1s
begin authenticators
${authenticators}
`;
}
