import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { type Core, openCore, type ServiceOptions, startService } from "./app.ts";
import { erasureOf } from "./app-closing.ts";
import { exporter } from "./app-export.ts";
import { type ServicePlace, watchPromises } from "./app-promises.ts";
import { createLog, type Log } from "./base/log.ts";
import { withDotEnv } from "./config/env.ts";
import { readRootKey } from "./config/secrets.ts";
import { describeProblems, publicUrlAt, readSettings } from "./config/settings.ts";
import { type Role, roles, type Settings } from "./config/shape.ts";
import { accountsExist } from "./core/accounts/index.ts";
import { createOwnedAccount, findOwnedAccount, type OwnedAccount } from "./edge/cli/accounts.ts";
import { readCommand, runCommand } from "./edge/cli/run.ts";
import { firstOpenAccount, makeLink } from "./edge/cli/sign-in.ts";
import { welcome } from "./edge/cli/welcome.ts";

const serveHelp = `Usage: facteur serve [--roles http,smtp,worker,retention]

Runs the service until it is told to stop. npm start is the same.

  --roles ROLES              what this process does; several with commas (default: FACTEUR_ROLES, or everything)
  --json                     print the start-up notice as one JSON object
  --help                     this text

Settings come from the environment and .env: docs/settings.md.
`;

const simulateHelp = `Usage: facteur simulate [--days 400]

Runs the whole service on a clock that goes a day at a time, with a data folder and accounts of its own, which it removes
again. Each day mail is sent, every probe of the promises runs, and what must be gone is looked for in every file.
Ends with 1 when something is found that must not be.

  --days DAYS                how many days (default: 400)
  --help                     this text
`;

// By how much V8's heap may grow beyond what was in use at its last full collection: 45 MB, however much is queued. Left to
// itself it lets garbage pile up to several times as much, and what that garbage holds outside the heap with it.
const heapGrowthPercentMax = 120;

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  if (args[0] === "serve") return serveCommand(args.slice(1));
  if (args[0] === "simulate") return simulateCommand(args.slice(1));
  const asked = readCommand(args);
  if (asked.kind !== "command") {
    const stream = asked.kind === "help" ? process.stdout : process.stderr;
    stream.write(asked.text);
    process.exitCode = asked.kind === "help" ? 0 : 2;
    return;
  }
  const settings = settingsOrExit(null);
  if (settings === null) return;
  const log = createLog({ level: settings.logLevel === "info" ? "warn" : settings.logLevel });
  await failing(async () => {
    await using core = await open(settings, log, false);
    const systemAccountId = async () =>
      settings.operator === null ? null : findOwnedAccount(core, settings.operator.address);
    const erasure = erasureOf(core, systemAccountId);
    const promises = watchPromises(core, placeOf(settings), { erasure, onQueued: () => {} });
    const isDevelopment = settings.mode === "development";
    const { publicUrl } = settings.http;
    const parts = { promises, erasure, systemAccountId, exportAccount: exporter(core) };
    const context = { ...core, ...parts, isDevelopment, publicUrl };
    const { output, exitCode, isRefusal } = await runCommand(context, asked);
    (isRefusal ? process.stderr : process.stdout).write(`${output}\n`);
    process.exitCode = exitCode;
  });
}

async function serveCommand(args: string[]): Promise<void> {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(serveHelp);
    return;
  }
  const asJson = args.includes("--json");
  const rest = args.filter((arg) => arg !== "--json");
  const wantedRoles =
    rest[0] === "--roles" ? (rest[1] ?? "") : rest[0]?.startsWith("--roles=") ? rest[0].slice(8) : null;
  if (rest.length > 0 && wantedRoles === null) {
    process.stderr.write(`serve does not know "${rest.join(" ")}".\n\n${serveHelp}`);
    process.exitCode = 2;
    return;
  }
  const settings = settingsOrExit(wantedRoles);
  if (settings === null) return;
  setFlagsFromString(`--heap-growing-percent=${heapGrowthPercentMax}`);
  const log = createLog({ level: settings.logLevel });
  await failing(() => serve(settings, log, asJson));
}

// Beside the settings of this installation: a simulation touches nothing of it.
async function simulateCommand(args: string[]): Promise<void> {
  const [name = "--days=400", value = ""] = args;
  const text = name === "--days" ? value : (/^--days=(.*)$/.exec(name)?.[1] ?? "");
  const isHelp = args.includes("--help") || args.includes("-h");
  if (isHelp || !/^[1-9]\d{0,3}$/.test(text) || args.length > (name === "--days" ? 2 : 1)) {
    (isHelp ? process.stdout : process.stderr).write(simulateHelp);
    process.exitCode = isHelp ? 0 : 2;
    return;
  }
  // Loaded when it is wanted: the service itself has no use for it.
  const { Simulation } = await import("./app-simulation.ts");
  const say = (line: string) => process.stdout.write(`${line}\n`);
  await failing(async () => {
    const jumps = Array.from({ length: Number(text) }, () => 1);
    const { assertions, violations } = await Simulation.run(jumps, say);
    say(`${assertions} assertions, ${violations.length} violations`);
    process.exitCode = violations.length === 0 ? 0 : 1;
  });
}

async function serve(settings: Settings, log: Log, asJson: boolean): Promise<void> {
  const stopped = untilAskedToStop();
  await using core = await open(settings, log, settings.roles.includes("worker"));
  const { made, systemAccountId } = await firstAccount(settings, core);
  const service = await startService(core, { ...optionsOf(settings), systemAccountId });
  try {
    log.info("service.started", { roles: settings.roles, nodeId: core.nodeId });
    if (service.address !== null) {
      const publicUrl = publicUrlAt(settings, service.address.port);
      const hasAccount = await core.database.read({ role: "operator" }, accountsExist);
      const isDevelopment = settings.mode === "development";
      const signInUrl = isDevelopment ? await linkToFirst(core, publicUrl) : null;
      const { submission, inbound } = service;
      const news = { publicUrl, made, hasAccount, signInUrl, isDevelopment, submission, inbound, asJson };
      process.stdout.write(welcome(news));
    }
    await stopped;
    log.info("service.stopping");
  } finally {
    // Also when the database was lost a moment ago: what listens and delivers would keep the process, and the port, for
    // good, without a database.
    await service.stop();
  }
  log.info("service.stopped");
}

/** The operator has an account of its own, from which the service's own mail is sent. Without an operator, in
 *  development, the very first start makes an account to begin with. */
async function firstAccount(
  settings: Settings,
  core: Core,
): Promise<{ made: OwnedAccount | null; systemAccountId: bigint | null }> {
  const { operator } = settings;
  const exists = await core.database.read({ role: "operator" }, accountsExist);
  if (operator === null) {
    const wish = { address: "owner@facteur.example", name: "First account" };
    return { made: exists ? null : await createOwnedAccount(core, wish), systemAccountId: null };
  }
  const known = await findOwnedAccount(core, operator.address);
  if (known !== null) return { made: null, systemAccountId: known };
  const made = await createOwnedAccount(core, { address: operator.address, name: operator.name });
  return { made, systemAccountId: made.account.id };
}

/** The link with which a developer opens the dashboard; null when there is nothing to open. */
async function linkToFirst(core: Core, publicUrl: string): Promise<string | null> {
  const accountId = await firstOpenAccount(core);
  return accountId === null ? null : (await makeLink({ ...core, publicUrl }, accountId)).signInUrl;
}

/** Where a command finds the running service; null when the system chose its port. */
function placeOf({ http: { host, port, tls, isTlsInFront } }: Settings): ServicePlace | null {
  if (port === 0) return null;
  const url = `${tls === null ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return () => ({ url, hasTlsInFront: isTlsInFront });
}

function settingsOrExit(wantedRoles: string | null): Settings | null {
  const source = withDotEnv(process.env, process.cwd());
  const reading = readSettings(wantedRoles === null ? source : { ...source, FACTEUR_ROLES: wantedRoles });
  if (reading.kind === "refused") {
    process.stderr.write(`${describeProblems(reading.problems)}\n`);
    process.exitCode = 1;
    return null;
  }
  for (const warning of reading.warnings) process.stderr.write(`Note: ${warning}\n`);
  return reading.settings;
}

async function open(settings: Settings, log: Log, delivers: boolean): Promise<Core> {
  return openCore({
    dataFolder: settings.dataFolder,
    databaseUrl: settings.databaseUrl?.reveal() ?? null,
    rootKey: await readRootKey(settings.rootKey),
    log,
    delivers,
  });
}

function optionsOf(settings: Settings): Omit<ServiceOptions, "systemAccountId"> {
  const { delivery, http, inbound, limits, submission } = settings;
  const { helo, resolver, tlsCaFile, way } = delivery;
  const role = new Set<Role>(settings.roles.length > 0 ? settings.roles : roles);
  return {
    roles: role,
    http: {
      host: http.host,
      port: http.port,
      tls: http.tls === null ? null : { certFile: http.tls.certificateFile, keyFile: http.tls.keyFile },
      proxies: http.proxies,
    },
    submission: submissionOf(submission),
    inbound,
    publicUrl: http.publicUrl,
    linksUrl: http.linksUrl,
    linkHosts: settings.linkHosts,
    trackingLimit: delivery.tracking,
    machineNetworks: delivery.machineNetworks,
    countriesFile: delivery.countriesFile,
    isDevelopment: settings.mode === "development",
    dashboardFolder: path.resolve(import.meta.dirname, "../web/dist"),
    delivery:
      way.kind === "smarthost"
        ? {
            kind: "smart_host",
            smartHost: {
              host: way.host,
              port: way.port,
              implicitTls: way.tls === "implicit",
              auth:
                way.login === null ? null : { user: way.login.user, password: way.login.password.reveal() },
            },
          }
        : way,
    fixedRoutes: delivery.routes,
    resolver: {
      servers:
        resolver === null
          ? []
          : [`${resolver.host.includes(":") ? `[${resolver.host}]` : resolver.host}:${resolver.port}`],
      validating: resolver?.validates ?? false,
    },
    heloName: helo,
    sourceAddresses: delivery.sourceAddresses,
    warmUps: delivery.warmUps,
    returnPathDomain: delivery.returnPath,
    controller: settings.operator,
    systemSender: {
      address:
        settings.operator?.address ??
        `postmaster@${helo.includes(".") && !helo.startsWith("[") ? helo : "facteur.example"}`,
      name: settings.operator?.name ?? "Facteur",
    },
    operatorNames: {
      spfInclude: delivery.returnPath ?? helo,
      returnPathTarget: delivery.returnPath ?? helo,
      sourceAddresses: delivery.sourceAddresses,
    },
    allowsPrivateWebhooks: delivery.allowsPrivateWebhooks,
    ca: tlsCaFile === null ? null : [readFileSync(tlsCaFile, "utf8")],
    dayQuotaDefault: limits.recipientsPerDay ?? Number.POSITIVE_INFINITY,
    requestsPerSecond: limits.requestsPerSecond,
    hasTlsInFront: http.isTlsInFront,
    metricsToken: settings.metricsToken?.reveal() ?? null,
  };
}

function submissionOf({
  host,
  port,
  implicitTls,
  tls,
}: Settings["submission"]): ServiceOptions["submission"] {
  const certificate = tls === null ? null : { certFile: tls.certificateFile, keyFile: tls.keyFile };
  return { host, port, implicitTls, certificate };
}

function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

/** Says in one sentence why it ended; the stack is for a defect only, and goes to the log level debug. */
async function failing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isDefect =
      !(error instanceof Error) || error instanceof TypeError || process.env.FACTEUR_LOG === "debug";
    process.stderr.write(`${isDefect && error instanceof Error ? error.stack : (error as Error).message}\n`);
    process.exitCode = 1;
  }
}
