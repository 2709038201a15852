import { readdirSync } from "node:fs";
import path from "node:path";

/** The files below a folder of the clone whose names end so, relative to the clone, sorted; none when it is absent. */
export function filesBelow(clone: string, root: string, ending: string): string[] {
  let names: string[];
  try {
    names = readdirSync(path.join(clone, root), { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return names
    .map((name) => `${root}/${name.replaceAll(path.sep, "/")}`)
    .filter((name) => name.endsWith(ending) && !name.includes("/node_modules/"))
    .sort();
}

/** Is it a test, or does it serve tests only? */
export function isTest(file: string): boolean {
  return file.endsWith(".test.ts") || file.startsWith("tests/") || file.includes("/testing/");
}
