// Plain JavaScript for any Node >= 20: this runs before anything is installed.
import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { captured, npm } from "./processes.mjs";

// Long enough for a slow line; a second command waits this long for the installation of the first.
const turnWaitMsMax = 600_000;
const turnPollMs = 200;

/** Installs the locked dependencies when they are missing or older than package-lock.json. `development` says that
 *  the tools of the tests are needed too; the server runs without them. */
export async function ensureInstalled(folder, { development }) {
  if (isCurrent(folder, development)) return;
  const giveBack = await takeTurn(folder);
  try {
    if (!isCurrent(folder, development)) await install(folder, development);
  } finally {
    giveBack();
  }
}

async function install(folder, development) {
  // What a server is running on stays where it is: the tools of the tests are added beside it.
  const isAddition = development && isCurrent(folder, false);
  const verb = isAddition ? ["install", "--no-save"] : ["ci"];
  console.error(`facteur: installing the locked dependencies of ${path.basename(folder)} (npm ${verb[0]}) …`);
  const scope = development ? "--include=dev" : "--omit=dev";
  const result = await captured(npm([...verb, scope, "--no-audit", "--no-fund", "--loglevel=error"]), folder);
  if (result.signal !== null) throw new Error(`The installation was stopped by ${result.signal}.`);
  if (result.code !== 0)
    throw new Error(
      `The dependencies could not be installed in ${folder}: npm ${verb[0]} ended with code ${result.code}.\n` +
        `${result.stdout}${result.stderr}`.trim(),
    );
  const missing = missingPackages(folder, development);
  if (missing.length > 0)
    throw new Error(
      `npm ${verb[0]} ended well, but these are missing from ${folder}: ${missing.join(", ")}.`,
    );
  writeStamp(folder);
}

/** True when node_modules holds what package-lock.json names. The stamp makes that one hash; without it (somebody
 *  ran `npm ci` by hand) the versions are compared one by one. */
function isCurrent(folder, development) {
  const stamp = read(stampPath(folder));
  if (stamp === `${fingerprint(folder)} all` || (!development && stamp === `${fingerprint(folder)} runtime`))
    return true;
  if (missingPackages(folder, development).length > 0) return false;
  writeStamp(folder);
  return true;
}

/** The packages that the lock names for this machine and that are absent or of another version. */
export function missingPackages(folder, development) {
  const locked = JSON.parse(read(path.join(folder, "package-lock.json")) || "{}").packages ?? {};
  const present =
    JSON.parse(read(path.join(folder, "node_modules", ".package-lock.json")) || "{}").packages ?? {};
  return Object.keys(locked).filter(
    (name) =>
      name !== "" &&
      isWanted(locked[name], development) &&
      (locked[name].version !== present[name]?.version ||
        locked[name].integrity !== present[name]?.integrity),
  );
}

function isWanted(entry, development) {
  if ((entry.dev || entry.devOptional) && !development) return false;
  if (!entry.optional && !entry.devOptional) return true;
  // An optional package is wanted when it is built for this machine. Those that name a C library, or no machine
  // at all, are left to npm, which knows better.
  if (!entry.os || !entry.cpu || entry.libc) return false;
  return entry.os.includes(process.platform) && entry.cpu.includes(process.arch);
}

const stampPath = (folder) => path.join(folder, "node_modules", ".facteur", "installed");

function fingerprint(folder) {
  const lock = readFileSync(path.join(folder, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform}-${process.arch}`;
}

function writeStamp(folder) {
  const scope = missingPackages(folder, true).length === 0 ? "all" : "runtime";
  try {
    mkdirSync(path.dirname(stampPath(folder)), { recursive: true });
    writeFileSync(stampPath(folder), `${fingerprint(folder)} ${scope}`);
  } catch {
    // Installed by another user and not ours to write: the next start compares the versions again.
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Two commands started together must not install into the same folder together: npm ci begins by emptying it. Answers
 *  what gives the turn back. */
export async function takeTurn(folder) {
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  const lock = path.join(os.tmpdir(), `facteur-install-${name}-${process.getuid?.() ?? 0}`);
  for (let waited = 0; waited < turnWaitMsMax; waited += turnPollMs) {
    try {
      createWhole(lock, String(process.pid));
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") return () => {};
      if (!isAlive(Number(read(lock)))) rmSync(lock, { force: true });
      else await sleep(turnPollMs);
    }
  }
  throw new Error(`Another command has been installing for too long; if none is running, remove ${lock}.`);
}

// A link appears with its content. A file that is created and then written looks empty in between, as if its holder were
// gone, and a second command took the turn from the first.
function createWhole(file, text) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
