#!/usr/bin/env node
// `npm test`: every check and every test; `npm test -- PATH …` runs a part.
import { launch } from "./launch.mjs";

await launch({ entry: "scripts/test.ts", args: process.argv.slice(2), development: true });
