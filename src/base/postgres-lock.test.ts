import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { enterUsers, hasUsers, ownMark, withLock } from "./postgres-lock.ts";

const parent = mkdtempSync(join(tmpdir(), "facteur-lock-"));
after(() => rmSync(parent, { recursive: true, force: true }));
let folders = 0;

function freshFolder(): string {
  folders += 1;
  return join(parent, String(folders));
}

// Notes when it has the lock, then holds it until it is killed.
const holder = `
  import { appendFileSync } from "node:fs";
  import { withLock } from ${JSON.stringify(fileURLToPath(new URL("./postgres-lock.ts", import.meta.url)))};
  await withLock(process.argv[1], async () => {
    console.log("held");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });`;

async function startHolder(folder: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", holder, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
}

test("only one holds the lock at a time", async () => {
  const folder = freshFolder();
  let holders = 0;
  const work = async () => {
    holders += 1;
    assert.equal(holders, 1);
    await pause(2);
    holders -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, () => withLock(folder, work)));
  assert.equal(readdirSync(folder).length, 1, "one file is left, however often the lock was taken");
});

test("the lock of a living process is waited for, that of a killed one taken over", async () => {
  const folder = freshFolder();
  const kill = await startHolder(folder);
  let isHeld = false;
  const waiting = withLock(folder, async () => {
    isHeld = true;
  });
  await pause(200);
  assert.equal(isHeld, false);
  await kill();
  await waiting;
  assert.equal(isHeld, true);
});

test("many who find a stale lock take it one after the other", async () => {
  const folder = freshFolder();
  const kill = await startHolder(folder);
  await kill();
  let holders = 0;
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withLock(folder, async () => {
        holders += 1;
        assert.equal(holders, 1);
        await pause(1);
        holders -= 1;
      }),
    ),
  );
});

test("a number that was given to another process does not keep the lock", async () => {
  const folder = freshFolder();
  await withLock(folder, async () => undefined);
  writeFileSync(join(folder, "lock.9"), JSON.stringify({ ...ownMark(), started: "another time" }));
  assert.equal(await withLock(folder, async () => "taken"), "taken");
});

test("the same number and the same tick of an earlier boot do not keep the lock", {
  skip: !existsSync("/proc"),
}, async () => {
  const folder = freshFolder();
  await withLock(folder, async () => undefined);
  const { pid, started } = ownMark();
  const ticks = started.split("/").at(-1);
  writeFileSync(join(folder, "lock.2"), JSON.stringify({ pid, started: `an-earlier-boot/${ticks}` }));
  assert.equal(await withLock(folder, async () => "held"), "held");
});

test("the lock is released when the work fails", async () => {
  const folder = freshFolder();
  await assert.rejects(
    withLock(folder, () => Promise.reject(new Error("no"))),
    /no/,
  );
  assert.equal(await withLock(folder, async () => "taken"), "taken");
});

test("a folder has users until the last leaves, and the dead do not count", () => {
  const folder = freshFolder();
  const leaveOne = enterUsers(folder);
  const leaveTwo = enterUsers(folder);
  leaveOne();
  assert.equal(hasUsers(folder), true);
  leaveTwo();
  writeFileSync(join(folder, "dead"), JSON.stringify({ pid: 2 ** 22 + 1, started: "1" }));
  assert.equal(hasUsers(folder), false);
  assert.deepEqual(readdirSync(folder), []);
});
