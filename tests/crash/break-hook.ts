// Loaded into the service (`--import`) with CRASH_BREAKAGE set: takes one safeguard out of its source as it is read.
import { registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { breakages } from "./breakages.ts";

const source = path.resolve(import.meta.dirname, "../../src");
const breakage = breakages.find(({ name }) => name === process.env.CRASH_BREAKAGE);
if (breakage === undefined) throw new Error(`There is no breakage "${process.env.CRASH_BREAKAGE}".`);

const changes = [breakage, ...(breakage.misfortune === undefined ? [] : [breakage.misfortune])];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const change = changes.find(
      ({ file }) => url.startsWith("file:") && fileURLToPath(url) === path.join(source, file),
    );
    if (change === undefined) return loaded;
    const parts = String(loaded.source).split(change.from);
    if (parts.length !== 2) throw new Error(`The breakage "${breakage.name}" does not fit its source.`);
    return { ...loaded, source: parts.join(change.to) };
  },
});
