import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { declaredHoldings } from "../../scripts/documents/holdings.ts";
import { allHoldings } from "../../src/app-holdings.ts";
import { coreProbes, languages, type ProbeContext, readRegister } from "../../src/core/policy/index.ts";
import { edgeProbes } from "../../src/edge/probes/all.ts";
import { symbolsIn } from "./symbols.ts";

const clone = path.resolve(import.meta.dirname, "../..");
const register = readRegister();
// Only asked for their names.
const noContext = {} as ProbeContext;
const probeNames = [...edgeProbes(noContext, () => null), ...coreProbes(noContext)].map(({ name }) => name);

test("the register has the promises 1 to 128, each once and in order", () => {
  assert.deepEqual(
    register.map(({ id }) => id),
    Array.from({ length: 128 }, (_, index) => `P${index + 1}`),
  );
});

test("every promise is told in each language, with the same figures in it", () => {
  const figures = (text: string) => text.match(/\d+/g) ?? [];
  for (const { id, text, missing } of register) {
    for (const language of languages) {
      assert.ok(text[language].length > 20, `${id} in ${language}`);
      assert.deepEqual(figures(text[language]), figures(text.en), `${id} in ${language}`);
      for (const words of missing) assert.ok(words[language].length > 5);
    }
  }
});

test("what is claimed has enforcement and probes, and what is not names what is missing", () => {
  for (const { id, covers, enforcement, probes, missing, evidenceHoursMax, attestedDaysMax } of register) {
    assert.equal(probes.length > 0 && enforcement.length > 0, covers !== "nothing", id);
    const isStated = attestedDaysMax !== null;
    assert.ok(!isStated || covers !== "all", `${id}: what evidence shows is not stated`);
    assert.ok(!isStated || attestedDaysMax <= 366, id);
    assert.ok(missing.length === 0 ? covers === "all" || isStated : covers !== "all", id);
    assert.ok(evidenceHoursMax > 0 && evidenceHoursMax <= 24, id);
  }
});

test("README.md and CHANGELOG.md say how many promises are kept on evidence, and in part", () => {
  const count = (covers: string) => register.filter((entry) => entry.covers === covers).length;
  const told = `${count("all")} are kept on evidence and ${count("part")} in part`;
  for (const file of ["README.md", "CHANGELOG.md"]) {
    const text = readFileSync(path.join(clone, file), "utf8").replace(/\s+/g, " ");
    assert.ok(text.includes(told), `${file} does not say: ${told}`);
  }
});

test("every point of enforcement is a symbol that is declared and exported there", () => {
  for (const { id, enforcement } of register) {
    for (const point of enforcement) {
      const [file = "", symbol = ""] = point.split("#");
      assert.ok(existsSync(path.join(clone, file)), `${id}: ${file}`);
      const symbols = symbolsIn(file, readFileSync(path.join(clone, file), "utf8"));
      assert.ok(symbols.has(symbol), `${id}: ${point}`);
    }
  }
});

test("a name in a comment, a string or a declaration that stays inside is no such symbol", () => {
  const text = `// export function inComment
    const inside = "export function inString() {}"; function hidden() {}
    export class Door { open() {} }; export async function walk() {}; export const wall = 1;`;
  assert.deepEqual([...symbolsIn("src/x.ts", text)], ["Door", "Door.open", "walk", "wall"]);
  const script = "-- create table in_comment\ncreate policy tenant on x; select 'create table in_text';";
  assert.deepEqual([...symbolsIn("db/x.sql", script)], ["tenant"]);
});

test("every probe that the register names exists, and every probe proves something", () => {
  const named = new Set(register.flatMap(({ probes }) => probes));
  assert.deepEqual([...named].sort(), [...probeNames].sort());
});

test("evidence is asked for less often than it grows too old", () => {
  const everyMinutes = new Map(
    [...edgeProbes(noContext, () => null), ...coreProbes(noContext)].map((probe) => [
      probe.name,
      probe.everyMinutes,
    ]),
  );
  for (const { id, probes, evidenceHoursMax } of register) {
    for (const probe of probes)
      assert.ok((everyMinutes.get(probe) ?? 0) < evidenceHoursMax * 60, `${id}: ${probe}`);
  }
});

test("the probes know every column that a module declares", async () => {
  const declared = (await declaredHoldings(clone)).flatMap(({ holdings }) => holdings);
  const names = (holdings: typeof declared) =>
    holdings.map(({ table, column }) => `${table}.${column}`).sort();
  assert.deepEqual(names(allHoldings), names(declared));
});
