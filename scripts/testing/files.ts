import { filesBelow } from "../source-files.ts";

const roots = ["tests", "src", "scripts", "bin", "web/src"];

// Soaks and benchmarks: minutes to hours each, run by name only.
const long = "tests/long/";

/** All test files of the clone, relative to it, the slower kinds first: scenarios at the end would leave one core idle. */
export function testFiles(folder: string): string[] {
  return roots.flatMap((root) => filesBelow(folder, root, ".test.ts"));
}

/** Those that the patterns name: a file, a folder, or a part of a path. Without patterns, all but the long ones. */
export function selected(files: readonly string[], patterns: readonly string[]): string[] {
  if (patterns.length === 0) return files.filter((file) => !file.startsWith(long));
  const wanted = patterns.map((pattern) =>
    pattern.replaceAll("*", "").replaceAll("//", "/").replace(/^\.\//, ""),
  );
  return files.filter((file) => wanted.some((part) => file.includes(part)));
}
