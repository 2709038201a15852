// Plain JavaScript for any Node >= 20: this runs before anything is installed.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, takeTurn } from "./install.mjs";
import { captured } from "./processes.mjs";

// Only these make a difference to what is built; README and tests do not.
const sources = ["src", "public", "index.html", "vite.config.ts", "package.json", "package-lock.json"];

/** Builds the dashboard when `web/dist` is missing or was made from other sources. Never throws: mail goes out
 *  without a dashboard too, so a failure is said and the service starts.
 *  @param node a promise of the Node that runs the build */
export async function ensureDashboard(folder, { development, node }) {
  const web = path.join(folder, "web");
  if (!existsSync(path.join(web, "package.json"))) return;
  try {
    const isBuilt = readStamp(web) === fingerprint(web);
    // The tests check types, and that needs more than the build does.
    if (!isBuilt || development) await ensureInstalled(web, { development });
    if (!isBuilt) await build(web, await node);
  } catch (error) {
    const old = existsSync(path.join(web, "dist", "index.html"));
    console.error(
      `facteur: the dashboard could not be built${old ? " and is an older one" : ""}; everything else works.\n${error.message}`,
    );
  }
}

async function build(web, node) {
  const giveBack = await takeTurn(web);
  try {
    // Another command may have built it meanwhile.
    if (readStamp(web) !== fingerprint(web)) await buildNow(web, node);
  } finally {
    giveBack();
  }
}

async function buildNow(web, node) {
  console.error("facteur: building the dashboard …");
  const wanted = fingerprint(web);
  const fresh = path.join(web, `.build-${process.pid}`);
  try {
    const vite = path.join("node_modules", "vite", "bin", "vite.js");
    const result = await captured(
      { command: node, args: [vite, "build", "--logLevel", "warn", "--outDir", fresh] },
      web,
    );
    if (result.code !== 0) throw new Error(`${result.stdout}${result.stderr}`.trim());
    writeFileSync(path.join(fresh, ".built"), wanted);
    // Replaced whole, so that nobody ever meets half of it.
    rmSync(path.join(web, "dist"), { recursive: true, force: true });
    renameSync(fresh, path.join(web, "dist"));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** One hash over everything that is built from. */
export function fingerprint(web) {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((name) => filesOf(web, name)))
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(web, file)))
      .update("\0");
  return hash.digest("hex");
}

function filesOf(web, name) {
  if (/\.\w+$/.test(name)) return existsSync(path.join(web, name)) ? [name] : [];
  if (!existsSync(path.join(web, name))) return [];
  return readdirSync(path.join(web, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.ts$/.test(entry.name))
    .map((entry) => path.relative(web, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function readStamp(web) {
  try {
    return readFileSync(path.join(web, "dist", ".built"), "utf8");
  } catch {
    return "";
  }
}
