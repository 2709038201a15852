import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Holding } from "../../src/base/holdings.ts";
import { filesBelow } from "../source-files.ts";

/** The holdings one file declares. */
export interface Declared {
  file: string;
  holdings: readonly Holding[];
}

// Modules declare theirs in privacy.ts; the tables of base/ (migrations, the clock) have files of that name too.
const isDeclaration = (file: string) =>
  /^src\/(core\/[^/]+\/privacy|base\/([^/]+[.])?privacy)[.]ts$/.test(file);

/** Every declaration of the clone, by file. */
export async function declaredHoldings(folder: string): Promise<Declared[]> {
  const files = filesBelow(folder, "src", "privacy.ts").filter(isDeclaration);
  return Promise.all(files.map((file) => load(folder, file)));
}

async function load(folder: string, file: string): Promise<Declared> {
  const module: { holdings?: readonly Holding[] } = await import(pathToFileURL(path.join(folder, file)).href);
  return { file, holdings: module.holdings ?? [] };
}
