import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { filesBelow, isTest } from "../../scripts/source-files.ts";

export const clone = path.resolve(import.meta.dirname, "../..");

/** One source file, parsed. */
export interface Source {
  file: string;
  text: string;
  tree: ts.SourceFile;
}

export function parsed(file: string, text: string): Source {
  return { file, text, tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) };
}

const read = (file: string): Source => parsed(file, readFileSync(path.join(clone, file), "utf8"));

/** What runs in production. */
export const production: readonly Source[] = filesBelow(clone, "src", ".ts")
  .filter((file) => !isTest(file))
  .map(read);

/** All TypeScript of ours. */
export const everything: readonly Source[] = ["src", "tests", "scripts", "web/src"]
  .flatMap((root) => [...filesBelow(clone, root, ".ts"), ...filesBelow(clone, root, ".tsx")])
  .map(read);

/** The files under version control, or about to be; generated lists of others' packages are not ours. */
export function trackedFiles(): string[] {
  const git = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: clone,
    encoding: "utf8",
  });
  const files =
    git.status === 0
      ? git.stdout.split("\n")
      : ["src", "tests", "scripts", "docs", "bin", "web/src"].flatMap((root) => filesBelow(clone, root, ""));
  return files.filter((file) => file !== "" && !file.endsWith("package-lock.json"));
}

/** Calls the visitor on every node, parents before children. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** file:line, as editors and terminals open it. */
export function placeOf({ file, tree }: Source, node: ts.Node): string {
  return `${file}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
}

export const lineCount = (text: string) => text.trimEnd().split("\n").length;
