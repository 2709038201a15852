// Plain JavaScript for any Node >= 20: this runs before anything is installed.
import { spawn } from "node:child_process";
import module from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ensureDashboard } from "./dashboard.mjs";
import { ensureInstalled } from "./install.mjs";
import { isTooOld, newerNode, noteNode } from "./node-version.mjs";
import { ended } from "./processes.mjs";
import { countSignalsOnce } from "./signals.mjs";
import { v8Flags } from "./v8-flags.mjs";

/** The folder of this clone. */
export const clone = fileURLToPath(new URL("..", import.meta.url));

/** Runs a file of this clone as `node entry …args` would, with the locked dependencies in place and under a Node
 *  that can run it: in this process when it can, else in a child that gets our signals and whose end is ours.
 *  False when that could not be prepared; the reason has then been said.
 *  @param dashboard whether what runs shows it: then it is built first where it is missing or old */
export async function launch({
  entry,
  args,
  development = false,
  dashboard = false,
  folder = clone,
  version = process.versions.node,
}) {
  const file = path.resolve(folder, entry);
  let newer = null;
  try {
    newer = await prepare(folder, { development, dashboard, version });
  } catch (error) {
    console.error(`facteur: ${error.message}`);
    process.exitCode = 1;
    return false;
  }
  stopWithNpm();
  keepCompiled(folder);
  if (newer === null) await runHere(file, args);
  else endAs(await runUnder(newer, file, args));
  return true;
}

/** All that a fresh clone lacks, at the same time: most of it is waiting for the network. Answers the Node to run
 *  under; null is this one. */
async function prepare(folder, { development, dashboard, version }) {
  const node = isTooOld(version) ? newerNode(folder) : Promise.resolve(null);
  const nodeOfBuild = node.then((newer) => newer ?? process.execPath);
  // The first failure is the one that is told.
  for (const each of [node, nodeOfBuild]) each.catch(() => {});
  const [newer] = await Promise.all([
    node,
    ensureInstalled(folder, { development }),
    dashboard ? ensureDashboard(folder, { development, node: nodeOfBuild }) : null,
  ]);
  // Only now: an installation begins by emptying the folder that the note is in.
  if (newer !== null) noteNode(folder, newer);
  return newer;
}

async function runHere(file, args) {
  process.env.PATH = withNodeFirst(process.execPath);
  process.argv = [process.execPath, file, ...args];
  quietTypeStripping();
  countSignalsOnce();
  await import(pathToFileURL(file).href);
}

async function runUnder(node, file, args) {
  const withParent = fileURLToPath(new URL("with-parent.mjs", import.meta.url));
  const child = spawn(node, [...v8Flags, "--import", pathToFileURL(withParent).href, file, ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: withNodeFirst(node) },
  });
  return ended(child);
}

// How soon a server notices that the npm above it is gone.
const parentPollMs = 250;

/** npm starts commands below a shell, and a shell that is told to stop does so without telling us; a killed npm
 *  tells nobody. Either would leave a server behind that holds the port, so losing the parent counts as SIGTERM.
 *  Only below npm: a server put into the background by a script is meant to outlive it. */
function stopWithNpm() {
  if (!["start", "test", "npx"].includes(process.env.npm_lifecycle_event ?? "")) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, parentPollMs);
  watch.unref();
}

/** Types are stripped and code is compiled once, not at each start: a command took 0.95 s of processor time, and takes 0.37.
 *  Kept beside the dependencies, by the file's contents; whoever may not write there starts as before. */
function keepCompiled(folder) {
  process.env.NODE_COMPILE_CACHE ??= path.join(folder, "node_modules", ".facteur", "compiled");
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
}

/** Tools started by name (`#!/usr/bin/env node`) find the Node that runs us, not an older one of the system. */
function withNodeFirst(node) {
  const folder = path.dirname(node);
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders[0] === folder ? folders.join(path.delimiter) : [folder, ...folders].join(path.delimiter);
}

/** Node 22 announces on every start that it runs TypeScript; whoever starts a mail server cannot act on that. */
function quietTypeStripping() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (rest[0] === "ExperimentalWarning" && String(warning).startsWith("Type Stripping")) return;
    emitWarning.call(process, warning, ...rest);
  };
}

/** Ends as the child ended, so that whoever started us sees the same code or the same signal. */
function endAs({ code, signal }) {
  if (signal === null) process.exitCode = code ?? 1;
  else process.kill(process.pid, signal);
}
