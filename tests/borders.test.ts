import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { stages, toolPath } from "../scripts/testing/stages.ts";

// The tool that checks imports answers “no violations” also where it cannot read TypeScript at all. So a small tree
// breaks every rule once, under the same configuration, and each rule has to be reported by its name.

const clone = path.resolve(import.meta.dirname, "..");
const config = createRequire(import.meta.url)("../dependency-cruiser.cjs") as {
  forbidden: { name: string }[];
};
const rules = config.forbidden.map(({ name }) => name);

/** rule → the file that breaks it and its text. Most import types only: those bind as much as values. */
const broken: Record<string, { file: string; text: string }> = {
  "no-cycles": {
    file: "src/base/one.ts",
    text: 'import type { two } from "./two.ts"; export const one = 1;',
  },
  "base-is-the-floor": { file: "src/base/high.ts", text: 'import type { x } from "../mail/leaf.ts";' },
  "mail-is-standards": { file: "src/mail/stores.ts", text: 'import type { x } from "../base/database.ts";' },
  "core-below-edge": {
    file: "src/core/keys/speaks.ts",
    text: 'import type { x } from "../../edge/http/leaf.ts";',
  },
  "edge-below-app": { file: "src/edge/http/up.ts", text: 'import type { x } from "../../app.ts";' },
  "on-the-ladder": {
    file: "src/core/newcomer/index.ts",
    text: 'import type { x } from "../../base/leaf.ts";',
  },
  "through-the-door": {
    file: "src/core/accounts/window.ts",
    text: 'import type { x } from "../keys/store.ts";',
  },
  "through-the-door-from-outside": {
    file: "src/edge/http/window.ts",
    text: 'import type { x } from "../../core/keys/store.ts";',
  },
  "edges-are-strangers": { file: "src/edge/smtp/near.ts", text: 'import type { x } from "../http/leaf.ts";' },
  "settings-stop-at-app": {
    file: "src/edge/cli/reads.ts",
    text: 'import type { x } from "../../config/leaf.ts";',
  },
  "one-driver": { file: "src/core/keys/driver.ts", text: 'import pg from "pg"; export { pg };' },
  "one-log": { file: "src/core/keys/log.ts", text: 'import { pino } from "pino"; export { pino };' },
  "http-at-the-edge": {
    file: "src/core/keys/http.ts",
    text: 'import type { FastifyRequest } from "fastify";',
  },
  "sockets-at-the-rim": {
    file: "src/mail/dkim/socket.ts",
    text: 'import net from "node:net"; export { net };',
  },
  "programs-at-the-rim": {
    file: "src/edge/http/program.ts",
    text: 'import { spawn } from "node:child_process"; export { spawn };',
  },
  "tests-stay-outside": {
    file: "src/base/tested.ts",
    text: 'import type { x } from "../../tests/support/leaf.ts";',
  },
  "no-tools-in-production": { file: "src/base/tool.ts", text: 'import fc from "fast-check"; export { fc };' },
  "web-uses-the-api": { file: "web/page.ts", text: 'import type { x } from "../src/base/leaf.ts";' },
  "web-is-no-part": { file: "src/base/webbed.ts", text: 'import type { x } from "../../web/leaf.ts";' },
  resolves: { file: "src/base/lost.ts", text: 'import type { x } from "./nowhere.ts";' },
  "no-orphans": { file: "src/base/orphan.ts", text: "const alone = 1;" },
  ...Object.fromEntries(rules.filter(isStep).map((rule) => [rule, oneStepUp(rule)])),
};

/** What the rules leave free; a rule that forbids it is wrong. */
const allowed: Record<string, string> = {
  "src/app.ts":
    'import type { x } from "./config/leaf.ts"; import type { y } from "./core/keys/index.ts"; export const z = 1;',
  "src/edge/http/route.ts":
    'import type { x } from "../../core/accounts/index.ts"; import net from "node:net"; export { net };',
  "src/core/accounts/index.ts": 'import type { x } from "../keys/index.ts"; export type { x };',
  "src/mail/smtp/connect.ts":
    'import net from "node:net"; import type { x } from "../../base/leaf.ts"; export { net };',
  "src/mail/dns/ask.ts": 'import dgram from "node:dgram"; export { dgram };',
  "src/mail/smtp/connect.test.ts":
    'import type { x } from "../../../tests/support/leaf.ts"; import fc from "fast-check"; export { fc };',
  "src/base/database.ts": 'import pg from "pg"; export { pg }; export const x = 1;',
  "src/base/log.ts": 'import { pino } from "pino"; export { pino };',
};

const leaves = {
  "src/base/two.ts": 'import type { one } from "./one.ts"; export const two = 2;',
  ...Object.fromEntries(
    [
      "src/base/leaf.ts",
      "src/mail/leaf.ts",
      "src/edge/http/leaf.ts",
      "src/config/leaf.ts",
      "tests/support/leaf.ts",
      "web/leaf.ts",
    ].map((file) => [file, "export const x = 1;"]),
  ),
  "src/core/keys/store.ts": "export const x = 1;",
};

function isStep(rule: string): boolean {
  return rule.startsWith("ladder-");
}

/** Each module reaches for the next one up; the last for the first that stands apart. */
function oneStepUp(rule: string): { file: string; text: string } {
  const steps = rules.filter(isStep).map((name) => name.replace("ladder-", ""));
  const own = rule.replace("ladder-", "");
  const other = steps[steps.indexOf(own) + 1] ?? "keys";
  return { file: `src/core/${own}/climbs.ts`, text: `import type { x } from "../${other}/index.ts";` };
}

interface Report {
  summary: { violations: { rule: { name: string }; from: string }[]; totalCruised: number };
}

function cruise(folder: string): Report {
  const borders = stages.find(({ name }) => name === "borders");
  if (borders === undefined) throw new Error("There is no stage that checks the borders.");
  const roots = ["src", "tests", "web"];
  const tool = spawnSync(
    process.execPath,
    [toolPath(clone, borders.tool), "--config", "dependency-cruiser.cjs", "--output-type", "json", ...roots],
    { cwd: folder, encoding: "utf8", maxBuffer: 64 << 20 },
  );
  return JSON.parse(tool.stdout) as Report;
}

describe("borders", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-borders-"));
  let report: Report;

  before(() => {
    for (const name of ["dependency-cruiser.cjs", "tsconfig.json", "package.json"])
      cpSync(path.join(clone, name), path.join(folder, name));
    symlinkSync(path.join(clone, "node_modules"), path.join(folder, "node_modules"));
    const doors = rules.filter(isStep).map((rule) => `src/core/${rule.replace("ladder-", "")}/index.ts`);
    const files: Record<string, string> = {
      ...Object.fromEntries(doors.map((door) => [door, "export const x = 1;"])),
      ...leaves,
      ...allowed,
      ...Object.fromEntries(Object.values(broken).map(({ file, text }) => [file, text])),
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), `${text}\n`);
    }
    report = cruise(folder);
  });

  after(() => rmSync(folder, { recursive: true }));

  test("every rule of the configuration is broken once in this test", () => {
    assert.deepEqual(
      rules.filter((rule) => broken[rule] === undefined),
      [],
    );
  });

  for (const [rule, { file }] of Object.entries(broken))
    test(`breaking ${rule} is reported by that name`, () => {
      const found = report.summary.violations
        .filter(({ from }) => from === file)
        .map((violation) => violation.rule.name);
      assert.ok(found.includes(rule), `${file} was reported for: ${found.join(", ") || "nothing"}`);
    });

  for (const file of Object.keys(allowed))
    test(`${file} may import what it does`, () => {
      assert.deepEqual(
        report.summary.violations.filter(({ from }) => from === file).map((violation) => violation.rule.name),
        [],
      );
    });
});
