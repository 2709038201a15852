import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How to call npm: the one that started us, else the one in the PATH. */
export function npm(args) {
  const own = process.env.npm_execpath ?? "";
  if (path.basename(own) === "npm-cli.js") return { command: process.execPath, args: [own, ...args] };
  return { command: "npm", args, shell: process.platform === "win32" };
}

/** npm refuses to work without a cache it can write to, and accounts of services often have no home at all. Theirs is
 *  kept in the clone: in a folder that everybody can write to, somebody else could put a Node of their own. */
export function npmEnvironment(folder, environment = process.env) {
  const cache = environment.npm_config_cache ?? path.join(os.homedir(), ".npm");
  if (canWrite(cache)) return environment;
  return { ...environment, npm_config_cache: path.join(folder, ".npm-cache") };
}

function canWrite(folder) {
  let nearest = path.resolve(folder);
  while (!existsSync(nearest) && path.dirname(nearest) !== nearest) nearest = path.dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return statSync(nearest).isDirectory();
  } catch {
    return false;
  }
}

/** Runs a program to its end and keeps what it prints. */
export function captured({ command, args, shell = false }, cwd) {
  const child = spawn(command, args, {
    cwd,
    shell,
    env: npmEnvironment(cwd),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8");
    child[stream].on("data", (text) => {
      output[stream] += text;
    });
  }
  return ended(child).then(
    (end) => ({ ...end, ...output }),
    (error) => ({ code: 127, signal: null, stdout: "", stderr: String(error.message) }),
  );
}

/** Waits for a child, hands it every signal that reaches us meanwhile, and so never leaves it behind. */
export function ended(child) {
  const handlers = forwarded.map((signal) => [signal, () => child.kill(signal)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  }).finally(() => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  });
}
