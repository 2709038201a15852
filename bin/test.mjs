#!/usr/bin/env node
// `npm test`: every check and every test; `npm test -- PATH …` runs a part.
import { launch } from "./launch.mjs";

const words = process.argv.slice(2);
// The closing line stands also where nothing could be run, since that is what readers of the output look for.
if (!(await launch({ entry: "scripts/test.ts", args: words, development: true, dashboard: true })))
  console.log("0 passed, 1 failed");
