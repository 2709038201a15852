import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { clone } from "../tidy/source.ts";

const map = readFileSync(path.join(clone, "ARCHITECTURE.md"), "utf8");
const { forbidden } = createRequire(import.meta.url)("../../dependency-cruiser.cjs") as {
  forbidden: { name: string }[];
};
const [, drawn = ""] = /^## The ladder of core\/[\s\S]*?^```\n([\s\S]*?)^```/m.exec(map) ?? [];
const steps = drawn.split(/[\s→,:]+/).filter((word) => word !== "" && word !== "apart");

test("ARCHITECTURE.md draws the ladder that is enforced", () => {
  const enforced = forbidden.flatMap(({ name }) => /^ladder-(.+)$/.exec(name)?.[1] ?? []);
  assert.deepEqual(
    steps.map((step) => step.replace("*", "")),
    enforced,
  );
});

test("ARCHITECTURE.md marks the modules that have no code yet, and tells what the others own", () => {
  for (const step of steps) {
    const name = step.replace("*", "");
    const hasCode = existsSync(path.join(clone, "src/core", name, "index.ts"));
    assert.equal(step.endsWith("*"), !hasCode, `${name} ${hasCode ? "has" : "has no"} code`);
    assert.equal(map.includes(`| \`src/core/${name}/\` |`), hasCode, `${name} in the table of modules`);
  }
});

test("ARCHITECTURE.md shows every folder of tests/ and of each layer's edge", () => {
  const named = (folder: string) => new RegExp(`(├|└)── ${folder}/`).test(map);
  for (const root of ["tests", "src/edge"])
    for (const entry of readdirSync(path.join(clone, root), { withFileTypes: true }))
      if (entry.isDirectory()) assert.ok(named(entry.name), `${root}/${entry.name}/ is not in the map`);
});
