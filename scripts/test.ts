// `npm test`: types, lint, borders, dead code, then every test file. One red stage does not hide the next.
import { availableParallelism } from "node:os";
import path from "node:path";
import { selected, testFiles } from "./testing/files.ts";
import { inParallel, runStage, stages } from "./testing/stages.ts";
import { type FileResult, runTestFile } from "./testing/test-file.ts";

// Tests wait for sockets and a database of their own; more at once than cores makes the ones that measure time lie.
const atOnceMax = Math.min(Math.max(availableParallelism(), 2), 4);
const slowestShown = 10;

const folder = path.resolve(import.meta.dirname, "..");
const say = (text: string) => process.stdout.write(`${text}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** The tests choose their own settings: those of the person who runs them must not reach the servers they start. */
function forgetSettings(): void {
  for (const name of Object.keys(process.env))
    if (name === "DATABASE_URL" || (name.startsWith("FACTEUR_") && !name.startsWith("FACTEUR_TEST_")))
      delete process.env[name];
  // Set by a test runner around us, and makes ours run nothing, silently.
  delete process.env.NODE_TEST_CONTEXT;
}

async function main(words: readonly string[]): Promise<void> {
  const started = performance.now();
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => stop.abort(new Error(`Stopped by ${signal}.`)));
  forgetSettings();

  const patterns = words.filter((word) => word !== "tests" && !stages.some(({ name }) => name === word));
  const isWhole = words.length === 0;
  const wantedStages = isWhole ? stages : stages.filter(({ name }) => words.includes(name));
  const wantsTests = isWhole || words.includes("tests") || patterns.length > 0;
  const files = wantsTests ? selected(testFiles(folder), patterns) : [];

  let passed = 0;
  let failed = 0;
  await inParallel(wantedStages, 2, async (stage) => {
    const result = await runStage(folder, stage, stop.signal);
    if (result.isGreen) passed += 1;
    else failed += 1;
    say(`${result.isGreen ? "✓" : "✗"} ${stage.name} (${seconds(result.tookMs)})`);
    if (!result.isGreen) say(`  ${stage.name} found ${stage.finds}:\n${result.output.trimEnd()}\n`);
  });
  if (wantsTests && files.length === 0) {
    failed += 1;
    say(`✗ No test file has ${patterns.map((pattern) => `“${pattern}”`).join(" or ")} in its path.`);
  }
  const results: FileResult[] = [];
  await inParallel(files, atOnceMax, async (file) => {
    if (stop.signal.aborted) return;
    const result = await runTestFile(folder, file, { signal: stop.signal });
    results.push(result);
    if (result.failures.length > 0) say(result.failures.join("\n"));
  });
  for (const result of results) {
    passed += result.passed;
    failed += result.failed;
  }
  if (results.length > 0) summarise(results);
  if (stop.signal.aborted) failed += 1;
  say(`Took ${seconds(performance.now() - started)}.`);
  say(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function summarise(results: readonly FileResult[]): void {
  const isGreen = results.every(({ failed }) => failed === 0);
  const slowest = results.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, slowestShown);
  const skipped = results.flatMap(({ file, skipped }) => skipped.map((name) => `  ${file}: ${name}`));
  say(`${isGreen ? "✓" : "✗"} tests (${results.length} files)\n`);
  say(
    `The slowest files:\n${slowest.map(({ file, tookMs }) => `  ${seconds(tookMs).padStart(8)}  ${file}`).join("\n")}`,
  );
  if (skipped.length > 0) say(`\nNot run here:\n${skipped.join("\n")}`);
}

await main(process.argv.slice(2));
