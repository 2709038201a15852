// Loaded into the service (`--import`) with CRASH_BREAKAGE set: takes one safeguard out of its source as it is read.
import { registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { breakages } from "./breakages.ts";

const source = path.resolve(import.meta.dirname, "../../src");
const breakage = breakages.find(({ name }) => name === process.env.CRASH_BREAKAGE);
if (breakage === undefined) throw new Error(`There is no breakage "${process.env.CRASH_BREAKAGE}".`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.startsWith("file:") || fileURLToPath(url) !== path.join(source, breakage.file)) return loaded;
    const parts = String(loaded.source).split(breakage.from);
    if (parts.length !== 2) throw new Error(`The breakage "${breakage.name}" does not fit its source.`);
    return { ...loaded, source: parts.join(breakage.to) };
  },
});
