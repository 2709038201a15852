// `npm run docs`: writes every document that is made from the source. A test fails when one is stale.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { documents } from "./documents/list.ts";

const folder = path.resolve(import.meta.dirname, "..");
for (const { file, make } of documents) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), await make(folder));
}
