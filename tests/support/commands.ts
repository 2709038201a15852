import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { erasureOf } from "../../src/app-closing.ts";
import { exporter } from "../../src/app-export.ts";
import { SystemClock } from "../../src/base/clock.ts";
import { FiguresInForce } from "../../src/base/figures.ts";
import { createLog } from "../../src/base/log.ts";
import { claimInstallation } from "../../src/core/keys/index.ts";
import { PromiseWatch } from "../../src/core/policy/index.ts";
import type { CommandContext } from "../../src/edge/cli/command.ts";
import { readCommand, runCommand } from "../../src/edge/cli/run.ts";
import { openWorld } from "./world.ts";

/** What a command works on, on a database of its own that no service uses. */
export async function contextOf(t: TestContext, isDevelopment = true): Promise<CommandContext> {
  const { database, keyring, ids } = await openWorld(t);
  await claimInstallation(database, keyring);
  const clock = new SystemClock();
  const figures = new FiguresInForce();
  const promises = new PromiseWatch({
    database,
    clock,
    ids,
    figures,
    log: createLog({ level: "silent" }),
    probes: [],
  });
  const publicUrl = "https://mail.operator.example";
  const dataFolder = mkdtempSync(path.join(tmpdir(), "facteur-cli-"));
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }));
  const systemAccountId = async () => null;
  const erasure = erasureOf({ database, keyring, dataFolder }, systemAccountId);
  const parts = { database, keyring, ids, clock, figures, isDevelopment, publicUrl, promises };
  return { ...parts, erasure, systemAccountId, exportAccount: exporter({ database, keyring, clock }) };
}

/** Runs a command line and reads its JSON. */
export async function run(
  context: CommandContext,
  line: string,
): Promise<{ exitCode: number; json: unknown }> {
  const asked = readCommand([...line.split(" "), "--json"]);
  if (asked.kind !== "command") throw new Error(asked.text);
  const { output, exitCode } = await runCommand(context, asked);
  return { exitCode, json: JSON.parse(output) };
}

/** The code of the refusal that a command line meets. */
export async function codeOf(context: CommandContext, line: string): Promise<string> {
  const { exitCode, json } = await run(context, line);
  assert.equal(exitCode, 1);
  return (json as { error: { code: string } }).error.code;
}
