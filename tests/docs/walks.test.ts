import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { documents } from "../../scripts/documents/list.ts";
import { isTest } from "../../scripts/source-files.ts";
import { FiguresInForce } from "../../src/base/figures.ts";
import { variables } from "../../src/config/env.ts";
import { commands } from "../../src/edge/cli/run.ts";
import { columnsOf } from "../tidy/holdings.ts";
import { clone, everything, parsed, trackedFiles } from "../tidy/source.ts";
import { declaredIn, type Inventory, missingNames, vagueSteps, writtenIn } from "./names.ts";

const read = (file: string) => readFileSync(path.join(clone, file), "utf8");
const files = trackedFiles();
// STYLE.md teaches with names that stand for any module; what is made from the source cannot name what is not there.
const others = new Set(["STYLE.md", ...documents.map(({ file }) => file)]);
const pages = files.filter((file) => /^(docs\/.*|[^/]+)\.md$/.test(file) && !others.has(file));
const walks = pages.filter((file) => file.startsWith("docs/walks/"));

const inventory: Inventory = {
  files: new Set(files),
  declared: new Map(everything.map((source) => [source.file, declaredIn(source)])),
  written: new Set(
    everything.filter(({ file }) => !isTest(file)).flatMap((source) => [...writtenIn(source)]),
  ),
  columns: new Set([
    ...columnsOf(read("db/schema.sql")).flatMap((column) => [column, column.split(".")[0] ?? ""]),
    ...Object.keys(FiguresInForce.ofRelease),
  ]),
  settings: new Set(Object.values(variables).map(({ name }) => name)),
  commands: ["serve", "simulate", ...commands.map(({ name }) => name)],
};

for (const page of pages)
  test(`${page} speaks only of files, names, settings and commands that exist`, () => {
    assert.deepEqual(missingNames(page, read(page), inventory), []);
  });

test("every step of a walk names its file and what happens there", () => {
  assert.ok(walks.length >= 4, "docs/walks/ has fewer than four walks.");
  assert.deepEqual(
    walks.flatMap((page) => vagueSteps(page, read(page))),
    [],
  );
});

const text = (...lines: string[]) => lines.join("\n");

test("a page that speaks of a file, a name, a setting or a command that is not there is found out", () => {
  const page = text(
    "1. `src/core/messages/settle.ts` `settle` writes, `src/core/messages/settle.ts` `unsettle` does not.",
    "2. `src/core/nowhere/x.ts` and `store.ts`, `nowhere.ts`, `tests/nowhere/`.",
    "3. `FACTEUR_DATA`, `FACTEUR_NOTHING`, `npx facteur account list`, `facteur account sell`.",
    "4. `Journal.intend()`, `Journal.pretend()`, `was_unknown`, `delivery.route`, `delivery.rout`.",
  );
  assert.deepEqual(missingNames("p.md", page, inventory), [
    "p.md: src/core/messages/settle.ts declares no unsettle",
    "p.md: there is no `src/core/nowhere/x.ts`",
    "p.md: there is no `nowhere.ts`",
    "p.md: there is no `tests/nowhere/`",
    "p.md: there is no `FACTEUR_NOTHING`",
    "p.md: there is no `facteur account sell`",
    "p.md: there is no `Journal.pretend()`",
    "p.md: there is no `delivery.rout`",
  ]);
});

test("a step without a file and a name is found out", () => {
  const steps = text("1. `src/core/messages/settle.ts` `settle`: writes.", "2. Then it is written.");
  assert.deepEqual(vagueSteps("w.md", steps), [
    "w.md: a step names no file and function: 2. Then it is written.",
  ]);
  assert.deepEqual(vagueSteps("w.md", "Nothing."), ["w.md has no steps"]);
});

test("blocks of code are not read for names", () => {
  assert.deepEqual(missingNames("p.md", text("```", "`noSuchName`", "```"), inventory), []);
});

test("what a class and an interface declare is known with and without its owner", () => {
  const source = parsed("a.ts", "class A { #b = 1; c() {} }\ninterface D { e: string }\nconst f = () => 1;");
  assert.deepEqual(
    [...declaredIn(source)].sort(),
    ["#b", "A", "A.#b", "A.b", "A.c", "D", "D.e", "c", "e", "f"].sort(),
  );
});
